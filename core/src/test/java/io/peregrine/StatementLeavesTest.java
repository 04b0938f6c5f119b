package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Batch;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.request.query.QueryOptions;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.RequestTooLargeException;
import io.peregrine.codec.UnsupportedFeatureException;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class StatementLeavesTest {
  private static final String INSERT = "INSERT INTO t (k, v, w) VALUES (?, ?, ?)";
  private static final Columns VARIABLES =
      Columns.of("ks", "t")
          .and("k", DataType.VARCHAR)
          .and("v", DataType.INT)
          .and("w", DataType.VARCHAR);

  private static Request last(Scene scene, RequestMatcher matcher) {
    List<Request> requests = scene.server.observed().awaitRequests(1, matcher);
    return requests.get(requests.size() - 1);
  }

  private static QueryOptions sent(Scene scene, String text) {
    return ((Query) last(scene, query(text)).message()).options;
  }

  private static Execute executed(Scene scene) {
    return (Execute) last(scene, execute(INSERT)).message();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V3", "V4", "V5"})
  void generatorIsAskedOncePerRequest(ProtocolVersion version) {
    AtomicLong next = new AtomicLong(1_000);
    try (Scene scene = Scene.open(version, b -> b.timestampGenerator(next::incrementAndGet))) {
      scene.server.define(INSERT, VARIABLES, Columns.NONE, 0);
      scene.session.execute("q");
      assertThat(sent(scene, "q").defaultTimestamp).isEqualTo(1_001);
      BoundStatement insert = scene.session.prepare(INSERT).bind("a", 1, "b");
      scene.session.execute(insert);
      assertThat(executed(scene).options.defaultTimestamp).isEqualTo(1_002);
      scene.session.execute(insert);
      assertThat(executed(scene).options.defaultTimestamp).isEqualTo(1_003);
      scene.session.execute(BatchStatement.unlogged().add(insert).add(insert));
      Batch batch = (Batch) last(scene, opcode(ProtocolConstants.Opcode.BATCH)).message();
      assertThat(batch.defaultTimestamp).isEqualTo(1_004);
    }
  }

  @Test
  void statementsOwnTimestampComesFirst() {
    AtomicLong next = new AtomicLong();
    try (Scene scene =
        Scene.open(ProtocolVersion.V4, b -> b.timestampGenerator(next::incrementAndGet))) {
      scene.session.execute(SimpleStatement.of("q").setTimestamp(5));
      assertThat(sent(scene, "q").defaultTimestamp).isEqualTo(5);
      assertThat(next).hasValue(0);
    }
  }

  @Test
  void coordinatorGivesTheTimestampIfTheDriverIsNotTo() {
    try (Scene scene = Scene.open(ProtocolVersion.V4, b -> b.useClientTimestamp(false))) {
      scene.session.execute("q");
      assertThat(sent(scene, "q").flags & 0x20).isZero();
      scene.session.execute(SimpleStatement.of("own").setTimestamp(5));
      assertThat(sent(scene, "own").defaultTimestamp).isEqualTo(5);
    }
  }

  @Test
  void defaultTimestampIsTheTimeOfDayInMicroseconds() {
    try (Scene scene = Scene.open(ProtocolVersion.V4)) {
      long before = Instant.now().toEpochMilli();
      scene.session.execute("q");
      long after = Instant.now().toEpochMilli();
      assertThat(sent(scene, "q").defaultTimestamp / 1_000).isBetween(before - 1, after + 1);
    }
  }

  @Test
  void sessionsGeneratorComesBeforeTheClusters() {
    try (Scene scene = Scene.open(ProtocolVersion.V4, b -> b.timestampGenerator(() -> 1))) {
      try (Session own =
          scene.cluster.connect(ConnectOptions.defaults().timestampGenerator(() -> 2))) {
        own.execute("own");
        assertThat(sent(scene, "own").defaultTimestamp).isEqualTo(2);
      }
      try (Session own =
          scene.cluster.connect(ConnectOptions.callerRuns().timestampGenerator(() -> 3))) {
        own.execute("caller");
        assertThat(sent(scene, "caller").defaultTimestamp).isEqualTo(3);
      }
      scene.session.execute("cluster");
      assertThat(sent(scene, "cluster").defaultTimestamp).isEqualTo(1);
    }
  }

  @Test
  void mapBindsByNameAndLeavesTheRestUnset() {
    try (Scene scene = Scene.open(ProtocolVersion.V4)) {
      scene.server.define(INSERT, VARIABLES, Columns.NONE, 0);
      Map<String, Object> values = new HashMap<>();
      values.put("k", "a");
      values.put("w", null);
      values.put("unknown", 5);
      scene.session.execute(scene.session.prepare(INSERT).bindNamed(values));
      // By the bytes: native-protocol's server takes unset for null.
      assertThat(last(scene, execute(INSERT)).envelope())
          .containsSequence(0, 3, 0, 0, 0, 1, 'a', -1, -1, -1, -2, -1, -1, -1, -1);
    }
  }

  @Test
  void versionThreeRefusesAMapThatLacksAName() {
    try (Scene scene = Scene.open(ProtocolVersion.V3)) {
      scene.server.define(INSERT, VARIABLES, Columns.NONE, 0);
      PreparedStatement insert = scene.session.prepare(INSERT);
      assertThatThrownBy(() -> insert.bindNamed(Map.of("k", "a", "v", 1)))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("'w'")
          .hasMessageContaining("not set");
    }
  }

  @Test
  void mapThatLacksThePartitionKeyIsRefused() {
    try (Scene scene = Scene.open(ProtocolVersion.V4)) {
      scene.server.define(INSERT, VARIABLES, Columns.NONE, 0);
      PreparedStatement insert = scene.session.prepare(INSERT);
      assertThatThrownBy(() -> insert.bindNamed(Map.of("v", 1)))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("partition key column 'k'");
    }
  }

  @Test
  void payloadGoesWithTheRequest() {
    try (Scene scene = Scene.open(ProtocolVersion.V4)) {
      scene.server.define(INSERT, VARIABLES, Columns.NONE, 0);
      ByteBuffer value = bytes("value");
      SimpleStatement q = SimpleStatement.of("q").setCustomPayload(Map.of("key", value));
      value.put(0, (byte) 'X');
      scene.session.execute(q);
      assertThat(last(scene, query("q")).frame().customPayload)
          .isEqualTo(Map.of("key", bytes("value")));
      assertThat(q.customPayload()).isEqualTo(Map.of("key", bytes("value")));
      BoundStatement insert = scene.session.prepare(INSERT).bind("a", 1, "b");
      scene.session.execute(insert.setCustomPayload(Map.of("a", bytes("1"))));
      scene.session.execute(insert.setCustomPayload(Map.of("b", bytes("2"))));
      assertThat(last(scene, execute(INSERT)).frame().customPayload)
          .isEqualTo(Map.of("b", bytes("2")));
      scene.session.execute(insert.setCustomPayload(Map.of()));
      assertThat(last(scene, execute(INSERT)).frame().customPayload).isEmpty();
    }
  }

  @Test
  void userToExecuteAsComesBeforeAnEntryOfTheSameKey() {
    try (Scene scene = Scene.open(ProtocolVersion.V4)) {
      SimpleStatement q =
          SimpleStatement.of("q")
              .executeAs("alice")
              .setCustomPayload(Map.of("ProxyExecute", bytes("bob"), "x", bytes("y")));
      scene.session.execute(q);
      assertThat(last(scene, query("q")).frame().customPayload)
          .isEqualTo(Map.of("ProxyExecute", bytes("alice"), "x", bytes("y")));
      scene.session.execute(q.executeAs(null));
      assertThat(last(scene, query("q")).frame().customPayload.get("ProxyExecute"))
          .isEqualTo(bytes("bob"));
    }
  }

  @Test
  void batchSendsItsStatementsPayloadsUnderItsOwn() {
    try (Scene scene = Scene.open(ProtocolVersion.V4)) {
      BatchStatement batch =
          BatchStatement.logged()
              .setCustomPayload(Map.of("both", bytes("batch")))
              .add(
                  SimpleStatement.of("a")
                      .setCustomPayload(Map.of("a", bytes("1"), "both", bytes("a"))))
              .add(SimpleStatement.of("b").setCustomPayload(Map.of("b", bytes("2"))));
      scene.session.execute(batch);
      RequestMatcher sent = opcode(ProtocolConstants.Opcode.BATCH);
      assertThat(last(scene, sent).frame().customPayload)
          .isEqualTo(Map.of("a", bytes("1"), "b", bytes("2"), "both", bytes("batch")));
      scene.session.execute(batch.clear().add(SimpleStatement.of("c")));
      assertThat(last(scene, sent).frame().customPayload).isEqualTo(Map.of("both", bytes("batch")));
    }
  }

  @Test
  void versionThreeRefusesAPayload() {
    try (Scene scene = Scene.open(ProtocolVersion.V3)) {
      SimpleStatement q = SimpleStatement.of("q").executeAs("alice");
      assertThatThrownBy(() -> scene.session.execute(q))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("custom payload")
          .hasMessageContaining("V4");
    }
  }

  @Test
  void payloadOfTooManyEntriesIsRefusedAtOnce() {
    Map<String, ByteBuffer> entries = new HashMap<>();
    for (int i = 0; i <= 0xFFFF; i++) {
      entries.put("k" + i, ByteBuffer.allocate(0));
    }
    SimpleStatement q = SimpleStatement.of("q");
    assertThatThrownBy(() -> q.setCustomPayload(entries))
        .isInstanceOf(RequestTooLargeException.class);
  }

  @Test
  void keyspaceAndNowGoWithARequestOfVersionFive() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.session.execute(
          SimpleStatement.of("q").setKeyspace("Shop").setNow(Instant.ofEpochSecond(1_234, 5)));
      assertThat(sent(scene, "q").keyspace).isEqualTo("Shop");
      assertThat(sent(scene, "q").nowInSeconds).isEqualTo(1_234);
      scene.session.execute(
          BatchStatement.logged()
              .add(SimpleStatement.of("a"))
              .setKeyspace("Shop")
              .setNow(Instant.EPOCH));
      Batch batch = (Batch) last(scene, opcode(ProtocolConstants.Opcode.BATCH)).message();
      assertThat(batch.keyspace).isEqualTo("Shop");
      assertThat(batch.nowInSeconds).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V3", "V4"})
  void olderVersionsRefuseNow(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      SimpleStatement now = SimpleStatement.of("q").setNow(Instant.EPOCH);
      assertThatThrownBy(() -> scene.session.execute(now))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("nowInSeconds");
      assertThat(scene.server.observed().requests(query("q"))).isEmpty();
    }
  }

  @Test
  void nowOutOfRangeIsRefusedAtOnce() {
    SimpleStatement q = SimpleStatement.of("q");
    for (Instant now : List.of(Instant.ofEpochSecond(-1), Instant.ofEpochSecond(1L << 31))) {
      assertThatThrownBy(() -> q.setNow(now))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("out of range");
    }
  }

  @Test
  void batchTakesSimpleAndBoundStatementsInOneCallButNoBatch() {
    try (Scene scene = Scene.open(ProtocolVersion.V4)) {
      scene.server.define(INSERT, VARIABLES, Columns.NONE, 0);
      BoundStatement insert = scene.session.prepare(INSERT).bind("a", 1, "b");
      BatchStatement batch =
          BatchStatement.logged().addAll(List.of(insert, SimpleStatement.of("q"), insert));
      assertThat(batch.size()).isEqualTo(3);
      assertThatThrownBy(() -> batch.addAll(List.of(BatchStatement.logged())))
          .isInstanceOf(InvalidStatementException.class);
      scene.session.execute(batch);
      Batch sent = (Batch) last(scene, opcode(ProtocolConstants.Opcode.BATCH)).message();
      assertThat(sent.queriesOrIds).hasSize(3).contains("q");
    }
  }
}
