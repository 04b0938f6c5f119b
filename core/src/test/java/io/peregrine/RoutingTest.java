package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.policy.DefaultLoadBalancingPolicy;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.PolicyContext;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.RoundRobinPolicy;
import io.peregrine.policy.RoutingRequest;
import io.peregrine.policy.TokenAwarePolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.ScriptedCluster;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which node a request goes to, over sockets. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class RoutingTest {
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final String CONDITIONAL = "UPDATE t SET v = 1 WHERE k = ? IF v = 2";

  private static byte[] key(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  private static RoutingScene open(int count, int replicas) {
    return RoutingScene.open(count, replicas, UnaryOperator.identity());
  }

  private static int[] expected(int servers, Iterable<Integer> owners) {
    int[] counts = new int[servers];
    owners.forEach(owner -> counts[owner]++);
    return counts;
  }

  @Test
  void boundStatementGoesToTheOwnerOfItsKey() {
    try (RoutingScene scene = open(4, 1)) {
      PreparedStatement select = scene.prepare(SELECT, KEY, VALUE, 0);
      BoundStatement reused = select.bind();
      List<Integer> owners = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        owners.add(scene.owner(key(i)));
        scene.session.execute((i & 1) == 0 ? select.bind(i) : reused.setInt(0, i));
        assertThat(scene.executed(select)).as("key %d", i).isEqualTo(expected(4, owners));
      }
      assertThat(expected(4, owners)).as("keys of every node").doesNotContain(0);
    }
  }

  @Test
  void compositeKeyIsPutTogetherInItsOrder() {
    String text = "UPDATE t SET v = ? WHERE a = ? AND b = ?";
    Columns variables =
        Columns.of("ks", "t")
            .and("v", DataType.INT)
            .and("b", DataType.VARCHAR)
            .and("a", DataType.INT);
    try (RoutingScene scene = open(4, 1)) {
      // The key is a, then b.
      PreparedStatement update = scene.prepare(text, variables, Columns.NONE, 2, 1);
      List<Integer> owners = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        byte[] b = ("b" + i * i).getBytes(StandardCharsets.UTF_8);
        byte[] composite =
            ByteBuffer.allocate(7 + 3 + b.length)
                .putShort((short) 4)
                .putInt(i)
                .put((byte) 0)
                .putShort((short) b.length)
                .put(b)
                .put((byte) 0)
                .array();
        owners.add(scene.owner(composite));
        scene.session.execute(update.bind(7, "b" + i * i, i));
      }
      assertThat(scene.executed(update)).isEqualTo(expected(4, owners)).doesNotContain(0);
    }
  }

  @Test
  void simpleStatementGoesWhereItIsToldThatItBelongs() {
    try (RoutingScene scene = open(4, 1)) {
      for (int i = 0; i < 20; i++) {
        scene.session.execute(
            SimpleStatement.of("told")
                .setKeyspace(RoutingScene.KEYSPACE)
                .setRoutingKey(ByteBuffer.wrap(key(5))));
        scene.session.execute(
            SimpleStatement.of("no keyspace").setRoutingKey(ByteBuffer.wrap(key(5))));
        scene.session.execute(SimpleStatement.of("no key").setKeyspace(RoutingScene.KEYSPACE));
      }
      int[] expected = new int[4];
      expected[scene.owner(key(5))] = 20;
      assertThat(scene.queried("told")).isEqualTo(expected);
      assertThat(scene.queried("no keyspace")).doesNotContain(0);
      assertThat(scene.queried("no key")).doesNotContain(0);
    }
  }

  @Test
  void sessionsKeyspaceIsThatOfStatementsWithoutOne() {
    try (RoutingScene scene = open(4, 1);
        Session session =
            scene.cluster.connect(
                RoutingScene.KEYSPACE, ConnectOptions.defaults().waitForAllPools(true))) {
      for (int i = 0; i < 20; i++) {
        session.execute(SimpleStatement.of("q").setRoutingKey(ByteBuffer.wrap(key(5))));
      }
      int[] expected = new int[4];
      expected[scene.owner(key(5))] = 20;
      assertThat(scene.queried("q")).isEqualTo(expected);
    }
  }

  @Test
  void batchGoesWhereItsFirstStatementWithAKeyBelongs() {
    try (RoutingScene scene = open(4, 1)) {
      PreparedStatement update = scene.prepare("UPDATE t SET v = 1 WHERE k = ?", KEY, VALUE, 0);
      BatchStatement batch = BatchStatement.unlogged();
      List<Integer> owners = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        batch
            .clear()
            .add(SimpleStatement.of("UPDATE u SET v = 1"))
            .add(update.bind(i))
            .add(update.bind(99));
        owners.add(scene.owner(key(i)));
        scene.session.execute(batch);
      }
      int[] batches = scene.nodes.seen(opcode(Opcode.BATCH));
      assertThat(batches).isEqualTo(expected(4, owners)).doesNotContain(0);
    }
  }

  @Test
  void fullReplicaIsPassedOver() {
    try (RoutingScene scene = RoutingScene.open(3, 1, b -> b.maxRequestsPerConnection(1))) {
      PreparedStatement select = scene.prepare(SELECT, KEY, VALUE, 0);
      int owner = scene.owner(key(5));
      HeldRequests held = new HeldRequests();
      scene.nodes.server(owner).on(execute(SELECT), held);
      ResponseFuture first = scene.session.executeAsync(select.bind(5));
      scene.nodes.server(owner).observed().awaitRequests(1, execute(SELECT));
      scene.session.execute(select.bind(5));
      int[] seen = scene.executed(select);
      assertThat(seen[owner]).isEqualTo(1);
      assertThat(Arrays.stream(seen).sum()).isEqualTo(2);
      held.take().reply(Void.INSTANCE);
      assertThat(first.join().all()).isEmpty();
    }
  }

  @Test
  void replicaThatIsGoneIsPassedOver() {
    try (RoutingScene scene = open(3, 1)) {
      PreparedStatement select = scene.prepare(SELECT, KEY, VALUE, 0);
      int owner = 2;
      int key = 0;
      while (scene.owner(key(key)) != owner) {
        key++;
      }
      scene.nodes.server(owner).close();
      scene.awaitConnected(2);
      for (int i = 0; i < 10; i++) {
        assertThat(scene.session.execute(select.bind(key)).all()).isEmpty();
      }
      int[] seen = scene.executed(select);
      assertThat(seen[0] + seen[1]).isEqualTo(10);
      assertThat(seen[owner]).isZero();
    }
  }

  @Test
  void targetNodeIsAskedFirst() {
    try (RoutingScene scene = open(3, 1)) {
      PreparedStatement select = scene.prepare(SELECT, KEY, VALUE, 0);
      int other = (scene.owner(key(5)) + 1) % 3;
      for (int i = 0; i < 10; i++) {
        scene.session.execute(select.bind(5).setTargetNode(scene.node(other)));
      }
      assertThat(scene.executed(select)[other]).isEqualTo(10);
    }
  }

  @Test
  void conditionalRequestsOfAKeyMeetAtOneReplica() {
    try (RoutingScene scene = open(4, 3)) {
      PreparedStatement update = scene.prepare(CONDITIONAL, KEY, Columns.NONE, 0);
      PreparedStatement select = scene.prepare(SELECT, KEY, VALUE, 0);
      PreparedStatement serial = scene.prepare(SELECT + " LIMIT 1", KEY, VALUE, 0);
      for (int i = 0; i < 30; i++) {
        scene.session.execute(update.bind(5));
        scene.session.execute(serial.bind(5).setConsistency(ConsistencyLevel.LOCAL_SERIAL));
        scene.session.execute(select.bind(5));
      }
      int owner = scene.owner(key(5));
      assertThat(scene.executed(update)[owner]).isEqualTo(30);
      assertThat(scene.executed(serial)[owner]).isEqualTo(30);
      assertThat(scene.executed(select))
          .as("others go to all replicas, and to no other node")
          .contains(0)
          .doesNotContain(30);
    }
  }

  @Test
  void nodesOfOtherDatacentersAreLeftAlone() {
    ScriptedCluster nodes =
        ScriptedCluster.builder().dataCenter("east", 2).dataCenter("west", 2).start();
    try (RoutingScene scene =
        RoutingScene.open(
            nodes,
            Map.of("class", "NetworkTopologyStrategy", "east", "1", "west", "1"),
            b -> b.loadBalancingPolicy(new DefaultLoadBalancingPolicy().localDatacenter("east")),
            ConnectOptions.defaults())) {
      assertThat(scene.session.connectedNodes()).hasSize(2);
      PreparedStatement select = scene.prepare(SELECT, KEY, VALUE, 0);
      for (int i = 0; i < 40; i++) {
        scene.session.execute(select.bind(i));
      }
      int[] seen = scene.executed(select);
      assertThat(seen[0] + seen[1]).isEqualTo(40);
      assertThat(nodes.server(2).observed().connections()).isEmpty();
    }
  }

  @Test
  void shuffledReplicasShareTheRequests() {
    try (RoutingScene scene =
        RoutingScene.open(
            4,
            2,
            b ->
                b.loadBalancingPolicy(
                    new TokenAwarePolicy(
                        new RoundRobinPolicy(), TokenAwarePolicy.ReplicaOrder.SHUFFLED)))) {
      PreparedStatement select = scene.prepare(SELECT, KEY, VALUE, 0);
      for (int i = 0; i < 200; i++) {
        scene.session.execute(select.bind(5));
      }
      assertThat(Arrays.stream(scene.executed(select)).filter(n -> n > 0).boxed().toList())
          .hasSize(2)
          .allMatch(n -> n > 50);
    }
  }

  /** Asks one node, and the rest not at all. */
  private static final class OnlyOne implements LoadBalancingPolicy {
    private final List<Node> told = new CopyOnWriteArrayList<>();
    private volatile boolean fails;
    private volatile boolean none;

    @Override
    public void init(PolicyContext context) {
      told.addAll(context.nodes());
    }

    @Override
    public NodeDistance distance(Node node) {
      return NodeDistance.LOCAL;
    }

    @Override
    public void plan(RoutingRequest request, QueryPlan plan) {
      if (fails) {
        throw new IllegalStateException("no idea");
      }
      if (!none) {
        told.stream().skip(1).limit(1).forEach(plan::add);
      }
    }
  }

  @Test
  void usersOwnPolicySaysWhichNodeIsAsked() {
    OnlyOne policy = new OnlyOne();
    try (RoutingScene scene = RoutingScene.open(3, 1, b -> b.loadBalancingPolicy(policy))) {
      for (int i = 0; i < 10; i++) {
        scene.session.execute("q");
      }
      assertThat(scene.queried("q")).contains(10, 0, 0);
      policy.none = true;
      assertThat(scene.session.offer(SimpleStatement.of("q"), new Answers(), 0))
          .isEqualTo(Session.NOT_CONNECTED);
      assertThatThrownBy(() -> scene.session.execute("q"))
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining("names none of the nodes that are connected");
      policy.fails = true;
      assertThatThrownBy(() -> scene.session.execute("q")).hasMessage("no idea");
      policy.fails = false;
      policy.none = false;
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }
}
