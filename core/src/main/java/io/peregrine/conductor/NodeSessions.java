package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.metadata.TokenMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a cluster, as far as they are connected to nodes. Confined to the conductor's
 * thread.
 */
final class NodeSessions {
  private final List<NodeConnections> sessions = new ArrayList<>();
  private @Nullable TokenMap tokens;

  /** A session is told of nodes from now on; it knows those that are not down. */
  void add(NodeConnections session) {
    sessions.add(session);
    TokenMap tokens = this.tokens;
    if (tokens != null) {
      session.onTokenMap(tokens);
    }
  }

  void remove(NodeConnections session) {
    sessions.remove(session);
  }

  /** Those that there are now. */
  List<NodeConnections> all() {
    return List.copyOf(sessions);
  }

  /** There is another token map; sessions that come later are told too. */
  void onTokenMap(TokenMap tokens) {
    this.tokens = tokens;
    all().forEach(session -> session.onTokenMap(tokens));
  }

  /** Whether requests of any session can go to a node. */
  boolean isConnected(ClusterNode node) {
    return sessions.stream().anyMatch(session -> session.isConnected(node));
  }

  /**
   * Has all sessions connect to a node, as far as they are not; fails if one of them cannot, unless
   * it has closed meanwhile.
   */
  CompletableFuture<Void> open(ClusterNode node) {
    Map<NodeConnections, CompletableFuture<Boolean>> opening = new LinkedHashMap<>();
    all().forEach(session -> opening.put(session, session.onUp(node)));
    return CompletableFuture.allOf(opening.values().toArray(CompletableFuture[]::new))
        .thenAccept(
            all ->
                opening.forEach(
                    (session, reached) -> {
                      if (!reached.join() && sessions.contains(session)) {
                        throw new DriverException("Not every session can connect to " + node);
                      }
                    }));
  }

  /** Has those sessions connect to a node that have no connection to it, at once. */
  void openMissing(ClusterNode node) {
    for (NodeConnections session : all()) {
      if (!session.isConnected(node)) {
        session.onUp(node);
      }
    }
  }

  /** Has those sessions connect to a node that were not told of it, or have lost it again. */
  void confirm(ClusterNode node) {
    all().forEach(session -> session.onProvedUp(node));
  }

  /** Has all sessions try at once what they are not connected to of these nodes. */
  void retry(Set<ClusterNode> which) {
    all().forEach(session -> session.retry(which));
  }

  /** Has all sessions part with a node. */
  void close(ClusterNode node, DriverException cause) {
    all().forEach(session -> session.onDown(node, cause));
  }

  /** Has all sessions open and close connections as distances ask for now; done when they have. */
  List<CompletableFuture<Void>> onDistancesChanged() {
    return all().stream().map(NodeConnections::onDistancesChanged).toList();
  }
}
