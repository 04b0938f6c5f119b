package io.peregrine;

import static io.peregrine.GraphScene.ASKED;
import static io.peregrine.GraphScene.NONE;
import static io.peregrine.GraphScene.QUERY;
import static io.peregrine.GraphScene.by;
import static io.peregrine.GraphScene.results;
import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.result.RawType;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.UnsupportedFeatureException;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.graph.GraphExecutionProfile;
import io.peregrine.graph.GraphOptions;
import io.peregrine.graph.GraphProtocol;
import io.peregrine.graph.GraphResult;
import io.peregrine.graph.SimpleGraphStatement;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.type.TypeCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Graph queries as a server gets them. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class GraphRequestTest {
  private GraphScene scene;

  @BeforeEach
  void open() {
    scene = GraphScene.open();
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private Map<String, String> payload() {
    Map<String, String> texts = new LinkedHashMap<>();
    scene
        .last()
        .frame()
        .customPayload
        .forEach(
            (key, value) ->
                texts.put(
                    key,
                    key.equals("request-timeout")
                        ? value.remaining() + ":" + value.duplicate().getLong()
                        : StandardCharsets.UTF_8.decode(value.duplicate()).toString()));
    return texts;
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5", "DSE_V1", "DSE_V2"})
  void payloadTellsOptionsAndTimeout(ProtocolVersion version) {
    try (Scene other = Scene.open(version)) {
      other.session.graph().execute(QUERY);
      assertThat(other.server.observed().requests(query(QUERY)).get(0).frame().customPayload)
          .isEqualTo(
              Map.of(
                  "graph-source",
                  ByteBuffer.wrap(new byte[] {'g'}),
                  "graph-language",
                  ByteBuffer.wrap("gremlin-groovy".getBytes(StandardCharsets.UTF_8)),
                  "request-timeout",
                  ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 0, 0, 0x75, 0x30})));
    }
  }

  @Test
  void everyOptionHasItsKey() {
    GraphOptions options =
        GraphOptions.builder()
            .name("people")
            .source("default")
            .language("bytecode-json")
            .readConsistency(ConsistencyLevel.LOCAL_QUORUM)
            .writeConsistency(ConsistencyLevel.EACH_QUORUM)
            .protocol(GraphProtocol.GRAPHSON_2)
            .build();
    scene
        .session
        .graph()
        .execute(
            SimpleGraphStatement.of(QUERY),
            RequestOptions.builder()
                .profile(GraphExecutionProfile.defaults().withGraphOptions(options))
                .executeAs("ann")
                .build());
    assertThat(payload())
        .containsExactly(
            Map.entry("graph-source", "default"),
            Map.entry("graph-language", "bytecode-json"),
            Map.entry("graph-name", "people"),
            Map.entry("graph-read-consistency", "LOCAL_QUORUM"),
            Map.entry("graph-write-consistency", "EACH_QUORUM"),
            Map.entry("graph-results", "graphson-2.0"),
            Map.entry("request-timeout", "8:30000"),
            Map.entry("ProxyExecute", "ann"));
  }

  @Test
  void timeoutThatIsToldIsTheCallsOrTheProfiles() {
    SimpleGraphStatement statement = SimpleGraphStatement.of(QUERY);
    scene
        .session
        .graph()
        .execute(statement, RequestOptions.builder().timeout(Duration.ofMillis(2_500)).build());
    assertThat(payload()).containsEntry("request-timeout", "8:2500");
    scene
        .session
        .graph()
        .execute(
            statement, RequestOptions.builder().timeout(Duration.ofNanos(9_000_000_001L)).build());
    assertThat(payload()).containsEntry("request-timeout", "8:9001");
    scene
        .session
        .graph()
        .execute(
            statement, RequestOptions.builder().profile(ProfileKey.GRAPH_SYSTEM_DEFAULT).build());
    assertThat(payload()).containsEntry("request-timeout", "8:180000");
    scene.session.graph().execute(statement, RequestOptions.builder().noTimeout().build());
    assertThat(payload()).doesNotContainKey("request-timeout");
  }

  @Test
  void parametersAreOneValue() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("who", "ann\"é");
    parameters.put("age", 29);
    parameters.put("scores", List.of(1.5, 2L));
    scene.session.graph().execute(QUERY, parameters);
    Query sent = (Query) scene.last().message();
    assertThat(sent.options.positionalValues)
        .containsExactly(
            ByteBuffer.wrap(
                "{\"who\":\"ann\\\"é\",\"age\":29,\"scores\":[1.5,2]}"
                    .getBytes(StandardCharsets.UTF_8)));
    assertThat(sent.options.namedValues).isEmpty();
    scene.session.graph().execute(QUERY);
    assertThat(((Query) scene.last().message()).options.positionalValues).isEmpty();
  }

  @Test
  void parametersAreNoConcernOfCodecs() {
    scene
        .cluster
        .codecs()
        .register(
            TypeCodec.mapping(
                ByteBuffer.class,
                io.peregrine.codec.DataType.Primitive.BLOB,
                byte[].class,
                buffer -> new byte[] {1},
                ByteBuffer::wrap));
    scene.session.graph().execute(QUERY, Map.of("a", 1));
    assertThat(((Query) scene.last().message()).options.positionalValues)
        .containsExactly(ByteBuffer.wrap("{\"a\":1}".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void callSaysWhatItLikesOfTheRequest() {
    scene
        .session
        .graph()
        .execute(
            SimpleGraphStatement.of(QUERY),
            RequestOptions.builder()
                .tracing(true)
                .consistency(ConsistencyLevel.QUORUM)
                .pageSize(7)
                .customPayload(
                    Map.of(
                        "own",
                        text("entry"),
                        "graph-name",
                        text("mine"),
                        "graph-source",
                        text("s")))
                .build());
    assertThat(scene.last().frame().tracing).isTrue();
    assertThat(((Query) scene.last().message()).options.consistency)
        .isEqualTo(ConsistencyLevel.QUORUM.code());
    assertThat(((Query) scene.last().message()).options.pageSize).isEqualTo(7);
    assertThat(payload())
        .containsEntry("own", "entry")
        .containsEntry("graph-name", "mine")
        .containsEntry("graph-source", "s");
  }

  @Test
  void otherLanguagesAreAnsweredInTheSecondForm() {
    GraphExecutionProfile bytecode =
        GraphExecutionProfile.defaults()
            .withGraphOptions(GraphOptions.builder().language("bytecode-json").build());
    scene.server.on(ASKED, e -> e.reply(results("{'result':{'@type':'g:Int32','@value':5}}")));
    assertThat(scene.session.graph().execute(SimpleGraphStatement.of(QUERY), by(bytecode)).one())
        .isEqualTo(new GraphResult(5));
    assertThat(payload()).containsEntry("graph-results", "graphson-2.0");
  }

  @Test
  void listenerIsToldOfGraphQueriesToo() {
    List<Object> told = new ArrayList<>();
    scene.session.addRequestListener(
        future -> {
          assertThat(scene.requests()).hasSize(told.size());
          told.add(((SimpleStatement) future.statement()).query());
        });
    scene.session.graph().execute(QUERY);
    scene.session.graph().executeAsync(SimpleGraphStatement.of(QUERY), NONE).join();
    assertThat(told).containsExactly(QUERY, QUERY);
  }

  @Test
  void threadOfTheDriverMayNotWaitForAGraphQuery() {
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    scene.session.addRequestListener(
        future ->
            future.onComplete(
                (rows, error) ->
                    refused.complete(catchThrowable(() -> scene.session.graph().execute(QUERY)))));
    scene.session.graph().executeAsync(SimpleGraphStatement.of(QUERY), NONE);
    assertThat(refused.join())
        .isInstanceOf(BlockingCallException.class)
        .hasMessageContaining("graph().execute()");
  }

  @Test
  void whatCannotBeSentIsRefusedBeforeAnythingIs() {
    assertThatThrownBy(() -> scene.session.graph().execute(QUERY, Map.of("a", new Object())))
        .isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(
            () ->
                scene
                    .session
                    .graph()
                    .executeAsync(SimpleGraphStatement.of(QUERY, Map.of("a", Double.NaN)), NONE))
        .isInstanceOf(InvalidValueException.class);
    assertThat(scene.requests()).isEmpty();
    try (Scene old = Scene.open(ProtocolVersion.V3)) {
      assertThatThrownBy(() -> old.session.graph().execute(QUERY))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("payload");
    }
  }

  @Test
  void graphOfTheCoreEngineIsAnsweredInTheThirdForm() {
    RawType text = RawType.PRIMITIVES.get(DataType.VARCHAR);
    RowsBuilder keyspaces =
        rows(Columns.of("system_schema", "keyspaces")
                .and("keyspace_name", DataType.VARCHAR)
                .and("replication", new RawType.RawMap(text, text))
                .and("graph_engine", DataType.VARCHAR))
            .row(text("core"), ByteBuffer.allocate(4), text("Core"))
            .row(text("classic"), ByteBuffer.allocate(4), text("Classic"));
    scene.server.on(ClusterScene.KEYSPACES, e -> e.reply(keyspaces));
    scene.cluster.schema().refresh();
    GraphOptions.Builder options = GraphOptions.builder();
    for (String name : List.of("core", "classic", "unknown")) {
      scene
          .session
          .graph()
          .execute(
              SimpleGraphStatement.of(QUERY, Map.of("a", 1)),
              by(GraphExecutionProfile.defaults().withGraphOptions(options.name(name).build())));
      boolean core = name.equals("core");
      assertThat(payload().get("graph-results")).isEqualTo(core ? "graphson-3.0" : null);
      assertThat(((Query) scene.last().message()).options.positionalValues)
          .containsExactly(
              text(
                  core
                      ? "{\"@type\":\"g:Map\",\"@value\":[\"a\","
                          + "{\"@type\":\"g:Int32\",\"@value\":1}]}"
                      : "{\"a\":1}"));
    }
    scene
        .session
        .graph()
        .execute(
            SimpleGraphStatement.of(QUERY),
            by(
                GraphExecutionProfile.defaults()
                    .withGraphOptions(
                        options.name("core").protocol(GraphProtocol.GRAPHSON_2).build())));
    assertThat(payload()).containsEntry("graph-results", "graphson-2.0");
  }
}
