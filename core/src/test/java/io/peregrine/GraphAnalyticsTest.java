package io.peregrine;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.RawType;
import io.peregrine.codec.ErrorCode;
import io.peregrine.graph.GraphExecutionProfile;
import io.peregrine.graph.GraphOptions;
import io.peregrine.graph.SimpleGraphStatement;
import io.peregrine.policy.PolicyAround;
import io.peregrine.policy.PolicyContext;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.RoundRobinPolicy;
import io.peregrine.policy.RoutingRequest;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Responder;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.testkit.server.ScriptedCluster;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries for the analytics nodes go to their master first, if it can be found. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class GraphAnalyticsTest {
  private static final String LOOKUP = "CALL DseClientTool.getAnalyticsGraphServer()";
  private static final SimpleGraphStatement QUERY = SimpleGraphStatement.of("g.V().count()");
  private static final ConnectOptions ALL = ConnectOptions.defaults().waitForAllPools(true);
  private static final Columns RESULT =
      Columns.of("DseClientTool", "getAnalyticsGraphServer")
          .and(
              "result",
              new RawType.RawMap(
                  RawType.PRIMITIVES.get(DataType.VARCHAR),
                  RawType.PRIMITIVES.get(DataType.VARCHAR)));
  private static final RequestOptions ANALYTICS =
      RequestOptions.builder().profile(ProfileKey.GRAPH_ANALYTICS_DEFAULT).build();

  private static ByteBuffer map(Map<String, String> entries) {
    ByteBuffer bytes = ByteBuffer.allocate(512).putInt(entries.size());
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      for (String part : List.of(entry.getKey(), entry.getValue())) {
        bytes.putInt(text(part).remaining()).put(text(part));
      }
    }
    return bytes.flip();
  }

  private static RowsBuilder location(String location) {
    return rows(RESULT).row(map(Map.of("location", location, "port", "8182")));
  }

  private static ClusterScene roundRobin(int count) {
    return ClusterScene.of(count, b -> b.loadBalancingPolicy(new RoundRobinPolicy()));
  }

  /** The server is the master, as all servers say. */
  private static void master(ClusterScene scene, int index) {
    String host = scene.nodes.address(index).getAddress().getHostAddress();
    lookup(scene, exchange -> exchange.reply(location(host + ":8182")));
  }

  private static void lookup(ClusterScene scene, Responder responder) {
    scene.nodes.servers().forEach(server -> server.on(query(LOOKUP), responder));
  }

  private static int[] asked(ClusterScene scene, String text) {
    return scene.nodes.servers().stream()
        .mapToInt(server -> server.observed().requests(query(text)).size())
        .toArray();
  }

  @Test
  void masterIsFoundOutForEachQueryAndAskedFirst() {
    try (ClusterScene scene = roundRobin(3);
        Session session = scene.cluster.connect(ALL)) {
      master(scene, 2);
      for (int i = 0; i < 5; i++) {
        session.graph().execute(QUERY, ANALYTICS);
        session.graph().executeAsync(QUERY, ANALYTICS).join();
      }
      assertThat(asked(scene, QUERY.query())).containsExactly(0, 0, 10);
      assertThat(scene.asked(query(LOOKUP))).isEqualTo(10);
      master(scene, 1);
      session.graph().execute(QUERY, ANALYTICS);
      assertThat(asked(scene, QUERY.query())).containsExactly(0, 1, 10);
      try (Session own = scene.cluster.connect(ConnectOptions.callerRuns().waitForAllPools(true))) {
        own.graph().execute(QUERY, ANALYTICS);
      }
      assertThat(asked(scene, QUERY.query())).containsExactly(0, 2, 10);
    }
  }

  @Test
  void analyticsQueryTellsItsSourceAndItsWholeTimeout() {
    try (ClusterScene scene = roundRobin(1);
        Session session = scene.cluster.connect(ALL)) {
      master(scene, 0);
      session.graph().execute(QUERY, ANALYTICS);
      session.graph().executeAsync(QUERY, ANALYTICS).join();
      assertThat(scene.nodes.server(0).observed().requests(query(QUERY.query())))
          .hasSize(2)
          .allSatisfy(
              request ->
                  assertThat(request.frame().customPayload)
                      .containsEntry("graph-source", text("a"))
                      .containsEntry(
                          "request-timeout", ByteBuffer.allocate(8).putLong(0, 604_800_000L)));
      assertThat(scene.nodes.server(0).observed().requests(query(LOOKUP)))
          .hasSize(2)
          .allSatisfy(request -> assertThat(request.frame().customPayload).isEmpty());
    }
  }

  @Test
  void sourceCountsAndNotTheKey() {
    ProfileKey own = ProfileKey.of("own");
    GraphExecutionProfile analytics =
        GraphExecutionProfile.defaults()
            .withGraphOptions(GraphOptions.builder().source("a").name("people").build());
    try (ClusterScene scene =
            ClusterScene.of(
                2,
                b ->
                    b.loadBalancingPolicy(new RoundRobinPolicy())
                        .executionProfile(own, analytics));
        Session session = scene.cluster.connect(ALL)) {
      master(scene, 1);
      session.graph().execute(QUERY, RequestOptions.builder().profile(own).build());
      session.graph().execute(QUERY, RequestOptions.builder().profile(own).build());
      assertThat(asked(scene, QUERY.query())).containsExactly(0, 2);
      session.graph().execute(QUERY, RequestOptions.none());
      assertThat(scene.asked(query(LOOKUP))).isEqualTo(2);
    }
  }

  @Test
  void nodeThatTheCallNamesIsAskedFirstWhateverThePolicyAndTheMaster() {
    try (ClusterScene scene = roundRobin(3);
        Session session = scene.cluster.connect(ALL)) {
      master(scene, 2);
      for (int i = 0; i < 4; i++) {
        session.graph().execute(QUERY, RequestOptions.builder().targetNode(scene.node(1)).build());
        session.graph().execute(QUERY, ANALYTICS.toBuilder().targetNode(scene.node(1)).build());
      }
      assertThat(asked(scene, QUERY.query())).containsExactly(0, 8, 0);
      assertThat(scene.asked(query(LOOKUP))).isZero();
    }
  }

  @Test
  void masterIsFoundByTheAddressThatItTells() {
    ScriptedCluster nodes = ScriptedCluster.start(2);
    try (ScriptedCluster elsewhere = ScriptedCluster.start(1);
        ClusterScene scene =
            new ClusterScene(
                nodes,
                b ->
                    b.loadBalancingPolicy(new RoundRobinPolicy())
                        .addressTranslator(
                            address ->
                                address.equals(nodes.address(1))
                                    ? elsewhere.address(0)
                                    : address));
        Session session = scene.cluster.connect(ALL)) {
      master(scene, 1);
      String told = nodes.address(1).getAddress().getHostAddress();
      elsewhere.server(0).on(query(LOOKUP), e -> e.reply(location(told + ":8182")));
      session.graph().execute(QUERY, ANALYTICS);
      session.graph().execute(QUERY, ANALYTICS);
      assertThat(elsewhere.server(0).observed().requests(query(QUERY.query()))).hasSize(2);
    }
  }

  @Test
  void masterThatCannotBeReachedIsPassedOver() {
    try (ClusterScene scene = roundRobin(2);
        Session session = scene.cluster.connect(ALL)) {
      master(scene, 1);
      scene.nodes.server(1).close();
      scene.untilConnected(session, 1);
      session.graph().execute(QUERY, ANALYTICS);
      assertThat(asked(scene, QUERY.query())).containsExactly(1, 0);
    }
  }

  @Test
  void searchThatFailsIsToldOnceAndChangesNothing() {
    try (CapturedLog log = new CapturedLog();
        ClusterScene scene = roundRobin(2);
        Session session = scene.cluster.connect(ALL)) {
      lookup(scene, e -> e.reply(new Error(ErrorCode.INVALID, "no analytics here")));
      for (int i = 0; i < 4; i++) {
        session.graph().execute(QUERY, ANALYTICS);
        session.graph().executeAsync(QUERY, ANALYTICS).join();
      }
      assertThat(scene.asked(query(QUERY.query()))).isEqualTo(8);
      assertThat(log.lines("The master of the analytics nodes is not known"))
          .hasSize(1)
          .first()
          .asString()
          .contains("no analytics here");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:8182", "127.0.0.1", "10.1.2.3:8182", "", ":", "1.2.3.4.5:6", "::::9"})
  void locationThatIsOfNoNodeIsPassedOver(String location) {
    try (ClusterScene scene = roundRobin(2);
        Session session = scene.cluster.connect(ALL)) {
      lookup(scene, e -> e.reply(location(location)));
      session.graph().execute(QUERY, ANALYTICS);
      session.graph().executeAsync(QUERY, ANALYTICS).join();
      assertThat(scene.asked(query(QUERY.query()))).isEqualTo(2);
    }
  }

  @Test
  void locationMayStandInBracketsAndBeWithoutAPort() {
    try (ClusterScene scene = roundRobin(2);
        Session session = scene.cluster.connect(ALL)) {
      String host = scene.nodes.address(1).getAddress().getHostAddress();
      for (String location : List.of("[" + host + "]:8182", host, "::ffff:" + host + ":1")) {
        lookup(scene, e -> e.reply(location(location)));
        session.graph().execute(QUERY, ANALYTICS);
        session.graph().execute(QUERY, ANALYTICS);
      }
      assertThat(asked(scene, QUERY.query())).containsExactly(0, 6);
    }
  }

  @Test
  void answerThatIsNoneIsPassedOver() {
    List<RowsBuilder> answers =
        List.of(
            rows(RESULT),
            rows(RESULT).row((ByteBuffer) null),
            rows(RESULT).row(map(Map.of("place", "here"))),
            rows(Columns.of("a", "b").and("result", DataType.VARCHAR)).row(text("127.0.0.1:1")),
            rows(RESULT).row(ByteBuffer.wrap(new byte[] {127, 1, 1, 1})),
            rows(RESULT).pagingState((byte) 1));
    try (ClusterScene scene = roundRobin(2);
        Session session = scene.cluster.connect(ALL)) {
      for (RowsBuilder answer : answers) {
        lookup(scene, e -> e.reply(answer));
        session.graph().execute(QUERY, ANALYTICS);
        session.graph().executeAsync(QUERY, ANALYTICS).join();
      }
      assertThat(scene.asked(query(QUERY.query()))).isEqualTo(2 * answers.size());
      assertThat(scene.asked(query(LOOKUP))).isEqualTo(2 * answers.size());
    }
  }

  @Test
  void searchWaitsNoLongerThanTheDefaultProfileDoes() {
    try (ClusterScene scene =
            ClusterScene.of(
                2,
                b ->
                    b.loadBalancingPolicy(new RoundRobinPolicy())
                        .requestTimeout(Duration.ofMillis(20)));
        Session session = scene.cluster.connect(ALL)) {
      lookup(scene, Exchange::silence);
      session.graph().execute(QUERY, ANALYTICS);
      session.graph().executeAsync(QUERY, ANALYTICS).join();
      assertThat(scene.asked(query(QUERY.query()))).isEqualTo(2);
    }
  }

  @Test
  void searchIsPartOfTheQuerysTime() {
    TestTime time = new TestTime();
    Duration most = Duration.ofMillis(20);
    try (ClusterScene scene = ClusterScene.of(2, time::drive);
        Session session = scene.cluster.connect(ALL)) {
      lookup(scene, unanswered -> time.pass(most));
      RequestOptions hasty = ANALYTICS.toBuilder().timeout(most).build();
      assertThatThrownBy(() -> session.graph().execute(QUERY, hasty))
          .isInstanceOf(OperationTimedOutException.class)
          .hasMessageContaining("20 ms");
      GraphResponseFuture future = session.graph().executeAsync(QUERY, hasty);
      TestTime.until(scene.cluster, "the end of its time", future::isDone);
      assertThatThrownBy(future::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(OperationTimedOutException.class);
      assertThat(scene.asked(query(QUERY.query()))).isZero();
    }
  }

  @Test
  void listenerIsToldOfTheQueryAloneAndByTheCaller() {
    try (ClusterScene scene = roundRobin(2);
        Session session = scene.cluster.connect(ALL)) {
      master(scene, 1);
      List<String> told = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      session.addRequestListener(
          future -> {
            assertThat(scene.asked(query(QUERY.query()))).isEqualTo(told.size());
            told.add(((SimpleStatement) future.statement()).query());
            threads.add(Thread.currentThread());
          });
      session.graph().execute(QUERY, ANALYTICS);
      session.graph().executeAsync(QUERY, ANALYTICS).join();
      assertThat(told).containsExactly(QUERY.query(), QUERY.query());
      assertThat(threads).containsOnly(Thread.currentThread());
    }
  }

  @Test
  void policyThatGraphProfilesShareIsBegunOnce() {
    AtomicInteger begun = new AtomicInteger();
    PolicyAround counting =
        new PolicyAround(new RoundRobinPolicy()) {
          @Override
          public void init(PolicyContext context) {
            begun.incrementAndGet();
            super.init(context);
          }
        };
    try (ClusterScene scene =
            new ClusterScene(ScriptedCluster.start(2), b -> b.loadBalancingPolicy(counting));
        Session session = scene.cluster.connect(ALL)) {
      master(scene, 1);
      session.graph().execute(QUERY, ANALYTICS);
      session.graph().execute(QUERY, RequestOptions.none());
      assertThat(begun).hasValue(1);
    }
  }

  @Test
  void policyThatBreaksOnceTheMasterIsFoundFailsTheQuery() {
    PolicyAround broken =
        new PolicyAround(new RoundRobinPolicy()) {
          @Override
          public void plan(RoutingRequest request, QueryPlan plan) {
            if (request.target() != null) {
              throw new AssertionError("broken");
            }
            super.plan(request, plan);
          }
        };
    try (ClusterScene scene = ClusterScene.of(2, b -> b.loadBalancingPolicy(broken));
        Session session = scene.cluster.connect(ALL)) {
      master(scene, 1);
      assertThatThrownBy(() -> session.graph().executeAsync(QUERY, ANALYTICS).get())
          .hasRootCauseInstanceOf(AssertionError.class);
    }
  }

  @Test
  void sessionsWithoutThreadsFindTheMasterToo() {
    try (ClusterScene scene =
        ClusterScene.of(2, b -> b.invoked().loadBalancingPolicy(new RoundRobinPolicy()))) {
      master(scene, 1);
      try (Session session = scene.cluster.connect(ALL)) {
        session.graph().execute(QUERY, ANALYTICS);
        var later = session.graph().executeAsync(QUERY, ANALYTICS);
        scene.until(
            "the result",
            () -> {
              scene.cluster.invoke();
              return later.isDone();
            });
        assertThat(asked(scene, QUERY.query())).containsExactly(0, 2);
      }
    }
  }

  @Test
  void sessionThatIsClosedMeanwhileFailsTheQuery() {
    try (ClusterScene scene = roundRobin(2)) {
      lookup(scene, Exchange::silence);
      Session session = scene.cluster.connect(ALL);
      var later = session.graph().executeAsync(QUERY, ANALYTICS);
      session.close();
      assertThatThrownBy(later::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(SessionClosedException.class);
      assertThatThrownBy(() -> session.graph().execute(QUERY, ANALYTICS))
          .isInstanceOf(SessionClosedException.class);
    }
  }
}
