package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.PolicyContext;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.RoundRobinPolicy;
import io.peregrine.policy.RoutingRequest;
import io.peregrine.policy.WhiteListPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.ScriptedCluster;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which nodes are connected to and asked, where several profiles have a say. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ProfileRoutingTest {
  private static final ProfileKey OTHER = ProfileKey.of("other");
  private static final RequestOptions BY_OTHER = RequestOptions.builder().profile(OTHER).build();
  private static final ConnectOptions ALL = ConnectOptions.defaults().waitForAllPools(true);

  private static WhiteListPolicy only(ScriptedCluster nodes, int... servers) {
    return new WhiteListPolicy(
        Arrays.stream(servers)
            .mapToObj(server -> nodes.address(server).getAddress().getHostAddress())
            .toList());
  }

  private static ExecutionProfile profile(LoadBalancingPolicy policy) {
    return ExecutionProfile.builder().loadBalancingPolicy(policy).build();
  }

  private static Set<InetSocketAddress> connected(Session session) {
    return session.connectedNodes().stream().map(Node::address).collect(Collectors.toSet());
  }

  /** A cluster whose default profile uses its first node only. */
  private static ClusterScene onlyFirst(int count) {
    ScriptedCluster nodes = ScriptedCluster.start(count);
    return new ClusterScene(nodes, builder -> builder.loadBalancingPolicy(only(nodes, 0)));
  }

  /** Writes down what it is told, and throws when it is told to. */
  private static final class Told implements LoadBalancingPolicy {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final LoadBalancingPolicy inner = new RoundRobinPolicy();
    private volatile @Nullable RuntimeException fault;

    @Override
    public void init(PolicyContext context) {
      told.add("init of " + context.nodes().size());
      RuntimeException fault = this.fault;
      if (fault != null) {
        throw fault;
      }
      inner.init(context);
    }

    @Override
    public NodeDistance distance(Node node) {
      return inner.distance(node);
    }

    @Override
    public void plan(RoutingRequest request, QueryPlan plan) {
      inner.plan(request, plan);
    }

    @Override
    public void onAdd(Node node) {
      told.add("add");
      inner.onAdd(node);
    }

    @Override
    public void onUp(Node node) {
      told.add("up");
      inner.onUp(node);
    }

    @Override
    public void onDown(Node node) {
      told.add("down");
      inner.onDown(node);
    }
  }

  @Test
  void eachProfileHasNodesOfItsOwnAndTheSessionIsConnectedToThemAll() {
    ScriptedCluster nodes = ScriptedCluster.start(4);
    try (ClusterScene scene =
            new ClusterScene(
                nodes,
                builder ->
                    builder
                        .loadBalancingPolicy(only(nodes, 0))
                        .executionProfile(OTHER, profile(only(nodes, 1, 2))));
        Session session = scene.cluster.connect(ALL)) {
      assertThat(connected(session))
          .containsExactlyInAnyOrder(nodes.address(0), nodes.address(1), nodes.address(2));
      for (int i = 0; i < 10; i++) {
        session.execute("q");
        session.execute(SimpleStatement.of("by statement").setExecutionProfile(OTHER));
        session.execute("by call", BY_OTHER);
      }
      assertThat(scene.nodes.seen(query("q"))).containsExactly(10, 0, 0, 0);
      assertThat(scene.nodes.seen(query("by statement"))).containsExactly(0, 5, 5, 0);
      assertThat(scene.nodes.seen(query("by call"))).containsExactly(0, 5, 5, 0);
    }
  }

  @Test
  void profileWithoutAPolicyHasTheDefaultOnes() {
    ScriptedCluster nodes = ScriptedCluster.start(2);
    try (ClusterScene scene =
            new ClusterScene(
                nodes,
                builder ->
                    builder
                        .executionProfile(OTHER, ExecutionProfile.builder().build())
                        .executionProfile(ProfileKey.DEFAULT, profile(only(nodes, 0))));
        Session session = scene.cluster.connect(ALL)) {
      for (int i = 0; i < 4; i++) {
        session.execute("q", BY_OTHER);
      }
      assertThat(scene.nodes.seen(query("q"))).containsExactly(4, 0);
    }
  }

  @Test
  void nextPageComesFromTheNodesOfItsProfile() {
    ScriptedCluster nodes = ScriptedCluster.start(2);
    try (ClusterScene scene =
            new ClusterScene(
                nodes,
                builder ->
                    builder
                        .loadBalancingPolicy(only(nodes, 0))
                        .executionProfile(OTHER, profile(only(nodes, 1))));
        Session session = scene.cluster.connect(ALL)) {
      Columns value = Columns.of("ks", "t").and("v", DataType.INT);
      nodes.server(1).on(query("q"), e -> e.reply(rows(value).row(int32(1)).pagingState((byte) 7)));
      ResultSet result = session.execute("q", BY_OTHER);
      for (int page = 0; page < 5; page++) {
        result.fetchNextPage().join();
      }
      assertThat(scene.nodes.seen(query("q"))).containsExactly(0, 6);
    }
  }

  @Test
  void addedProfileHasItsConnectionsWhenTheCallReturns() {
    try (ClusterScene scene = onlyFirst(3);
        Session session = scene.cluster.connect(ALL);
        Session second = scene.cluster.connect(ALL)) {
      assertThat(connected(session)).containsExactly(scene.nodes.address(0));
      scene.cluster.executionProfiles().add(OTHER, profile(only(scene.nodes, 1)));
      assertThat(connected(session))
          .containsExactlyInAnyOrder(scene.nodes.address(0), scene.nodes.address(1))
          .isEqualTo(connected(second));
      session.execute("q", BY_OTHER);
      second.execute("q", BY_OTHER);
      session.execute("q");
      assertThat(scene.nodes.seen(query("q"))).containsExactly(1, 2, 0);
      assertThat(scene.node(1).state()).isEqualTo(NodeState.UP);
      assertThat(scene.node(1).distance()).isEqualTo(NodeDistance.LOCAL);
      assertThat(scene.node(2).distance()).isEqualTo(NodeDistance.IGNORED);
    }
  }

  @Test
  void profileThatIsAddedBeforeTheFirstSessionBeginsWithIt() {
    Told policy = new Told();
    try (ClusterScene scene = onlyFirst(2)) {
      scene.cluster.executionProfiles().add(OTHER, profile(policy));
      assertThat(policy.told).isEmpty();
      try (Session session = scene.cluster.connect(ALL)) {
        assertThat(policy.told).containsExactly("init of 2");
        assertThat(session.connectedNodes()).hasSize(2);
      }
    }
  }

  @Test
  void profileStaysAndWorksLaterIfItsConnectionsTakeTooLong() {
    try (ClusterScene scene = onlyFirst(2);
        Session session = scene.cluster.connect(ALL)) {
      HeldRequests held = new HeldRequests();
      scene.nodes.server(1).on(opcode(Opcode.STARTUP), held);
      ExecutionProfile profile = profile(only(scene.nodes, 1));
      assertThatThrownBy(
              () -> scene.cluster.executionProfiles().add(OTHER, profile, Duration.ofMillis(20)))
          .isInstanceOf(OperationTimedOutException.class)
          .hasMessageContaining("'other'")
          .hasMessageContaining("PT0.02S");
      assertThat(scene.cluster.executionProfiles().get(OTHER)).isSameAs(profile);
      assertThatThrownBy(() -> session.execute("q", BY_OTHER))
          .isInstanceOf(NoHostAvailableException.class);
      held.take().replyByDefault();
      held.take().replyByDefault();
      scene.untilConnected(session, 2);
      session.execute("q", BY_OTHER);
      assertThat(scene.nodes.seen(query("q"))).containsExactly(0, 1);
    }
  }

  @Test
  void addingWithoutAWaitDoesNotWait() {
    try (ClusterScene scene = onlyFirst(2);
        Session session = scene.cluster.connect(ALL)) {
      HeldRequests held = new HeldRequests();
      scene.nodes.server(1).on(opcode(Opcode.STARTUP), held);
      scene.cluster.executionProfiles().add(OTHER, profile(only(scene.nodes, 1)), Duration.ZERO);
      assertThat(connected(session)).containsExactly(scene.nodes.address(0));
      held.take().replyByDefault();
      held.take().replyByDefault();
      scene.untilConnected(session, 2);
    }
  }

  @Test
  void nodeThatCannotBeReachedIsWaitedForNoLongerThanThat() {
    try (ClusterScene scene = onlyFirst(2);
        Session session = scene.cluster.connect(ALL)) {
      scene.nodes.server(1).close();
      CompletableFuture<Void> added =
          scene
              .cluster
              .executionProfiles()
              .addAsync(OTHER, profile(only(scene.nodes, 1)), Duration.ofDays(400_000));
      added.join();
      assertThat(session.connectedNodes()).hasSize(1);
      scene.untilHeard("down 1");
    }
  }

  @Test
  void callerRunsSessionIsNotWaitedFor() {
    try (ClusterScene scene = onlyFirst(2);
        Session session = scene.cluster.connect(ConnectOptions.callerRuns())) {
      scene.cluster.executionProfiles().add(OTHER, profile(only(scene.nodes, 1)));
      scene.until(
          "two nodes",
          () -> {
            session.invoke();
            return session.connectedNodes().size() == 2;
          });
      session.execute("q", BY_OTHER);
      assertThat(scene.nodes.seen(query("q"))).containsExactly(0, 1);
    }
  }

  @Test
  void clusterWithoutThreadsIsDrivenUntilTheConnectionsAreThere() {
    ScriptedCluster nodes = ScriptedCluster.start(2);
    try (ClusterScene scene =
            new ClusterScene(
                nodes, builder -> builder.invoked().loadBalancingPolicy(only(nodes, 0)));
        Session session = scene.cluster.connect(ALL)) {
      scene.cluster.executionProfiles().add(OTHER, profile(only(nodes, 1)));
      assertThat(session.connectedNodes()).hasSize(2);
      session.execute("q", BY_OTHER);
      assertThat(scene.nodes.seen(query("q"))).containsExactly(0, 1);
    }
  }

  @Test
  void sharedPolicyIsToldOnce() {
    Told shared = new Told();
    ScriptedCluster nodes = ScriptedCluster.start(3);
    try (ClusterScene scene =
            new ClusterScene(
                nodes,
                builder ->
                    builder
                        .loadBalancingPolicy(shared)
                        .executionProfile(ProfileKey.of("a"), profile(shared)));
        Session session = scene.cluster.connect(ALL)) {
      scene.cluster.executionProfiles().add(OTHER, profile(shared));
      nodes.server(2).close();
      scene.untilConnected(session, 2);
      scene.untilHeard("down 2");
      assertThat(shared.told).containsExactly("init of 3", "down");
    }
  }

  @Test
  void addedPolicyKnowsWhichNodesAreUpAndWhichAreDown() {
    Told added = new Told();
    try (ClusterScene scene = ClusterScene.of(3);
        Session session = scene.cluster.connect(ALL)) {
      scene.nodes.server(2).close();
      scene.untilHeard("down 2");
      scene.cluster.executionProfiles().add(OTHER, profile(added));
      assertThat(added.told).containsExactlyInAnyOrder("init of 3", "up", "up", "down");
      assertThat(session.connectedNodes()).hasSize(2);
    }
  }

  @Test
  void policyThatFailsToBeginFailsTheConnectAndTheNextConnectGoesOn() {
    Told sound = new Told();
    Told failing = new Told();
    failing.fault = new IllegalStateException("the test's own");
    ScriptedCluster nodes = ScriptedCluster.start(2);
    try (ClusterScene scene =
        new ClusterScene(
            nodes,
            builder ->
                builder.loadBalancingPolicy(sound).executionProfile(OTHER, profile(failing)))) {
      assertThatThrownBy(scene.cluster::connect)
          .isInstanceOf(PolicyException.class)
          .hasMessageContaining("failed to begin")
          .hasRootCauseMessage("the test's own");
      failing.fault = null;
      try (Session session = scene.cluster.connect(ALL)) {
        assertThat(session.connectedNodes()).hasSize(2);
        assertThat(scene.cluster.nodes()).allMatch(node -> node.state() == NodeState.UP);
        assertThat(scene.heard).containsExactlyInAnyOrder("add 0", "add 1");
        assertThat(sound.told).containsExactly("init of 2");
        assertThat(failing.told).containsExactly("init of 2", "init of 2");
        session.execute("q", BY_OTHER);
      }
    }
  }

  @Test
  void policyThatFailsToBeginIsNotAddedAndMayComeAgain() {
    Told failing = new Told();
    failing.fault = new IllegalStateException("the test's own");
    try (ClusterScene scene = onlyFirst(2);
        Session session = scene.cluster.connect(ALL)) {
      ExecutionProfile profile = profile(failing);
      assertThatThrownBy(() -> scene.cluster.executionProfiles().add(OTHER, profile))
          .isInstanceOf(PolicyException.class)
          .hasRootCauseMessage("the test's own");
      assertThatThrownBy(() -> session.execute("q", BY_OTHER))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'other'");
      session.execute("q");
      failing.fault = null;
      scene.cluster.executionProfiles().add(OTHER, profile);
      assertThat(session.connectedNodes()).hasSize(2);
      session.execute("q", BY_OTHER);
    }
  }

  @Test
  void profileThatTheClusterDoesNotKnowMakesThePlanAllTheSame() {
    try (ClusterScene scene = ClusterScene.of(3);
        Session session = scene.cluster.connect(ALL)) {
      List<Node> asked = new ArrayList<>();
      LoadBalancingPolicy third =
          new LoadBalancingPolicy() {
            @Override
            public NodeDistance distance(Node node) {
              throw new AssertionError("its distances do not count");
            }

            @Override
            public void plan(RoutingRequest request, QueryPlan plan) {
              asked.add(scene.node(2));
              plan.add(scene.node(2));
            }
          };
      ExecutionProfile unknown = profile(third);
      session.execute("q", RequestOptions.builder().profile(unknown).build());
      session.execute(SimpleStatement.of("q").setExecutionProfile(unknown));
      assertThat(scene.nodes.seen(query("q"))).containsExactly(0, 0, 2);
      assertThat(asked).hasSize(2);
    }
  }
}
