package io.peregrine;

import static io.peregrine.testkit.server.Cells.bigint;
import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Batch;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.request.query.QueryOptions;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.ScriptedServer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class OnTheWireTest {
  private static final String INSERT = "INSERT INTO t (k, v, w) VALUES (?, ?, ?)";
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns VARIABLES =
      Columns.of("ks", "t")
          .and("k", DataType.VARCHAR)
          .and("v", DataType.INT)
          .and("w", DataType.BIGINT);
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.VARCHAR);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);

  private static Query sentQuery(Scene scene, String text) {
    return (Query) scene.server.observed().awaitRequests(1, query(text)).get(0).message();
  }

  private static Execute sentExecute(Scene scene, String text) {
    List<Request> requests = scene.server.observed().awaitRequests(1, execute(text));
    return (Execute) requests.get(requests.size() - 1).message();
  }

  private static Batch sentBatch(Scene scene) {
    List<Request> requests =
        scene.server.observed().awaitRequests(1, opcode(ProtocolConstants.Opcode.BATCH));
    return (Batch) requests.get(requests.size() - 1).message();
  }

  private static void define(Scene scene) {
    scene.server.define(INSERT, VARIABLES, Columns.NONE, 0);
    scene.server.define(SELECT, KEY, VALUE, 0);
    scene.server.on(execute(SELECT), e -> e.reply(rows(VALUE).row(int32(7))));
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void defaultsAreTheClusters(ProtocolVersion version) {
    try (Scene scene =
        Scene.open(version, b -> b.consistency(ConsistencyLevel.QUORUM).pageSize(77))) {
      scene.session.execute("q");
      QueryOptions options = sentQuery(scene, "q").options;
      assertThat(options.consistency).isEqualTo(ProtocolConstants.ConsistencyLevel.QUORUM);
      assertThat(options.pageSize).isEqualTo(77);
      assertThat(options.defaultTimestamp).isPositive();
      assertThat(options.positionalValues).isEmpty();
      assertThat(options.pagingState).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void optionsOfASimpleStatementAreSent(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.session.execute(
          SimpleStatement.of("q")
              .setConsistency(ConsistencyLevel.EACH_QUORUM)
              .setSerialConsistency(ConsistencyLevel.LOCAL_SERIAL)
              .setPageSize(3)
              .setTimestamp(-5)
              .setTracing(true));
      Request request = scene.server.observed().requests(query("q")).get(0);
      QueryOptions options = ((Query) request.message()).options;
      assertThat(options.consistency).isEqualTo(ProtocolConstants.ConsistencyLevel.EACH_QUORUM);
      assertThat(options.serialConsistency)
          .isEqualTo(ProtocolConstants.ConsistencyLevel.LOCAL_SERIAL);
      assertThat(options.pageSize).isEqualTo(3);
      assertThat(options.defaultTimestamp).isEqualTo(-5);
      assertThat(request.frame().tracing).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void positionalValuesAreSentInOrder(ProtocolVersion version) throws Exception {
    try (Scene scene = Scene.open(version)) {
      scene.session.executeAsync("q ? ? ?", "a", 1, null).get();
      assertThat(sentQuery(scene, "q ? ? ?").options.positionalValues)
          .containsExactly(text("a"), int32(1), null);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void namedValuesAreSentWithTheirNames(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.session.execute(SimpleStatement.named("q :a :b", Map.of("a", 1L, "b", "two")));
      assertThat(sentQuery(scene, "q :a :b").options.namedValues)
          .containsOnly(Map.entry("a", bigint(1)), Map.entry("b", text("two")));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void valueNullAndUnsetAreThreeThings(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      define(scene);
      BoundStatement insert = scene.session.prepare(INSERT).bind();
      scene.session.execute(insert.setString(0, "key").setNull(1));
      assertValues(scene, text("key"), null, ProtocolConstants.UNSET_VALUE);
      scene.session.execute(insert.setString(0, "another key").setInt(1, 5).setLong(2, 6));
      assertValues(scene, text("another key"), int32(5), bigint(6));
      scene.session.execute(insert.unset(1).set("w", null));
      assertValues(scene, text("another key"), ProtocolConstants.UNSET_VALUE, null);
      scene.session.execute(insert.clear().set("K", "k"));
      assertValues(scene, text("k"), ProtocolConstants.UNSET_VALUE, ProtocolConstants.UNSET_VALUE);
    }
  }

  /** By the bytes: native-protocol's server takes unset for null. */
  private static void assertValues(Scene scene, @Nullable ByteBuffer... values) {
    ByteBuffer expected = ByteBuffer.allocate(1_000).putShort((short) values.length);
    for (ByteBuffer value : values) {
      if (value == null) {
        expected.putInt(-1);
      } else if (value == ProtocolConstants.UNSET_VALUE) {
        expected.putInt(-2);
      } else {
        expected.putInt(value.remaining()).put(value.duplicate());
      }
    }
    List<Request> requests = scene.server.observed().requests(execute(INSERT));
    assertThat(requests.get(requests.size() - 1).envelope())
        .containsSequence(Arrays.copyOf(expected.array(), expected.position()));
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void optionsOfABoundStatementAreSent(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      define(scene);
      Row row =
          scene
              .session
              .execute(
                  scene
                      .session
                      .prepare(SELECT)
                      .bind("k")
                      .setConsistency(ConsistencyLevel.TWO)
                      .setSerialConsistency(ConsistencyLevel.SERIAL)
                      .setPageSize(9)
                      .setTimestamp(123))
              .one();
      assertThat(row).isNotNull();
      assertThat(row.getInt("v")).isEqualTo(7);
      QueryOptions options = sentExecute(scene, SELECT).options;
      assertThat(options.consistency).isEqualTo(ProtocolConstants.ConsistencyLevel.TWO);
      assertThat(options.serialConsistency).isEqualTo(ProtocolConstants.ConsistencyLevel.SERIAL);
      assertThat(options.pageSize).isEqualTo(9);
      assertThat(options.defaultTimestamp).isEqualTo(123);
    }
  }

  @Test
  void metadataIsSkippedInVersion5WithTheIdOfWhatIsKnown() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      define(scene);
      scene.session.execute(scene.session.prepare(SELECT).bind("k"));
      scene.session.execute(scene.session.prepare(INSERT).bind("k", 1, 2L));
      assertThat(sentExecute(scene, SELECT).options.skipMetadata).isTrue();
      assertThat(sentExecute(scene, SELECT).resultMetadataId).hasSize(16);
      assertThat(sentExecute(scene, INSERT).options.skipMetadata).isFalse();
    }
  }

  @Test
  void metadataIsNeverSkippedInVersion4() {
    try (Scene scene = Scene.open(ProtocolVersion.V4)) {
      define(scene);
      scene.session.execute(scene.session.prepare(SELECT).bind("k"));
      assertThat(sentExecute(scene, SELECT).options.skipMetadata).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void batchOfBothKindsIsSentInOrder(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      define(scene);
      BoundStatement insert = scene.session.prepare(INSERT).bind("k1", 1, 2L);
      BatchStatement batch =
          BatchStatement.unlogged()
              .add(insert)
              .add(SimpleStatement.of("simple ?", "x"))
              .add(insert.setString(0, "k2").setNull(1))
              .setConsistency(ConsistencyLevel.ALL)
              .setSerialConsistency(ConsistencyLevel.SERIAL)
              .setTimestamp(99);
      insert.setString(0, "changed afterwards").setInt(1, 1000);
      scene.session.execute(batch);
      Batch sent = sentBatch(scene);
      byte[] id = ScriptedServer.preparedId(INSERT);
      assertThat(sent.type).isEqualTo((byte) 1);
      assertThat(sent.queriesOrIds).containsExactly(id, "simple ?", id);
      assertThat(sent.values)
          .containsExactly(
              List.of(text("k1"), int32(1), bigint(2)),
              List.of(text("x")),
              Arrays.asList(text("k2"), null, bigint(2)));
      assertThat(sent.consistency).isEqualTo(ProtocolConstants.ConsistencyLevel.ALL);
      assertThat(sent.serialConsistency).isEqualTo(ProtocolConstants.ConsistencyLevel.SERIAL);
      assertThat(sent.defaultTimestamp).isEqualTo(99);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void kindOfBatchIsSent(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.session.execute(BatchStatement.logged().add(SimpleStatement.of("a")));
      assertThat(sentBatch(scene).type).isEqualTo((byte) 0);
      BatchStatement counter = BatchStatement.counter().add(SimpleStatement.of("a"));
      scene.session.execute(counter);
      assertThat(sentBatch(scene).type).isEqualTo((byte) 2);
      scene.session.execute(counter.clear().add(SimpleStatement.of("b")));
      assertThat(sentBatch(scene).queriesOrIds).containsExactly("b");
    }
  }

  @Test
  void batchHoldsAsManyAsTheProtocolCanCount() {
    BatchStatement batch = BatchStatement.unlogged();
    SimpleStatement statement = SimpleStatement.of("INSERT");
    for (int i = 0; i < 65_535; i++) {
      batch.add(statement);
    }
    assertThatThrownBy(() -> batch.add(statement))
        .isInstanceOf(InvalidStatementException.class)
        .hasMessageContaining("65535");
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.session.execute(batch);
      assertThat(sentBatch(scene).queriesOrIds).hasSize(65_535);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void largeValuesTravelWhole(ProtocolVersion version) {
    String large = "x".repeat(3_000_000);
    try (Scene scene = Scene.open(version)) {
      scene.server.on(
          query("q ?"),
          e -> {
            Query sent = (Query) e.request().message();
            e.reply(
                rows(Columns.of("ks", "t").and("v", DataType.VARCHAR))
                    .row(sent.options.positionalValues.get(0).duplicate()));
          });
      Row row = scene.session.execute("q ?", large).one();
      assertThat(row).isNotNull();
      assertThat(row.getString(0)).isEqualTo(large);
    }
  }
}
