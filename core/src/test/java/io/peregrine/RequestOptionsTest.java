package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.Batch;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.request.query.QueryOptions;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.RequestTooLargeException;
import io.peregrine.policy.RetryPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Request;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes before what: the call, the statement, the profile, the session. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class RequestOptionsTest {
  private static final ProfileKey KEY = ProfileKey.of("other");

  private static final ExecutionProfile PROFILE =
      ExecutionProfile.builder()
          .consistency(ConsistencyLevel.TWO)
          .serialConsistency(ConsistencyLevel.SERIAL)
          .pageSize(22)
          .build();

  private static Scene open(ProtocolVersion version) {
    return Scene.open(version, builder -> builder.pageSize(11).executionProfile(KEY, PROFILE));
  }

  private static Request last(Scene scene) {
    List<Request> requests = scene.server.observed().requests(query("q"));
    return requests.get(requests.size() - 1);
  }

  private static QueryOptions sent(Scene scene) {
    return ((Query) last(scene).message()).options;
  }

  private static void assertSent(Scene scene, ConsistencyLevel level, int serial, int pageSize) {
    QueryOptions sent = sent(scene);
    assertThat(sent.consistency).isEqualTo(level.code());
    assertThat((sent.flags & 0x10) == 0 ? 0 : sent.serialConsistency).isEqualTo(serial);
    assertThat(sent.pageSize).isEqualTo(pageSize);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void callComesBeforeStatementBeforeProfileBeforeSession(ProtocolVersion version) {
    RequestOptions options =
        RequestOptions.builder()
            .consistency(ConsistencyLevel.ALL)
            .serialConsistency(ConsistencyLevel.SERIAL)
            .pageSize(44)
            .build();
    try (Scene scene = open(version)) {
      SimpleStatement statement = SimpleStatement.of("q");
      scene.session.execute(statement);
      assertSent(scene, ConsistencyLevel.LOCAL_ONE, 0, 11);
      scene.session.execute(statement.setExecutionProfile(KEY));
      assertSent(scene, ConsistencyLevel.TWO, 8, 22);
      statement
          .setConsistency(ConsistencyLevel.THREE)
          .setSerialConsistency(ConsistencyLevel.LOCAL_SERIAL)
          .setPageSize(33);
      scene.session.execute(statement);
      assertSent(scene, ConsistencyLevel.THREE, 9, 33);
      scene.session.execute(statement, options);
      assertSent(scene, ConsistencyLevel.ALL, 8, 44);
      scene.session.executeAsync(statement, options).join();
      assertSent(scene, ConsistencyLevel.ALL, 8, 44);
      scene.session.execute(statement);
      assertSent(scene, ConsistencyLevel.THREE, 9, 33);
      scene.session.execute(
          statement, RequestOptions.builder().profile(ProfileKey.DEFAULT).build());
      assertSent(scene, ConsistencyLevel.THREE, 9, 33);
      statement.setConsistency(null).setSerialConsistency(null);
      scene.session.execute(
          statement, RequestOptions.builder().profile(ProfileKey.DEFAULT).build());
      assertSent(scene, ConsistencyLevel.LOCAL_ONE, 0, 33);
      scene.session.execute(statement, RequestOptions.none());
      assertSent(scene, ConsistencyLevel.TWO, 8, 33);
    }
  }

  @Test
  void queryWithValuesTakesOptions() {
    try (Scene scene = open(ProtocolVersion.V5)) {
      RequestOptions options = RequestOptions.builder().profile(KEY).build();
      scene.session.execute("q", options, 7);
      assertSent(scene, ConsistencyLevel.TWO, 8, 22);
      assertThat(sent(scene).positionalValues).containsExactly(int32(7));
      scene.session.executeAsync("q", options, 8).join();
      assertSent(scene, ConsistencyLevel.TWO, 8, 22);
      assertThat(sent(scene).positionalValues).containsExactly(int32(8));
    }
  }

  @Test
  void optionsCountForABatchToo() {
    try (Scene scene = open(ProtocolVersion.V5)) {
      scene.session.execute(
          BatchStatement.logged().add(SimpleStatement.of("q")),
          RequestOptions.builder().profile(KEY).timestamp(5).build());
      Batch sent = (Batch) scene.server.observed().requests(opcode(Opcode.BATCH)).get(0).message();
      assertThat(sent.consistency).isEqualTo(ConsistencyLevel.TWO.code());
      assertThat(sent.serialConsistency).isEqualTo(ConsistencyLevel.SERIAL.code());
      assertThat(sent.defaultTimestamp).isEqualTo(5);
    }
  }

  @Test
  void profileThatTheClusterDoesNotKnowCounts() {
    try (Scene scene = open(ProtocolVersion.V5)) {
      ExecutionProfile clone =
          scene.cluster.executionProfiles().get(KEY).toBuilder()
              .consistency(ConsistencyLevel.ALL)
              .build();
      scene.session.execute("q", RequestOptions.builder().profile(clone).build());
      assertSent(scene, ConsistencyLevel.ALL, 8, 22);
      scene.session.execute(SimpleStatement.of("q").setExecutionProfile(clone));
      assertSent(scene, ConsistencyLevel.ALL, 8, 22);
    }
  }

  @Test
  void unknownProfileIsRefusedAndLeavesTheStatement() {
    try (Scene scene = open(ProtocolVersion.V5)) {
      SimpleStatement statement = SimpleStatement.of("q");
      RequestOptions unknown = RequestOptions.builder().profile(ProfileKey.of("no")).build();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scene.session.execute(statement, unknown))
          .withMessageContaining("'default', 'other'");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scene.session.executeAsync(statement, unknown));
      scene.session.execute(statement);
      assertSent(scene, ConsistencyLevel.LOCAL_ONE, 0, 11);
    }
  }

  @Test
  void sameStatementGoesByTheProfilesOfTwoSessions() {
    try (Scene scene = open(ProtocolVersion.V5);
        Session second = scene.cluster.connect()) {
      SimpleStatement statement = SimpleStatement.of("q").setExecutionProfile(ProfileKey.DEFAULT);
      second.setDefaultPageSize(99);
      for (int i = 0; i < 2; i++) {
        scene.session.execute(statement);
        assertThat(sent(scene).pageSize).isEqualTo(11);
        second.execute(statement);
        assertThat(sent(scene).pageSize).isEqualTo(99);
      }
    }
  }

  @Test
  void defaultPageSizeMayChangeWhileTheSessionIsInUse() {
    try (Scene scene = open(ProtocolVersion.V5)) {
      assertThat(scene.session.defaultPageSize()).isEqualTo(11);
      scene.session.execute("q");
      assertThat(sent(scene).pageSize).isEqualTo(11);
      scene.session.setDefaultPageSize(12);
      scene.session.execute("q");
      assertThat(sent(scene).pageSize).isEqualTo(12);
      scene.session.execute("q", RequestOptions.builder().profile(KEY).build());
      assertThat(sent(scene).pageSize).isEqualTo(22);
      scene.session.setDefaultPageSize(0);
      scene.session.execute("q");
      assertThat(sent(scene).flags & 0x04).as("page size flag").isZero();
      assertThatIllegalArgumentException().isThrownBy(() -> scene.session.setDefaultPageSize(-1));
    }
  }

  @Test
  void timeoutComesFromTheCallThenTheStatementThenTheProfile() {
    ProfileKey hasty = ProfileKey.of("hasty");
    try (Scene scene =
        Scene.open(
            ProtocolVersion.V5,
            builder ->
                builder.executionProfile(
                    hasty,
                    ExecutionProfile.builder().requestTimeout(Duration.ofMillis(20)).build()))) {
      scene.server.on(query("never"), Exchange::silence);
      SimpleStatement never = SimpleStatement.of("never").setExecutionProfile(hasty);
      assertThatThrownBy(() -> scene.session.execute(never))
          .isInstanceOf(OperationTimedOutException.class);
      assertThatThrownBy(
              () ->
                  scene.session.execute(
                      SimpleStatement.of("never").setTimeout(Duration.ofDays(1)),
                      RequestOptions.builder().timeout(Duration.ofMillis(20)).build()))
          .isInstanceOf(OperationTimedOutException.class);
      assertThat(
              scene
                  .session
                  .executeAsync(never, RequestOptions.builder().noTimeout().build())
                  .timeoutNanos())
          .isZero();
      assertThat(scene.session.executeAsync(never.setTimeout(Duration.ofNanos(7))).timeoutNanos())
          .isEqualTo(7);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void payloadIsTheUnionAndTheCallsEntriesWin(ProtocolVersion version) {
    try (Scene scene = open(version)) {
      SimpleStatement statement =
          SimpleStatement.of("q")
              .setCustomPayload(Map.of("a", bytes("statement's"), "b", bytes("statement's")));
      scene.session.execute(
          statement,
          RequestOptions.builder()
              .customPayload(Map.of("b", bytes("call's"), "c", bytes("call's")))
              .build());
      assertThat(last(scene).frame().customPayload)
          .isEqualTo(Map.of("a", bytes("statement's"), "b", bytes("call's"), "c", bytes("call's")));
      scene.session.execute(statement, RequestOptions.builder().executeAs("ann").build());
      assertThat(last(scene).frame().customPayload)
          .isEqualTo(
              Map.of(
                  "a",
                  bytes("statement's"),
                  "b",
                  bytes("statement's"),
                  "ProxyExecute",
                  bytes("ann")));
      scene.session.execute(
          statement,
          RequestOptions.builder()
              .executeAs("ann")
              .customPayload(Map.of("ProxyExecute", bytes("bob")))
              .build());
      assertThat(last(scene).frame().customPayload.get("ProxyExecute")).isEqualTo(bytes("ann"));
      scene.session.execute(statement);
      assertThat(last(scene).frame().customPayload)
          .isEqualTo(Map.of("a", bytes("statement's"), "b", bytes("statement's")));
    }
  }

  @Test
  void payloadOfTooManyEntriesIsRefused() {
    Map<String, ByteBuffer> many = new HashMap<>();
    for (int i = 0; i < 65_536; i++) {
      many.put("k" + i, bytes(""));
    }
    assertThatThrownBy(() -> RequestOptions.builder().customPayload(many))
        .isInstanceOf(RequestTooLargeException.class);
  }

  @Test
  void allElseIsSentAsTheCallSays() {
    try (Scene scene = open(ProtocolVersion.V5)) {
      SimpleStatement statement =
          SimpleStatement.of("q").setTimestamp(1).setKeyspace("old").setTracing(false);
      RequestOptions options =
          RequestOptions.builder()
              .timestamp(2)
              .keyspace("new")
              .tracing(true)
              .now(Instant.ofEpochSecond(77))
              .rawPagingState(new byte[] {5, 6})
              .build();
      scene.session.execute(statement, options);
      QueryOptions sent = sent(scene);
      assertThat(sent.defaultTimestamp).isEqualTo(2);
      assertThat(sent.keyspace).isEqualTo("new");
      assertThat(sent.nowInSeconds).isEqualTo(77);
      assertThat(sent.pagingState).isEqualTo(ByteBuffer.wrap(new byte[] {5, 6}));
      assertThat(last(scene).frame().tracing).isTrue();
      scene.session.execute(statement, options.toBuilder().tracing(false).timestamp(3).build());
      assertThat(last(scene).frame().tracing).isFalse();
      assertThat(sent(scene).defaultTimestamp).isEqualTo(3);
      scene.session.execute(statement);
      sent = sent(scene);
      assertThat(sent.defaultTimestamp).isEqualTo(1);
      assertThat(sent.keyspace).isEqualTo("old");
      assertThat(sent.nowInSeconds).isEqualTo(Integer.MIN_VALUE);
      assertThat(sent.pagingState).isNull();
    }
  }

  @Test
  void pagingStateOfTheCallIsCheckedAgainstTheQuery() {
    try (Scene scene = open(ProtocolVersion.V5)) {
      Columns value = Columns.of("ks", "t").and("v", DataType.INT);
      scene.server.on(
          query("q"), e -> e.reply(rows(value).row(int32(1)).pagingState((byte) 1, (byte) 2)));
      PagingState state = scene.session.execute("q").pagingState();
      RequestOptions goOn = RequestOptions.builder().pagingState(state).build();
      scene.session.execute("q", goOn);
      assertThat(sent(scene).pagingState).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
      assertThatThrownBy(() -> scene.session.execute("another query", goOn))
          .isInstanceOf(PagingStateException.class);
    }
  }

  @Test
  void whatIsDecidedLaterIsTheCallsToo() {
    RetryPolicy own =
        (RetryPolicy)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {RetryPolicy.class},
                (proxy, method, arguments) -> {
                  throw new UnsupportedOperationException();
                });
    SessionProfiles session = PlainProfiles.session();
    RequestDefaults defaults = session.standard();
    SimpleStatement statement = SimpleStatement.of("q");
    assertThat(statement.settings().retries(defaults)).isSameAs(defaults.retries());
    assertThat(defaults.with(statement.settings().retries(defaults), null)).isSameAs(defaults);
    RequestSettings before =
        statement.begin(
            RequestOptions.builder()
                .idempotent(true)
                .retryPolicy(own)
                .routingKey(ByteBuffer.wrap(new byte[] {3}))
                .build());
    assertThat(statement.isIdempotent()).isTrue();
    assertThat(defaults.with(statement.settings().retries(defaults), null).retries().policy())
        .isSameAs(own);
    assertThat(statement.findKey(new RoutingKey())).isTrue();
    statement.end(before);
    assertThat(statement.isIdempotent()).isFalse();
    assertThat(statement.findKey(new RoutingKey())).isFalse();
  }
}
