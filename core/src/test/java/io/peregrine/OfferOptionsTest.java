package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.request.query.QueryOptions;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Options of calls that offer, and of calls within calls. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class OfferOptionsTest {
  private static final ProfileKey KEY = ProfileKey.of("other");

  private Scene scene;
  private final Answers answers = new Answers();

  @BeforeEach
  void open() {
    ExecutionProfile profile =
        ExecutionProfile.builder().consistency(ConsistencyLevel.TWO).pageSize(22).build();
    scene =
        Scene.open(
            ProtocolVersion.V5, builder -> builder.pageSize(11).executionProfile(KEY, profile));
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private Request offer(SimpleStatement statement, RequestOptions options) {
    return offer(scene.session, statement, options);
  }

  private Request offer(Session session, SimpleStatement statement, RequestOptions options) {
    assertThat(session.offer(statement, options, answers, 7)).isEqualTo(Session.ACCEPTED);
    Answers.Answer answer = answers.take();
    assertThat(answer.error()).isNull();
    assertThat(answer.correlationId()).isEqualTo(7);
    List<Request> seen = scene.server.observed().requests(query("q"));
    return seen.get(seen.size() - 1);
  }

  private static QueryOptions sent(Request request) {
    return ((Query) request.message()).options;
  }

  private static void assertSent(Request request, ConsistencyLevel level, int pageSize) {
    assertThat(sent(request).consistency).isEqualTo(level.code());
    assertThat(sent(request).pageSize).isEqualTo(pageSize);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void callComesBeforeStatementBeforeProfile() {
    SimpleStatement statement = SimpleStatement.of("q");
    RequestOptions profile = RequestOptions.builder().profile(KEY).build();
    RequestOptions all = profile.toBuilder().consistency(ConsistencyLevel.ALL).pageSize(44).build();
    assertSent(offer(statement, RequestOptions.none()), ConsistencyLevel.LOCAL_ONE, 11);
    assertSent(offer(statement, profile), ConsistencyLevel.TWO, 22);
    assertSent(offer(statement, all), ConsistencyLevel.ALL, 44);
    statement.setConsistency(ConsistencyLevel.THREE);
    assertSent(offer(statement, profile), ConsistencyLevel.THREE, 22);
    assertSent(offer(statement, all), ConsistencyLevel.ALL, 44);
    assertSent(offer(statement, RequestOptions.none()), ConsistencyLevel.THREE, 11);
    statement.setExecutionProfile(KEY).setConsistency(null);
    assertSent(
        offer(statement, RequestOptions.builder().profile(ProfileKey.DEFAULT).build()),
        ConsistencyLevel.LOCAL_ONE,
        11);
    assertSent(offer(statement, RequestOptions.none()), ConsistencyLevel.TWO, 22);
  }

  @Test
  void everyChangeOfTheStatementCountsUnderTheSameOptions() {
    SimpleStatement statement = SimpleStatement.of("q").setTimestamp(1);
    RequestOptions options =
        RequestOptions.builder()
            .profile(KEY)
            .keyspace("new")
            .now(Instant.ofEpochSecond(77))
            .rawPagingState(new byte[] {5})
            .build();
    for (int i = 0; i < 5; i++) {
      statement.setTimestamp(i).setKeyspace("old").setTracing(i % 2 == 0);
      Request request = offer(statement, options);
      assertThat(sent(request).defaultTimestamp).isEqualTo(i);
      assertThat(sent(request).keyspace).isEqualTo("new");
      assertThat(sent(request).nowInSeconds).isEqualTo(77);
      assertThat(sent(request).pagingState).isEqualTo(ByteBuffer.wrap(new byte[] {5}));
      assertThat(request.frame().tracing).isEqualTo(i % 2 == 0);
    }
    Request without = offer(statement, RequestOptions.none());
    assertThat(sent(without).keyspace).isEqualTo("old");
    assertThat(sent(without).nowInSeconds).isEqualTo(Integer.MIN_VALUE);
    assertThat(sent(without).pagingState).isNull();
  }

  @Test
  void payloadIsTheUnionOfWhatBothHaveNow() {
    SimpleStatement statement = SimpleStatement.of("q").setCustomPayload(Map.of("a", bytes("1")));
    RequestOptions options =
        RequestOptions.builder().customPayload(Map.of("b", bytes("call's"))).build();
    assertThat(offer(statement, options).frame().customPayload)
        .isEqualTo(Map.of("a", bytes("1"), "b", bytes("call's")));
    statement.setTimestamp(5);
    assertThat(offer(statement, options).frame().customPayload)
        .isEqualTo(Map.of("a", bytes("1"), "b", bytes("call's")));
    statement.setCustomPayload(Map.of("b", bytes("2"), "c", bytes("2")));
    assertThat(offer(statement, options).frame().customPayload)
        .isEqualTo(Map.of("b", bytes("call's"), "c", bytes("2")));
    statement.setCustomPayload(Map.of());
    assertThat(offer(statement, options).frame().customPayload)
        .isEqualTo(Map.of("b", bytes("call's")));
    RequestOptions executeAs = RequestOptions.builder().executeAs("ann").build();
    statement.setCustomPayload(Map.of("a", bytes("3")));
    assertThat(offer(statement, executeAs).frame().customPayload)
        .isEqualTo(Map.of("a", bytes("3"), "ProxyExecute", bytes("ann")));
    assertThat(offer(statement, RequestOptions.none()).frame().customPayload)
        .isEqualTo(Map.of("a", bytes("3")));
  }

  @Test
  void unknownProfileIsRefusedAndLeavesTheStatement() {
    SimpleStatement statement = SimpleStatement.of("q");
    RequestOptions unknown = RequestOptions.builder().profile(ProfileKey.of("no")).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scene.session.offer(statement, unknown, answers, 1))
        .withMessageContaining("'default', 'other'");
    assertSent(offer(statement, RequestOptions.none()), ConsistencyLevel.LOCAL_ONE, 11);
    assertThat(answers.size()).isZero();
  }

  @Test
  void sameOptionsAreForTwoSessions() {
    RequestOptions options = RequestOptions.builder().profile(ProfileKey.DEFAULT).build();
    SimpleStatement statement = SimpleStatement.of("q");
    try (Session second = scene.cluster.connect()) {
      second.setDefaultPageSize(99);
      for (int i = 0; i < 2; i++) {
        assertSent(offer(scene.session, statement, options), ConsistencyLevel.LOCAL_ONE, 11);
        assertSent(offer(second, statement, options), ConsistencyLevel.LOCAL_ONE, 99);
      }
    }
  }

  @Test
  void profileIsLookedUpOnceForEachStatementWhoeverElseHasTheOptions() {
    ExecutionProfile profile = ExecutionProfile.builder().build();
    RequestOptions options = RequestOptions.builder().profile(profile).build();
    SessionProfiles first = PlainProfiles.session();
    RequestDefaults found = defaults(SimpleStatement.of("q"), options, first);
    SimpleStatement statement = SimpleStatement.of("q");
    RequestDefaults own = defaults(statement, options, first);
    assertThat(own).isNotSameAs(found);
    defaults(SimpleStatement.of("q"), options, PlainProfiles.session());
    assertThat(defaults(statement.setTimestamp(1), options, first)).isSameAs(own);
  }

  private static RequestDefaults defaults(
      SimpleStatement statement, RequestOptions options, SessionProfiles session) {
    RequestSettings own = statement.begin(options);
    RequestDefaults defaults = statement.settings().defaults(session);
    statement.end(own);
    return defaults;
  }

  @Test
  void offerThatIsRefusedLeavesTheStatement() {
    SimpleStatement statement = SimpleStatement.of("q");
    RequestSettings before = statement.settings();
    Session second = scene.cluster.connect();
    second.close();
    RequestOptions options = RequestOptions.builder().profile(KEY).build();
    assertThat(second.offer(statement, options, answers, 1)).isEqualTo(Session.CLOSED);
    assertThat(statement.settings()).isSameAs(before);
  }

  @Test
  void callWithinACallLeavesTheOuterOnesOptions() {
    SimpleStatement statement = SimpleStatement.of("q").setPageSize(33);
    RequestOptions inner = RequestOptions.builder().consistency(ConsistencyLevel.ALL).build();
    RequestOptions outer = RequestOptions.builder().profile(KEY).timestamp(5).build();
    AtomicInteger calls = new AtomicInteger();
    scene.session.addRequestListener(
        future -> {
          if (calls.getAndIncrement() == 0) {
            offer(statement, inner);
          }
        });
    scene.session.execute(statement, outer);
    List<Request> seen = scene.server.observed().requests(query("q"));
    assertThat(seen).hasSize(2);
    assertSent(seen.get(0), ConsistencyLevel.ALL, 33);
    assertSent(seen.get(1), ConsistencyLevel.TWO, 33);
    assertThat(sent(seen.get(1)).defaultTimestamp).isEqualTo(5);
    assertSent(offer(statement, inner), ConsistencyLevel.ALL, 33);
    assertSent(offer(statement, RequestOptions.none()), ConsistencyLevel.LOCAL_ONE, 33);
  }
}
