package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DriverException;
import io.peregrine.testkit.cassandra.CassandraCluster;
import io.peregrine.testkit.cassandra.CassandraNode;
import io.peregrine.testkit.cassandra.CassandraSpec;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three real nodes: who is found, who is asked, and what becomes of requests when one dies. */
class RealClusterTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int NODES = 3;
  private static final String HOST_ID = "SELECT host_id FROM system.local";

  private static CassandraCluster nodes;

  private Cluster cluster;
  private Session session;

  @BeforeAll
  static void start() {
    nodes = CassandraCluster.start(CassandraSpec.ofNodes(NODES));
    Waiting.until(
        "each node to have written down its peers", LIMIT, RealClusterTest::allNodesKnowEachOther);
    try (Cluster cluster = RealSession.patient(nodes.contactPoint()).build();
        Session session = cluster.connect()) {
      Waiting.until("all nodes connected", LIMIT, () -> session.connectedNodes().size() == NODES);
      session.execute(
          "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor':"
              + " 3}");
      awaitSchemaAgreement(session);
      session.execute("CREATE TABLE ks.kv (k int PRIMARY KEY, v int)");
      awaitSchemaAgreement(session);
      ReadLoad.fill(session, "ks.kv");
    }
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @BeforeEach
  void connect() {
    cluster = RealSession.patient(nodes.contactPoint()).build();
    session = cluster.connect("ks");
    Waiting.until("all nodes connected", LIMIT, () -> session.connectedNodes().size() == NODES);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  /** A node that sees its peers alive writes them into its tables a little later. */
  private static boolean allNodesKnowEachOther() {
    for (InetSocketAddress node : nodes.contactPoints()) {
      try (Cluster cluster = RealSession.patient(node).build()) {
        cluster.connect();
        if (cluster.nodes().size() < NODES) {
          return false;
        }
      }
    }
    return true;
  }

  /** Nodes hear of each other's schema changes a little later. */
  private static void awaitSchemaAgreement(Session session) {
    Waiting.until(
        "all nodes to have one schema",
        LIMIT,
        () -> {
          Set<UUID> versions = new HashSet<>();
          for (Node node : session.connectedNodes()) {
            versions.add(
                session
                    .execute(
                        SimpleStatement.of("SELECT schema_version FROM system.local")
                            .setTargetNode(node))
                    .one()
                    .getUuid(0));
          }
          return versions.size() == 1;
        });
  }

  private Map<UUID, Integer> hostsAsked(int times) {
    Map<UUID, Integer> asked = new TreeMap<>();
    for (int i = 0; i < times; i++) {
      asked.merge(session.execute(HOST_ID).one().getUuid(0), 1, Integer::sum);
    }
    return asked;
  }

  @Test
  void allNodesAreFoundFromOne() {
    assertThat(cluster.nodes()).hasSize(NODES);
    assertThat(cluster.nodes().stream().map(Node::address).collect(Collectors.toSet()))
        .isEqualTo(Set.copyOf(nodes.contactPoints()));
    assertThat(cluster.nodes().stream().map(Node::hostId).distinct()).hasSize(NODES);
    for (Node node : cluster.nodes()) {
      assertThat(node.datacenter()).isEqualTo("datacenter1");
      assertThat(node.rack()).isNotEmpty();
      assertThat(node.releaseVersion()).startsWith("5.");
    }
    assertThat(session.connectedNodes()).containsExactlyInAnyOrderElementsOf(cluster.nodes());
  }

  @Test
  void requestsGoToAllNodesInTurn() {
    Map<UUID, Integer> asked = hostsAsked(30);
    assertThat(asked.keySet())
        .isEqualTo(cluster.nodes().stream().map(Node::hostId).collect(Collectors.toSet()));
    assertThat(asked.values()).containsOnly(10);
  }

  @Test
  void eachNodeHasOneConnectionAndTheContactPointOneMoreForControl() {
    Set<Set<Integer>> seen = new HashSet<>();
    Waiting.until(
        "connections of earlier tests to be gone",
        LIMIT,
        () -> {
          seen.clear();
          for (int i = 0; i < NODES; i++) {
            Set<Integer> ports = new HashSet<>();
            for (Row row : session.execute("SELECT port, driver_name FROM system_views.clients")) {
              if ("Peregrine".equals(row.getString(1))) {
                ports.add(row.getInt(0));
              }
            }
            seen.add(ports);
          }
          return seen.stream().map(Set::size).sorted().toList().equals(List.of(1, 1, 2));
        });
    assertThat(seen).hasSize(NODES);
  }

  @Test
  void secondSessionHasConnectionsOfItsOwn() {
    try (Session other = cluster.connect()) {
      Waiting.until("all nodes connected", LIMIT, () -> other.connectedNodes().size() == NODES);
      session.close();
      assertThat(other.execute("SELECT v FROM ks.kv WHERE k = 1").one().getInt(0)).isEqualTo(-1);
    }
  }

  @Test
  void killedNodeFailsItsOwnRequestsAloneAndIsUsedAgainWhenItIsBack() {
    CassandraNode victim = nodes.node(1);
    UUID victimsId = hostId(victim.address());
    PreparedStatement select = session.prepare("SELECT v FROM kv WHERE k = ?");
    ReadLoad load = new ReadLoad(session, select);
    load.run(2_000);
    assertThat(load.failures).isEmpty();

    victim.kill();
    load.run(2_000);
    Waiting.until(
        "the dead node to be left out", LIMIT, () -> session.connectedNodes().size() == NODES - 1);
    int failedByThen = load.finish();
    assertThat(failedByThen).isLessThan(2 * ReadLoad.IN_FLIGHT);
    for (DriverException failure : load.failures) {
      assertThat(failure).isInstanceOf(RequestAbortedException.class);
      assertThat(failure).hasMessageContaining(victim.address().getAddress().getHostAddress());
    }
    load.run(2_000);
    assertThat(load.finish()).as("failures without the dead node").isEqualTo(failedByThen);
    assertThat(hostsAsked(20)).hasSize(NODES - 1).doesNotContainKey(victimsId);

    victim.restart();
    Waiting.until(
        "the node to be connected again", LIMIT, () -> session.connectedNodes().size() == NODES);
    assertThat(hostsAsked(3 * NODES)).hasSize(NODES).containsKey(victimsId);
    load.run(500);
    assertThat(load.finish()).isEqualTo(failedByThen);
  }

  @Test
  void nodeThatHangsLetsItsOwnRequestsTimeOutAndItsLateAnswersAreDropped() {
    CassandraNode sleeper = nodes.node(2);
    String address = sleeper.address().getAddress().getHostAddress();
    Duration timeout = Duration.ofSeconds(5);
    int timedOut = 0;
    sleeper.pause();
    try {
      List<ResponseFuture> answers = new ArrayList<>();
      for (Node node : cluster.nodes()) {
        SimpleStatement statement = SimpleStatement.of(HOST_ID).setTargetNode(node);
        // The others may take as long as a busy machine needs.
        if (node.address().equals(sleeper.address())) {
          statement.setTimeout(timeout);
        }
        for (int i = 0; i < 10; i++) {
          answers.add(session.executeAsync(statement));
        }
      }
      for (ResponseFuture answer : answers) {
        try {
          answer.join();
        } catch (CompletionException e) {
          assertThat(e.getCause()).isInstanceOf(OperationTimedOutException.class);
          assertThat(e.getCause()).hasMessageContaining(address);
          timedOut++;
        }
      }
    } finally {
      sleeper.resume();
    }
    assertThat(timedOut).isEqualTo(10);
    Set<UUID> hosts = new HashSet<>();
    for (int i = 0; i < 30 * NODES; i++) {
      hosts.add(session.execute(HOST_ID).one().getUuid(0));
    }
    assertThat(hosts).hasSize(NODES);
  }

  private UUID hostId(InetSocketAddress address) {
    return cluster.nodes().stream()
        .filter(node -> node.address().equals(address))
        .map(Node::hostId)
        .findAny()
        .orElseThrow();
  }
}
