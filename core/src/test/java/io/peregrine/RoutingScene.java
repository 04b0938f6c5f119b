package io.peregrine;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static io.peregrine.testkit.server.RowsBuilder.rows;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.RawType;
import io.peregrine.codec.Murmur3;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.testkit.server.ScriptedCluster;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A scripted cluster of several nodes with a session that is connected to all it may be, and a
 * keyspace {@code ks}. Confined to the test's thread.
 */
final class RoutingScene implements AutoCloseable {
  static final String KEYSPACE = "ks";

  final ScriptedCluster nodes;
  final Cluster cluster;
  final Session session;

  private RoutingScene(
      ScriptedCluster nodes, UnaryOperator<ClusterBuilder> settings, ConnectOptions options) {
    this.nodes = nodes;
    cluster = settings.apply(PatientCluster.builder().addContactPoint(nodes.address(0))).build();
    try {
      session = cluster.connect(options.waitForAllPools(true));
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Nodes with eight tokens each, of which so many have each key. */
  static RoutingScene open(int count, int replicas, UnaryOperator<ClusterBuilder> settings) {
    return open(
        ScriptedCluster.builder().dataCenter("dc1", count).tokensPerNode(8).start(),
        Map.of("class", "SimpleStrategy", "replication_factor", String.valueOf(replicas)),
        settings,
        ConnectOptions.defaults());
  }

  static RoutingScene open(
      ScriptedCluster nodes,
      Map<String, String> replication,
      UnaryOperator<ClusterBuilder> settings,
      ConnectOptions options) {
    try {
      nodes.on(
          queryMatching("(?s).*FROM system_schema\\.keyspaces.*"),
          exchange -> exchange.reply(keyspaces(replication)));
      return new RoutingScene(nodes, settings, options);
    } catch (RuntimeException e) {
      nodes.close();
      throw e;
    }
  }

  /** What a server answers that has the keyspace, and no other. */
  static RowsBuilder keyspaces(Map<String, String> replication) {
    RawType text = RawType.PRIMITIVES.get(DataType.VARCHAR);
    return rows(Columns.of("system_schema", "keyspaces")
            .and("keyspace_name", DataType.VARCHAR)
            .and("replication", new RawType.RawMap(text, text)))
        .row(text(KEYSPACE), map(replication));
  }

  private static ByteBuffer map(Map<String, String> entries) {
    ByteBuffer map = ByteBuffer.allocate(1_000).putInt(entries.size());
    entries.forEach(
        (key, value) -> {
          for (String one : new String[] {key, value}) {
            byte[] bytes = one.getBytes(StandardCharsets.UTF_8);
            map.putInt(bytes.length).put(bytes);
          }
        });
    return map.flip();
  }

  /** Has all servers know a statement, and the session too. */
  PreparedStatement prepare(String text, Columns variables, Columns results, int... key) {
    nodes.servers().forEach(server -> server.define(text, variables, results, key));
    return session.prepare(text);
  }

  /** The server whose token is the first that does not come before the key's: by its own sum. */
  int owner(byte... key) {
    long token = Murmur3.hash(new UnsafeBuffer(key), 0, key.length);
    TreeMap<Long, Integer> ring = new TreeMap<>();
    for (int i = 0; i < nodes.nodes().size(); i++) {
      NodeInfo node = nodes.nodes().get(i);
      for (String one : node.tokens()) {
        ring.put(Long.parseLong(one), i);
      }
    }
    Map.Entry<Long, Integer> found = ring.ceilingEntry(token);
    return (found == null ? ring.firstEntry() : found).getValue();
  }

  Node node(int server) {
    return session.connectedNodes().stream()
        .filter(node -> node.address().equals(nodes.address(server)))
        .findFirst()
        .orElseThrow();
  }

  int[] executed(PreparedStatement statement) {
    return nodes.seen(execute(statement.query()));
  }

  int[] queried(String text) {
    return nodes.seen(query(text));
  }

  void awaitConnected(int count) {
    Observations.until(count + " nodes connected", () -> session.connectedNodes().size() == count);
  }

  @Override
  public void close() {
    session.close();
    cluster.close();
    nodes.close();
    nodes.assertNoViolations();
  }
}
