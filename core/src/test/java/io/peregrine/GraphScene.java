package io.peregrine;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.graph.GraphExecutionProfile;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.testkit.server.ScriptedServer;
import java.util.List;

/**
 * A server that speaks DSE's version of the protocol, and a session that has one graph query for
 * it. Confined to the test's thread; closing it fails if the driver broke the protocol.
 */
final class GraphScene implements AutoCloseable {
  static final String QUERY = "g.V().has('name', who)";
  static final RequestMatcher ASKED = query(QUERY);
  static final RequestOptions NONE = RequestOptions.none();

  final ScriptedServer server;
  final Cluster cluster;
  final Session session;

  private final Scene scene;

  private GraphScene(Scene scene) {
    this.scene = scene;
    this.server = scene.server;
    this.cluster = scene.cluster;
    this.session = scene.session;
  }

  static GraphScene open() {
    return new GraphScene(Scene.open(ProtocolVersion.DSE_V2));
  }

  /** Rows of JSON, in which an apostrophe stands for a quotation mark. */
  static RowsBuilder results(String... json) {
    RowsBuilder rows = rows(Columns.of("", "").and("gremlin", DataType.VARCHAR));
    for (String each : json) {
      rows.row(text(each.replace('\'', '"')));
    }
    return rows;
  }

  static RequestOptions by(GraphExecutionProfile profile) {
    return RequestOptions.builder().profile(profile).build();
  }

  void answer(String... json) {
    server.on(ASKED, e -> e.reply(results(json)));
  }

  /** The query, each time that the server has got it. */
  List<Request> requests() {
    return server.observed().requests(ASKED);
  }

  Request last() {
    List<Request> requests = requests();
    return requests.get(requests.size() - 1);
  }

  @Override
  public void close() {
    scene.close();
  }
}
