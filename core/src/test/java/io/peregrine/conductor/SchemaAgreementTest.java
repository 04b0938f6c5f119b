package io.peregrine.conductor;

import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.CapturedLog;
import io.peregrine.NodeState;
import io.peregrine.io.Connection;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.RequestMatcher;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How often, and for how long, nodes are asked whether they have one schema. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class SchemaAgreementTest {
  private static final UUID OTHER = new UUID(7, 7);
  private static final long QUERY = TimeUnit.SECONDS.toNanos(2);
  private static final RequestMatcher POLLS = queryMatching("schema_version FROM system.peers");

  /** A node that is asked, of two, and of which the other one's schema is another. */
  private static final class Asked implements AutoCloseable {
    private final PoolScene scene = new PoolScene(2);
    private final SchemaAgreement agreement =
        new SchemaAgreement(scene.conductor, QUERY, () -> scene.nodes);
    private final Connection connection;

    private Asked() {
      scene.servers.change(1, node -> node.withSchemaVersion(OTHER));
      SessionPool<Connection> pool = scene.open(PoolScene.ONE_EACH);
      connection = pool.ways().get(scene.node(0)).get(0);
    }

    private int polls() {
      return scene.server(0).observed().requests(POLLS).size();
    }

    /** Waits until a poll is answered, and what follows from that is done. */
    private void answered(int polls) {
      scene.until("a poll", () -> polls() == polls && connection.inFlight() == 0);
      scene.settle();
    }

    @Override
    public void close() {
      scene.close();
    }
  }

  @Test
  void nodesAreAskedAgainAfterAFifthOfASecondUntilTheTimeIsOver() {
    try (Asked asked = new Asked();
        CapturedLog log = new CapturedLog()) {
      CompletableFuture<Boolean> agreed =
          asked.agreement.await(asked.connection, TimeUnit.SECONDS.toNanos(1));
      for (int polls = 1; polls < 5; polls++) {
        asked.answered(polls);
        asked.scene.pass(199, TimeUnit.MILLISECONDS);
        assertThat(asked.polls()).isEqualTo(polls);
        asked.scene.pass(1, TimeUnit.MILLISECONDS);
      }
      asked.answered(5);
      assertThat(agreed).isCompletedWithValue(false);
      asked.scene.pass(1, TimeUnit.DAYS);
      assertThat(asked.polls()).isEqualTo(5);
      assertThat(log.lines("The nodes do not have one schema"))
          .singleElement()
          .asString()
          .contains(OTHER.toString());
    }
  }

  @Test
  void pollThatIsNotAnsweredIsFollowedByAnother() {
    try (Asked asked = new Asked()) {
      HeldRequests held = new HeldRequests();
      asked.scene.server(0).on(POLLS, held);
      CompletableFuture<Boolean> agreed =
          asked.agreement.await(asked.connection, TimeUnit.SECONDS.toNanos(10));
      asked.scene.until("a poll", () -> held.size() == 1);
      asked.scene.settle();
      asked.scene.pass(2, TimeUnit.SECONDS);
      asked.scene.pass(200, TimeUnit.MILLISECONDS);
      asked.scene.until("another poll", () -> held.size() == 2);
      asked.scene.servers.change(1, node -> node.withSchemaVersion(schemaOf(asked, 0)));
      Exchange late = held.take();
      held.take().replyByDefault();
      assertThat(asked.scene.await(agreed)).isTrue();
      late.replyByDefault();
    }
  }

  private static UUID schemaOf(Asked asked, int index) {
    return asked.scene.servers.nodes().get(index).schemaVersion();
  }

  @Test
  void nodeThatWasDownWhenItWasLastHeardOfHasNoSay() {
    try (Asked asked = new Asked()) {
      asked.scene.node(1).state(NodeState.DOWN);
      assertThat(asked.scene.await(asked.agreement.await(asked.connection, QUERY))).isTrue();
      assertThat(asked.polls()).isEqualTo(1);
    }
  }

  @Test
  void thoseWhoWaitTogetherAskOnceAndOthersForThemselves() {
    try (Asked asked = new Asked()) {
      CompletableFuture<Boolean> first = asked.agreement.awaitTogether(asked.connection, QUERY);
      assertThat(asked.agreement.awaitTogether(asked.connection, QUERY)).isSameAs(first);
      asked.answered(1);
      asked.scene.node(1).state(NodeState.DOWN);
      assertThat(asked.scene.await(asked.agreement.await(asked.connection, QUERY))).isTrue();
      asked.scene.pass(200, TimeUnit.MILLISECONDS);
      assertThat(asked.scene.await(first)).isTrue();
      CompletableFuture<Boolean> next = asked.agreement.awaitTogether(asked.connection, QUERY);
      assertThat(next).isNotSameAs(first);
      assertThat(asked.scene.await(next)).isTrue();
      assertThat(asked.agreement.awaitTogether(null, QUERY)).isCompletedWithValue(false);
    }
  }

  @Test
  void whoDoesNotWaitTakesItForGranted() {
    try (Asked asked = new Asked()) {
      assertThat(asked.agreement.await(asked.connection, 0)).isCompletedWithValue(true);
      assertThat(asked.agreement.await(asked.connection, -1)).isCompletedWithValue(true);
      assertThat(asked.polls()).isZero();
    }
  }
}
