package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.prepare;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.codec.ErrorCode;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.ScriptedCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A statement is known to all nodes before it is first executed. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class PrepareOnAllHostsTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final ConnectOptions ALL = ConnectOptions.defaults().waitForAllPools(true);

  private static ScriptedCluster three() {
    ScriptedCluster nodes = ScriptedCluster.start(3);
    nodes.servers().forEach(server -> server.define(SELECT, KEY, VALUE, 0));
    nodes.on(execute(SELECT), e -> e.reply(rows(VALUE).row(int32(7))));
    return nodes;
  }

  private static Cluster to(ScriptedCluster nodes, UnaryOperator<ClusterBuilder> settings) {
    return settings.apply(PatientCluster.builder().addContactPoint(nodes.address(0))).build();
  }

  private static void everyNodeExecutes(ScriptedCluster nodes, Session session) {
    BoundStatement select = session.prepare(SELECT).bind(1);
    assertThat(nodes.asked(prepare(SELECT))).isEqualTo(3);
    for (int i = 0; i < 9; i++) {
      assertThat(session.execute(select).all()).hasSize(1);
    }
    assertThat(nodes.servers())
        .allSatisfy(server -> assertThat(server.observed().requests(execute(SELECT))).hasSize(3));
    assertThat(nodes.asked(prepare(SELECT))).isEqualTo(3);
    nodes.assertNoViolations();
  }

  @Test
  void everyNodePreparesOnce() {
    try (ScriptedCluster nodes = three();
        Cluster cluster = to(nodes, b -> b.selectorAgents(2).connectionsPerNode(2));
        Session session = cluster.connect(ALL)) {
      everyNodeExecutes(nodes, session);
    }
  }

  @Test
  void everyNodePreparesOnceWithoutThreadsToo() {
    try (ScriptedCluster nodes = three();
        Cluster cluster = to(nodes, ClusterBuilder::invoked);
        Session session = cluster.connect(ALL)) {
      everyNodeExecutes(nodes, session);
    }
  }

  @Test
  void everyNodePreparesOnceForACallerThatRuns() {
    try (ScriptedCluster nodes = three();
        Cluster cluster = to(nodes, b -> b);
        Session session = cluster.connect(ConnectOptions.callerRuns().waitForAllPools(true))) {
      everyNodeExecutes(nodes, session);
    }
  }

  @Test
  void oneNodePreparesIfNobodyWantsMore() {
    try (ScriptedCluster nodes = three();
        Cluster cluster = to(nodes, b -> b.prepareOnAllHosts(false));
        Session session = cluster.connect(ALL)) {
      BoundStatement select = session.prepare(SELECT).bind(1);
      assertThat(nodes.asked(prepare(SELECT))).isEqualTo(1);
      for (int i = 0; i < 9; i++) {
        assertThat(session.execute(select).all()).hasSize(1);
      }
      assertThat(nodes.asked(prepare(SELECT))).isEqualTo(3);
    }
  }

  @Test
  void othersPrepareAtTheSameTimeAndAreWaitedFor() {
    try (ScriptedCluster nodes = three();
        Cluster cluster = to(nodes, b -> b);
        Session session = cluster.connect(ALL)) {
      HeldRequests held = new HeldRequests();
      nodes.on(prepare(SELECT), held);
      CompletableFuture<PreparedStatement> preparing = session.prepareAsync(SELECT);
      held.take().replyByDefault();
      Exchange second = held.take();
      Exchange third = held.take();
      second.replyByDefault();
      session.execute("q");
      assertThat(preparing).isNotDone();
      third.replyByDefault();
      assertThat(preparing.join().query()).isEqualTo(SELECT);
    }
  }

  @Test
  void nodeThatCannotPrepareIsPassedOver() {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofSeconds(2);
    try (ScriptedCluster nodes = three();
        Cluster cluster = to(nodes, b -> time.drive(b).requestTimeout(timeout));
        Session session = cluster.connect(ALL)) {
      HeldRequests held = new HeldRequests();
      nodes.on(prepare(SELECT), held);
      CompletableFuture<PreparedStatement> preparing = session.prepareAsync(SELECT);
      TestTime.until(cluster, "the first node", () -> held.size() == 1);
      held.take().replyByDefault();
      TestTime.until(cluster, "the others", () -> held.size() == 2);
      held.take().reply(new Error(ErrorCode.INVALID, "no such table here"));
      cluster.invoke();
      assertThat(preparing).isNotDone();
      // The last one never answers, and that takes no longer than the request may.
      time.pass(timeout);
      TestTime.until(cluster, "an end", preparing::isDone);
      assertThat(preparing.join().query()).isEqualTo(SELECT);
    }
  }

  @Test
  void firstNodesErrorIsTheError() {
    try (ScriptedCluster nodes = three();
        Cluster cluster = to(nodes, b -> b);
        Session session = cluster.connect(ALL)) {
      nodes.on(prepare(SELECT), e -> e.reply(new Error(ErrorCode.INVALID, "no such table")));
      assertThatThrownBy(() -> session.prepare(SELECT)).isInstanceOf(InvalidQueryException.class);
      assertThat(nodes.asked(prepare(SELECT))).isEqualTo(1);
    }
  }

  @Test
  void firstNodeThatIsOverloadedIsPassedOver() {
    try (ScriptedCluster nodes = three();
        Cluster cluster = to(nodes, b -> b.prepareOnAllHosts(false));
        Session session = cluster.connect(ALL)) {
      AtomicInteger asked = new AtomicInteger();
      nodes.on(
          prepare(SELECT),
          e -> {
            switch (asked.getAndIncrement()) {
              case 0 -> e.reply(new Error(ErrorCode.OVERLOADED, "too much"));
              case 1 -> e.close();
              default -> e.replyByDefault();
            }
          });
      assertThat(session.prepare(SELECT).query()).isEqualTo(SELECT);
      assertThat(asked).hasValue(3);
    }
  }

  @Test
  void noNodeThatPreparesIsToldWithTheErrorOfEach() {
    try (ScriptedCluster nodes = three();
        Cluster cluster = to(nodes, b -> b);
        Session session = cluster.connect(ALL)) {
      nodes.on(prepare(SELECT), e -> e.reply(new Error(ErrorCode.OVERLOADED, "too much")));
      assertThatThrownBy(() -> session.prepare(SELECT))
          .isInstanceOfSatisfying(
              NoHostAvailableException.class, none -> assertThat(none.errors()).hasSize(3));
    }
  }

  @Test
  void connectionThatIsLostMeanwhileHoldsNobodyUp() {
    try (ScriptedCluster nodes = three();
        Cluster cluster = to(nodes, b -> b);
        Session session = cluster.connect(ALL)) {
      HeldRequests held = new HeldRequests();
      nodes.on(prepare(SELECT), held);
      CompletableFuture<PreparedStatement> preparing = session.prepareAsync(SELECT);
      held.take().replyByDefault();
      held.take().reset();
      held.take().close();
      assertThat(preparing.join().query()).isEqualTo(SELECT);
    }
  }

  @Test
  void sameTextIsTheSameStatementInOneKeyspace() {
    try (ScriptedCluster nodes = three();
        Cluster cluster = to(nodes, b -> b);
        Session one = cluster.connect("a");
        Session two = cluster.connect("a");
        Session other = cluster.connect("b")) {
      PreparedStatement first = one.prepare(SELECT);
      assertThat(one.prepare(SELECT)).isSameAs(first);
      assertThat(two.prepare(SELECT)).isSameAs(first);
      assertThat(other.prepare(SELECT)).isNotSameAs(first);
      // Its variables have changed: what is bound to them would not fit.
      first.doubt();
      Columns wider = Columns.of("ks", "t").and("k", DataType.BIGINT);
      nodes.servers().forEach(server -> server.define(SELECT, wider, VALUE, 0));
      PreparedStatement changed = one.prepare(SELECT);
      assertThat(changed).isNotSameAs(first);
      assertThat(changed.variables().type(0).toString()).isEqualTo("bigint");
      // Its result has changed: the statement follows.
      changed.doubt();
      Columns text = Columns.of("ks", "t").and("v", DataType.VARCHAR);
      nodes.servers().forEach(server -> server.define(SELECT, wider, text, 0));
      assertThat(one.prepare(SELECT)).isSameAs(changed);
      assertThat(changed.resultColumns().type(0).toString()).isIn("text", "varchar");
    }
  }

  @Test
  void poolsTellWhatTheyCarry() {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofSeconds(2);
    try (ScriptedCluster nodes = three();
        Cluster cluster = to(nodes, b -> time.drive(b).connectionsPerNode(2));
        Session session = cluster.connect(ALL)) {
      TestTime.until(
          cluster,
          "two connections to each",
          () ->
              session.poolState().values().stream().mapToInt(PoolState::openConnections).sum()
                  == 6);
      HeldRequests held = new HeldRequests();
      nodes.on(io.peregrine.testkit.server.RequestMatcher.query("held"), held);
      List<ResponseFuture> futures =
          List.of(
              session.executeAsync("held"),
              session.executeAsync("held"),
              session.executeAsync("held"),
              session.executeAsync(SimpleStatement.of("held").setTimeout(timeout)));
      TestTime.until(cluster, "all requests", () -> held.size() == futures.size());
      time.pass(timeout);
      assertThatThrownBy(futures.get(3)::result).isInstanceOf(OperationTimedOutException.class);
      assertThat(session.poolState().keySet()).containsExactlyElementsOf(cluster.nodes());
      assertThat(session.poolState().values())
          .containsExactlyInAnyOrder(
              new PoolState(2, 1, 0), new PoolState(2, 1, 0), new PoolState(2, 2, 1));
      nodes.server(2).goDown();
      Node lost = cluster.nodes().get(2);
      TestTime.until(cluster, "the loss", () -> !session.poolState().containsKey(lost));
      assertThat(lost.state()).isEqualTo(NodeState.DOWN);
      Runnable close = session::close;
      close.run();
      assertThat(session.poolState()).isEmpty();
    }
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> Cluster.builder().connectionsPerRemoteNode(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("connectToRemoteHosts(false)");
    assertThatThrownBy(() -> ConnectOptions.defaults().idle(Idle.BUSY_SPIN))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("callerRuns()");
    assertThatThrownBy(() -> ConnectOptions.defaults().restAfter(Duration.ZERO))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("callerRuns()");
  }
}
