package io.peregrine.conductor;

import io.peregrine.NodeState;
import io.peregrine.policy.LoadBalancingPolicy;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes up for what was said of nodes while there was no control connection to hear it on. Confined
 * to the conductor's thread.
 */
final class NodeSweep {
  /** A control connection that comes and goes is no reason to try nodes more often. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Collection<NodeEntry> entries;
  private final LoadBalancingPolicy policy;
  private final NodeSessions sessions;
  private final Consumer<NodeEntry> tryAtOnce;
  private final Runnable refreshDistances;
  private final CalmAction calm;

  /**
   * @param entries the nodes, as they are at any time
   * @param policy is told of nodes that may be up
   * @param tryAtOnce tries a node, whatever its schedule says
   * @param refreshDistances asks the policies anew how near nodes are
   */
  NodeSweep(
      ClusterConductor conductor,
      Collection<NodeEntry> entries,
      LoadBalancingPolicy policy,
      NodeSessions sessions,
      Consumer<NodeEntry> tryAtOnce,
      Runnable refreshDistances) {
    this.entries = entries;
    this.policy = policy;
    this.sessions = sessions;
    this.tryAtOnce = tryAtOnce;
    this.refreshDistances = refreshDistances;
    this.calm = new CalmAction(conductor, REST_NANOS);
  }

  /**
   * There is a control connection again.
   *
   * @param to the node that it goes to, if that is known, which is being tried already
   */
  void run(@Nullable ClusterNode to) {
    calm.run(
        () -> {
          doubtIgnored();
          tryAllBut(to);
        });
    // Nodes that count as up may be without connections all the same.
    sessions.retry(
        entries.stream()
            .filter(NodeSweep::isOpen)
            .map(NodeEntry::node)
            .collect(Collectors.toSet()));
  }

  private static boolean isOpen(NodeEntry entry) {
    return entry.node().state() == NodeState.UP
        && entry.attempt() == null
        && !entry.retry().isRefused();
  }

  /**
   * Nobody tries nodes that are ignored, and what was said of them was missed. Policies are to take
   * them for nodes that are up, because some may be ignored only as long as they are down.
   */
  private void doubtIgnored() {
    boolean doubts = false;
    for (NodeEntry entry : entries) {
      ClusterNode node = entry.node();
      if (node.state() == NodeState.DOWN && entry.isIgnored() && !entry.retry().isRefused()) {
        node.state(NodeState.UNKNOWN);
        policy.onUp(node);
        doubts = true;
      }
    }
    if (doubts) {
      refreshDistances.run();
    }
  }

  /** Tries all nodes that are to be tried, but for one, and for those that have just refused. */
  void tryAllBut(@Nullable ClusterNode one) {
    for (NodeEntry entry : List.copyOf(entries)) {
      if (entry.node() != one
          && entry.isToBeTried()
          && !entry.isSwept()
          && !entry.retry().isRefused()) {
        tryAtOnce.accept(entry);
        entry.sweep();
      }
    }
  }
}
