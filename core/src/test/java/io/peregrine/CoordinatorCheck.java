package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.policy.RoundRobinPolicy;
import io.peregrine.policy.TargetHostPolicy;
import io.peregrine.testkit.cassandra.CassandraCluster;
import io.peregrine.testkit.cassandra.NodeOperator;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds out from the servers which of them coordinated requests: each counts the requests on each
 * of its connections, and keys are asked for by the replica that the servers themselves say they
 * have. Confined to the test's thread.
 *
 * <p>It is a client of its own, on all nodes, so that it does not count itself.
 */
final class CoordinatorCheck implements AutoCloseable {
  private static final String CLIENTS =
      "SELECT client_options, request_count FROM system_views.clients";
  private static final int IN_FLIGHT = 64;

  final Cluster cluster;
  final Session session;
  private final CassandraCluster servers;

  CoordinatorCheck(CassandraCluster servers) {
    this.servers = servers;
    cluster =
        RealSession.patient(servers.contactPoint())
            .loadBalancingPolicy(new TargetHostPolicy(new RoundRobinPolicy()))
            .topologyEventRefreshWindow(Duration.ZERO)
            .statusEventRefreshWindow(Duration.ZERO)
            .build();
    session = cluster.connect();
  }

  /** How many requests a node has had from the clients of an application; 0 if it has none. */
  long requests(String application, InetAddress node) {
    Node target =
        cluster.nodes().stream()
            .filter(known -> known.address().getAddress().equals(node))
            .findAny()
            .orElseThrow();
    long requests = 0;
    for (Row row : session.execute(SimpleStatement.of(CLIENTS).setTargetNode(target))) {
      Map<String, String> options = row.getMap(0, String.class, String.class);
      if (options != null && application.equals(options.get("APPLICATION_NAME"))) {
        requests += row.getLong(1);
      }
    }
    return requests;
  }

  /**
   * Sorts keys by their replica in one data centre, as the servers have it. There must be one.
   *
   * @param text the key as {@code nodetool} takes it
   */
  <K> Map<InetAddress, List<K>> byReplica(
      String keyspace, String table, List<K> keys, Function<K, String> text, String datacenter) {
    Map<InetAddress, List<K>> sorted = new HashMap<>();
    try (NodeOperator operator = servers.node(0).operator()) {
      for (K key : keys) {
        List<InetAddress> local =
            operator.replicas(keyspace, table, text.apply(key)).stream()
                .filter(replica -> isIn(datacenter, replica))
                .toList();
        assertThat(local).as("replicas of %s in %s", key, datacenter).hasSize(1);
        sorted.computeIfAbsent(local.get(0), replica -> new ArrayList<>()).add(key);
      }
    }
    return sorted;
  }

  private boolean isIn(String datacenter, InetAddress address) {
    return cluster.nodes().stream()
        .anyMatch(
            node ->
                node.address().getAddress().equals(address)
                    && node.datacenter().equals(datacenter));
  }

  /**
   * Has a session read keys, and tells how many of its requests each node had meanwhile. The node
   * of its control connection is left out, for it may be asked about the cluster as well.
   */
  <K> Map<InetAddress, Long> coordinators(
      Subject subject, List<K> keys, Function<K, BoundStatement> select) {
    List<InetAddress> told =
        subject.session().connectedNodes().stream()
            .filter(node -> !subject.cluster().controlConnectionNode().equals(Optional.of(node)))
            .map(node -> node.address().getAddress())
            .toList();
    Map<InetAddress, Long> counted = new HashMap<>();
    told.forEach(node -> counted.put(node, -requests(subject.application(), node)));
    Deque<ResponseFuture> inFlight = new ArrayDeque<>();
    for (K key : keys) {
      if (inFlight.size() == IN_FLIGHT) {
        inFlight.remove().join();
      }
      inFlight.add(subject.session().executeAsync(select.apply(key)));
    }
    inFlight.forEach(ResponseFuture::join);
    told.forEach(node -> counted.merge(node, requests(subject.application(), node), Long::sum));
    return counted;
  }

  /** Whether every request for the keys was coordinated by their replica. */
  <K> void assertReplicasAreAsked(
      Subject subject, Map<InetAddress, List<K>> byReplica, Function<K, BoundStatement> select) {
    byReplica.forEach(
        (replica, keys) ->
            assertThat(coordinators(subject, keys, select))
                .as("coordinators of %d keys that %s has", keys.size(), replica)
                .isNotEmpty()
                .allSatisfy(
                    (node, requests) ->
                        // A request that did not go to any of these went to the one left out.
                        assertThat(requests).isEqualTo(node.equals(replica) ? keys.size() : 0)));
  }

  @Override
  public void close() {
    cluster.close();
  }

  /**
   * Who is watched.
   *
   * @param application by which the servers tell it from others
   * @param cluster what it is connected to
   * @param session what it reads with
   */
  record Subject(String application, Cluster cluster, Session session) {}
}
