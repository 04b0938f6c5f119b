package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.CoordinatorCheck.Subject;
import io.peregrine.codec.DriverException;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.WhiteListPolicy;
import io.peregrine.testkit.cassandra.CassandraCluster;
import io.peregrine.testkit.cassandra.CassandraNode;
import io.peregrine.testkit.cassandra.CassandraSpec;
import io.peregrine.testkit.cassandra.CassandraSpec.Place;
import io.peregrine.testkit.cassandra.NodeOperator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real nodes in two data centres: who is known, who has a key, who is asked, and what changes. */
class RealTopologyTest {
  private static final List<Place> PLACES =
      List.of(new Place("dc1", "r1"), new Place("dc1", "r2"), new Place("dc2", "r1"));
  private static final Map<String, String> KEYSPACES =
      Map.of(
          "simple1", "'class': 'SimpleStrategy', 'replication_factor': 1",
          "simple2", "'class': 'SimpleStrategy', 'replication_factor': 2",
          "local1", "'class': 'NetworkTopologyStrategy', 'dc1': 1",
          "both21", "'class': 'NetworkTopologyStrategy', 'dc1': 2, 'dc2': 1",
          "both11", "'class': 'NetworkTopologyStrategy', 'dc1': 1, 'dc2': 1");

  private static CassandraCluster servers;
  private static CoordinatorCheck check;
  private static Cluster changer;
  private static Session changes;

  private final List<Cluster> opened = new ArrayList<>();

  /** A partition key of two columns. */
  private record Pair(int a, String b) {
    private String text() {
      return a + ":" + b;
    }
  }

  @BeforeAll
  static void start() {
    servers = CassandraCluster.start(CassandraSpec.ofPlaces(PLACES));
    await("each node to have written down its peers", RealTopologyTest::allNodesKnowEachOther);
    check = new CoordinatorCheck(servers);
    await("all nodes connected", () -> check.session.connectedNodes().size() == PLACES.size());
    changer =
        RealSession.patient(servers.node(1).address())
            .loadBalancingPolicy(new WhiteListPolicy(List.of(address(1).getHostAddress())))
            .maxSchemaAgreementWait(Duration.ZERO)
            .build();
    changes = changer.connect();
    KEYSPACES.forEach(
        (name, replication) -> {
          execute("CREATE KEYSPACE " + name + " WITH replication = {" + replication + "}");
          execute("CREATE TABLE " + name + ".one (k text PRIMARY KEY, v int)");
        });
    execute("CREATE TABLE both11.two (a int, b text, c int, PRIMARY KEY ((a, b), c))");
    // Who has made the last change knows when the others have it.
    SimpleStatement last = SimpleStatement.of("CREATE TABLE both21.kv (k int PRIMARY KEY, v int)");
    last.setTargetNode(at(check.cluster, servers.node(1)).orElseThrow());
    assertThat(check.session.execute(last).isSchemaAgreed()).isTrue();
    ReadLoad.fill(check.session, "both21.kv");
  }

  @AfterAll
  static void stop() {
    try {
      if (check != null) {
        check.close();
      }
      if (changer != null) {
        changer.close();
      }
    } finally {
      servers.close();
    }
  }

  @AfterEach
  void close() {
    opened.forEach(Cluster::close);
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long for: %s", what).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** A node that sees its peers alive writes them into its tables a little later. */
  private static boolean allNodesKnowEachOther() {
    for (InetSocketAddress node : servers.contactPoints()) {
      try (Cluster cluster = RealSession.patient(node).build()) {
        cluster.connect();
        if (cluster.nodes().size() < PLACES.size()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Changes the schema on one node, by a client that is not the one that is tested. */
  private static void execute(String change) {
    changes.execute(change);
  }

  /** A client on the first node, which acts on events soon. */
  private Subject connect(String application, UnaryOperator<ClusterBuilder> settings) {
    Cluster cluster =
        settings
            .apply(
                RealSession.patient(servers.contactPoint())
                    .application(application, "1")
                    .heartbeatInterval(Duration.ZERO)
                    .schemaEventRefreshWindow(Duration.ofMillis(100))
                    .topologyEventRefreshWindow(Duration.ofMillis(200))
                    .statusEventRefreshWindow(Duration.ofMillis(200)))
            .build();
    opened.add(cluster);
    Session session = cluster.connect();
    await("the local nodes connected", () -> session.connectedNodes().size() == 2);
    return new Subject(application, cluster, session);
  }

  private Subject connect(String application) {
    return connect(application, UnaryOperator.identity());
  }

  private static InetAddress address(int server) {
    return servers.node(server).address().getAddress();
  }

  private static Optional<Node> at(Cluster cluster, CassandraNode server) {
    return cluster.nodes().stream()
        .filter(node -> node.address().equals(server.address()))
        .findAny();
  }

  private static boolean isConnected(Subject subject, CassandraNode server) {
    return subject.session().connectedNodes().stream()
        .anyMatch(node -> node.address().equals(server.address()));
  }

  private static List<String> simpleKeys(int count) {
    Random random = new Random(17);
    return IntStream.range(0, count)
        .mapToObj(i -> Long.toString(random.nextLong(), Character.MAX_RADIX))
        .toList();
  }

  private static List<Pair> compositeKeys(int count) {
    Random random = new Random(18);
    return IntStream.range(0, count)
        .mapToObj(i -> new Pair(random.nextInt(), Long.toString(random.nextLong())))
        .toList();
  }

  private static Function<String, BoundStatement> selectOne(Subject subject) {
    PreparedStatement select = subject.session().prepare("SELECT v FROM both11.one WHERE k = ?");
    return key -> select.bind().setString(0, key);
  }

  private static void assertReplicasAreAsked(Subject subject, int keys) {
    check.assertReplicasAreAsked(
        subject,
        check.byReplica("both11", "one", simpleKeys(keys), Function.identity(), "dc1"),
        selectOne(subject));
  }

  @Test
  void allDatacentersAreKnownAndOnlyTheContactPointsIsConnectedTo() {
    Subject subject = connect("places");
    Map<InetSocketAddress, Place> known = new HashMap<>();
    for (Node node : subject.cluster().nodes()) {
      known.put(node.address(), new Place(node.datacenter(), node.rack()));
      boolean local = node.datacenter().equals("dc1");
      assertThat(node.distance()).isEqualTo(local ? NodeDistance.LOCAL : NodeDistance.IGNORED);
      assertThat(node.state()).isEqualTo(local ? NodeState.UP : NodeState.UNKNOWN);
    }
    Map<InetSocketAddress, Place> real = new HashMap<>();
    for (int i = 0; i < PLACES.size(); i++) {
      real.put(servers.node(i).address(), PLACES.get(i));
    }
    assertThat(known).isEqualTo(real);

    for (int i = 0; i < 30; i++) {
      subject.session().execute("SELECT host_id FROM system.local");
    }
    assertThat(check.requests("places", address(0))).isPositive();
    assertThat(check.requests("places", address(1))).isPositive();
    assertThat(check.requests("places", address(2))).isZero();
  }

  @Test
  void replicasOfSimpleKeysAreAsked() {
    Subject subject = connect("simple");
    assertReplicasAreAsked(subject, 10_000);
  }

  @Test
  void replicasOfCompositeKeysAreAsked() {
    Subject subject = connect("composite");
    PreparedStatement select =
        subject.session().prepare("SELECT c FROM both11.two WHERE b = ? AND a = ?");
    check.assertReplicasAreAsked(
        subject,
        check.byReplica("both11", "two", compositeKeys(10_000), Pair::text, "dc1"),
        key -> select.bind().setString(0, key.b).setInt(1, key.a));
  }

  @Test
  void withoutTokensOtherNodesAreAskedToo() {
    Subject subject = connect("tokenless", builder -> builder.tokenMetadataEnabled(false));
    assertThat(subject.cluster().metadata().tokenMap()).isEmpty();
    List<String> keys =
        check
            .byReplica("both11", "one", simpleKeys(1_000), Function.identity(), "dc1")
            .get(address(1));
    long atReplica =
        check.coordinators(subject, keys, selectOne(subject)).getOrDefault(address(1), 0L);
    assertThat(atReplica).isPositive().isLessThan(keys.size());
  }

  @Test
  void replicasAreThoseOfTheServer() {
    assertReplicasAreThoseOfTheServer(connect("replicas").cluster());
  }

  private static void assertReplicasAreThoseOfTheServer(Cluster cluster) {
    TokenMap tokenMap = cluster.metadata().tokenMap().orElseThrow();
    try (NodeOperator operator = servers.node(0).operator()) {
      for (String keyspace : KEYSPACES.keySet()) {
        for (String key : simpleKeys(1_000)) {
          ByteBuffer routingKey = ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
          assertThat(tokenMap.getReplicas(keyspace, routingKey))
              .as("replicas of %s in %s", key, keyspace)
              .extracting(node -> node.address().getAddress())
              .isEqualTo(operator.replicas(keyspace, "one", key));
        }
      }
    }
  }

  @Test
  void killedNodeFailsItsOwnRequestsAloneAndServesAgainWhenItIsBack() {
    // The first node has the control connection too.
    CassandraNode victim = servers.node(0);
    Subject subject = connect("killed");
    Session session = subject.session();
    Node node = at(subject.cluster(), victim).orElseThrow();
    assertThat(subject.cluster().controlConnectionNode()).contains(node);
    ReadLoad load = new ReadLoad(session, session.prepare("SELECT v FROM both21.kv WHERE k = ?"));
    load.run(2_000);
    assertThat(load.failures).isEmpty();

    convictAt(1.5, 1, 2);
    int failed;
    try {
      victim.kill();
      load.run(2_000);
      await("the dead node to be left out", () -> !isConnected(subject, victim));
      await("the dead node to count as down", () -> node.state() == NodeState.DOWN);
      failed = load.finish();
      assertThat(failed).isLessThan(2 * ReadLoad.IN_FLIGHT);
      for (DriverException failure : load.failures) {
        assertThat(failure).isInstanceOf(RequestAbortedException.class);
        assertThat(failure).hasMessageContaining(victim.address().getAddress().getHostAddress());
      }
      load.run(2_000);
      await(
          "the control connection to be elsewhere",
          () ->
              subject
                  .cluster()
                  .controlConnectionNode()
                  .equals(at(subject.cluster(), servers.node(1))));
      assertThat(load.finish()).as("failures without the dead node").isEqualTo(failed);
    } finally {
      convictAt(5, 1, 2);
      victim.restart();
    }

    await("the node to be up again", () -> node.state() == NodeState.UP);
    await("the node to be connected again", () -> isConnected(subject, victim));
    assertThat(at(subject.cluster(), victim)).containsSame(node);
    await("the other client to see it too", () -> check.session.connectedNodes().size() == 3);
    long before = check.requests("killed", address(0));
    load.run(500);
    assertThat(load.finish()).isEqualTo(failed);
    assertThat(check.requests("killed", address(0)) - before).isGreaterThan(100);
    assertReplicasAreAsked(subject, 500);
  }

  private static void convictAt(double phi, int... nodes) {
    for (int node : nodes) {
      try (NodeOperator operator = servers.node(node).operator()) {
        operator.convictAt(phi);
      }
    }
  }

  @Test
  void nodeThatJoinsIsAskedForItsKeysUntilItLeaves() {
    Subject subject = connect("joined");
    Map<InetAddress, List<String>> before =
        check.byReplica("both11", "one", simpleKeys(1_000), Function.identity(), "dc1");
    CassandraNode fourth = servers.join(new Place("dc1", "r1"));
    try {
      await("the new node to be connected", () -> isConnected(subject, fourth));
      await("the other client to see it too", () -> check.session.connectedNodes().size() == 4);
      Node node = at(subject.cluster(), fourth).orElseThrow();
      assertThat(node.rack()).isEqualTo("r1");
      Map<InetAddress, List<String>> during =
          check.byReplica("both11", "one", simpleKeys(1_000), Function.identity(), "dc1");
      assertThat(before).doesNotContainKey(fourth.address().getAddress());
      assertThat(during).containsKey(fourth.address().getAddress());
      // Three nodes in two racks: which two of them have a key depends on their racks.
      assertReplicasAreThoseOfTheServer(subject.cluster());
      check.assertReplicasAreAsked(subject, during, selectOne(subject));

      try (NodeOperator operator = fourth.operator()) {
        operator.decommission();
      }
      await("the node to be forgotten", () -> at(subject.cluster(), fourth).isEmpty());
      await("the other client to forget it", () -> at(check.cluster, fourth).isEmpty());
      // Sessions hear of it a moment after who reads the metadata.
      await("its connections to be gone", () -> !isConnected(subject, fourth));
      assertThat(subject.session().connectedNodes()).hasSize(2).doesNotContain(node);
      assertThat(check.byReplica("both11", "one", simpleKeys(1_000), Function.identity(), "dc1"))
          .isEqualTo(before);
      check.assertReplicasAreAsked(subject, before, selectOne(subject));
    } finally {
      fourth.kill();
      fourth.awaitDown();
    }
  }

  @Test
  void everyKindOfSchemaChangeByAnotherClientIsSeen() {
    Cluster cluster = connect("schema").cluster();
    execute("CREATE KEYSPACE made WITH replication = {" + KEYSPACES.get("local1") + "}");
    await("the keyspace to be seen", () -> replicas(cluster) == 1);
    execute("ALTER KEYSPACE made WITH replication = {" + KEYSPACES.get("both21") + "}");
    await("the other replication to be seen", () -> replicas(cluster) == 3);
    assertThat(cluster.metadata().keyspaces().get("made").replication()).containsEntry("dc1", "2");

    for (List<SchemaStep> steps :
        List.of(SchemaStep.CREATED, SchemaStep.CHANGED, SchemaStep.DROPPED)) {
      steps.forEach(step -> execute(step.change()));
      for (SchemaStep step : steps) {
        await(step.change() + " to be seen", () -> step.isSeenBy(cluster));
      }
      // What was put together of parts is what is there as a whole.
      Optional<KeyspaceMetadata> parts = cluster.metadata().keyspace("made");
      cluster.schema().refresh();
      assertThat(cluster.metadata().keyspace("made")).isEqualTo(parts);
    }

    execute("DROP KEYSPACE made");
    await("the keyspace to be gone", () -> cluster.metadata().keyspace("made").isEmpty());
    assertThat(replicas(cluster)).isZero();
  }

  private static int replicas(Cluster cluster) {
    ByteBuffer key = ByteBuffer.wrap(new byte[] {1, 2, 3, 4});
    return cluster.metadata().tokenMap().orElseThrow().getReplicas("made", key).size();
  }
}
