package io.peregrine;

import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.ScriptedCluster;
import io.peregrine.testkit.server.ServerConnection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Scripted nodes and a cluster that acts on their events at once. Confined to the test's thread;
 * closing it fails if the driver broke the protocol.
 */
final class ClusterScene implements AutoCloseable {
  /** Who the control connection asks who is there. */
  static final RequestMatcher PEERS = RequestMatcher.queryMatching("FROM system.peers_v2");

  static final RequestMatcher KEYSPACES = RequestMatcher.queryMatching("system_schema.keyspaces");

  final ScriptedCluster nodes;
  final Cluster cluster;

  /** What a listener has been told: what, and the last byte of the node's address. */
  final List<String> heard = new CopyOnWriteArrayList<>();

  ClusterScene(ScriptedCluster nodes, UnaryOperator<ClusterBuilder> settings) {
    this.nodes = nodes;
    this.cluster = settings.apply(builder(nodes)).build();
    cluster.addNodeStateListener(
        new NodeStateListener() {
          @Override
          public void onAdd(Node node) {
            heard.add("add " + number(node));
          }

          @Override
          public void onUp(Node node) {
            heard.add("up " + number(node));
          }

          @Override
          public void onDown(Node node) {
            heard.add("down " + number(node));
          }

          @Override
          public void onRemove(Node node) {
            heard.add("remove " + number(node));
          }
        });
  }

  static ClusterScene of(int count) {
    return new ClusterScene(ScriptedCluster.start(count), builder -> builder);
  }

  static ClusterScene of(int count, UnaryOperator<ClusterBuilder> settings) {
    return new ClusterScene(ScriptedCluster.start(count), settings);
  }

  private static ClusterBuilder builder(ScriptedCluster nodes) {
    return PatientCluster.builder()
        .addContactPoint(nodes.address(0))
        .port(nodes.address(0).getPort())
        .schemaEventRefreshWindow(Duration.ZERO)
        .topologyEventRefreshWindow(Duration.ZERO)
        .statusEventRefreshWindow(Duration.ZERO);
  }

  private static int number(Node node) {
    return node.address().getAddress().getAddress()[3] - 1;
  }

  /** The node of a server, as the driver has it. */
  Node node(int index) {
    return cluster.nodes().stream()
        .filter(node -> node.address().equals(nodes.address(index)))
        .findFirst()
        .orElseThrow();
  }

  void until(String what, BooleanSupplier condition) {
    Observations.until(what, condition);
  }

  void untilHeard(String... news) {
    until(List.of(news) + ", but heard " + heard, () -> heard.containsAll(List.of(news)));
  }

  void untilConnected(Session session, int count) {
    until(count + " nodes", () -> session.connectedNodes().size() == count);
  }

  /** The server's end of the control connection. */
  ServerConnection control(int index) {
    return nodes.server(index).observed().openConnections().stream()
        .filter(connection -> !connection.registeredEvents().isEmpty())
        .findFirst()
        .orElseThrow();
  }

  boolean hasControl(int index) {
    return cluster
        .controlConnectionNode()
        .filter(node -> node.address().equals(nodes.address(index)))
        .isPresent();
  }

  int asked(RequestMatcher matcher) {
    return nodes.asked(matcher);
  }

  /** What one connection was asked, in order. */
  List<Request> requests(int index, ServerConnection connection) {
    return nodes.server(index).observed().requests(RequestMatcher.on(connection));
  }

  /** The hosts that the driver knows. */
  Set<Node> known() {
    return Set.copyOf(cluster.nodes());
  }

  @Override
  public void close() {
    cluster.close();
    nodes.close();
    nodes.assertNoViolations();
  }
}
