package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import io.peregrine.NodeStateListener;
import io.peregrine.codec.DriverException;
import io.peregrine.policy.ConvictionPolicy;
import io.peregrine.policy.ReconnectionPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which nodes are up, and what follows from that. Confined to the conductor's thread.
 *
 * <pre>
 * state     what happens                                 becomes  and so
 * UNKNOWN   added, or nearer than ignored                UP/DOWN  an attempt: warm up, then pools
 * UP        lost, convicted, connected to by nobody      DOWN     pools close, attempts by schedule
 * UP        said to be down, connected to by nobody      DOWN     pools close, attempts by schedule
 * UP        said to be down, connected to by a session   UP       nothing: who talks to it knows better
 * DOWN      said to be up, nearer, or at another address          an attempt at once
 * DOWN      the schedule's next delay is over                     an attempt
 * DOWN      said to be up, but ignored                   UP       listeners are told
 * DOWN      an attempt succeeds                          UP       listeners are told
 * DOWN      an attempt fails                             DOWN     the next delay
 * DOWN      an attempt fails to authenticate             DOWN     no more attempts, until said to be up
 * any       removed                                      gone     pools close
 * </pre>
 */
final class NodeStates implements NodeHealth {
  private static final Logger LOG = LoggerFactory.getLogger(NodeStates.class);

  private final ClusterConductor conductor;
  private final PolicySet policies;
  private final ReconnectionPolicy reconnection;
  private final AttemptGate gate;
  private final Map<Node, Entry> entries = new LinkedHashMap<>();
  private final NodeSessions sessions = new NodeSessions();
  private final NodeNews news;
  private final Consumer<ClusterNode> onUnreachable;
  private @Nullable NodeWarmUp warmUp;

  /** What is known of one node beyond what it shows. */
  private static final class Entry {
    private final ClusterNode node;
    private final ConvictionPolicy conviction;
    private ReconnectionPolicy.@Nullable Schedule schedule;
    private boolean attempting;
    private CompletableFuture<Void> attempted = new CompletableFuture<>();
    private boolean again;

    private Entry(ClusterNode node, ConvictionPolicy conviction) {
      this.node = node;
      this.conviction = conviction;
    }
  }

  /**
   * States of no nodes yet.
   *
   * @param listeners are told; may change at any time
   * @param onUnreachable is told of nodes that are down or removed, before anybody else
   */
  NodeStates(
      ClusterConductor conductor,
      PolicySet policies,
      AttemptGate gate,
      List<NodeStateListener> listeners,
      Consumer<ClusterNode> onUnreachable) {
    this.conductor = conductor;
    this.policies = policies;
    this.reconnection = GuardedPolicies.reconnection(policies.reconnection());
    this.gate = gate;
    this.news = new NodeNews(listeners);
    this.onUnreachable = onUnreachable;
  }

  /** From now on nodes can be tried. */
  void warmUp(NodeWarmUp warmUp) {
    this.warmUp = warmUp;
  }

  /**
   * The first nodes, before any session: those that are to be connected to count as up until
   * somebody finds out otherwise. The policy knows them already.
   */
  void start(Collection<ClusterNode> nodes) {
    for (ClusterNode node : nodes) {
      entries.put(node, new Entry(node, GuardedPolicies.conviction(policies, node)));
      node.distance(policies.loadBalancing().distance(node));
      node.state(isIgnored(node) ? NodeState.UNKNOWN : NodeState.UP);
    }
    nodes.forEach(node -> news.tell(listener -> listener.onAdd(node)));
  }

  /** Who is told what happens to nodes. */
  NodeSessions sessions() {
    return sessions;
  }

  /** The nodes that are known, in whatever state. */
  List<ClusterNode> all() {
    return entries.values().stream().map(entry -> entry.node).toList();
  }

  /** A node that was not known. */
  void add(ClusterNode node) {
    Entry entry = new Entry(node, GuardedPolicies.conviction(policies, node));
    entries.put(node, entry);
    policies.loadBalancing().onAdd(node);
    node.distance(policies.loadBalancing().distance(node));
    refreshDistances();
    news.tell(listener -> listener.onAdd(node));
    attempt(entry);
  }

  /** A node that does not belong to the cluster any more. */
  void remove(ClusterNode node) {
    if (entries.remove(node) == null) {
      return;
    }
    LOG.info("{} has left the cluster", node);
    node.state(NodeState.DOWN);
    policies.loadBalancing().onRemove(node);
    onUnreachable.accept(node);
    sessions.close(node, new DriverException("The node has left the cluster: " + node));
    node.distance(NodeDistance.IGNORED);
    refreshDistances();
    news.tell(listener -> listener.onRemove(node));
  }

  /**
   * A node tells something else of itself than before.
   *
   * @param change makes it known
   * @param place whether its data centre or rack has changed, by which policies go
   * @param address whether its address has
   */
  void change(ClusterNode node, Runnable change, boolean place, boolean address) {
    boolean up = node.state() == NodeState.UP;
    if (place && up) {
      policies.loadBalancing().onDown(node);
    }
    change.run();
    if (place && up) {
      policies.loadBalancing().onUp(node);
    }
    if (place) {
      refreshDistances();
    }
    Entry entry = entries.get(node);
    if (address && up) {
      sessions.open(node);
    } else if (address && entry != null) {
      entry.schedule = null;
      attempt(entry);
    }
  }

  /** The cluster says that a node is up. */
  void onUpHint(ClusterNode node) {
    Entry entry = entries.get(node);
    if (entry == null || node.state() == NodeState.UP) {
      return;
    }
    entry.schedule = null;
    if (!isIgnored(node)) {
      attempt(entry);
    } else if (node.state() == NodeState.DOWN) {
      goUp(entry);
    }
  }

  /** The cluster says that a node is down. */
  void onDownHint(ClusterNode node) {
    Entry entry = entries.get(node);
    if (entry != null
        && node.state() != NodeState.DOWN
        && !entry.attempting
        && !sessions.isConnected(node)) {
      goDown(entry, new DriverException("The cluster says that " + node + " is down"));
    }
  }

  @Override
  public boolean onConnectionFailed(ClusterNode node, DriverException cause) {
    Entry entry = entries.get(node);
    if (entry == null || node.state() == NodeState.DOWN || entry.attempting) {
      return true;
    }
    boolean convicted =
        ConnectFailure.isAuthentication(cause)
            || entry.conviction.addFailure(ConnectFailure.forPolicies(cause));
    if (sessions.isConnected(node) || !convicted) {
      return false;
    }
    goDown(entry, cause);
    return true;
  }

  @Override
  public void tryNow(ClusterNode node) {
    onUpHint(node);
  }

  @Override
  public LongSupplier newSchedule() {
    return reconnection.newSchedule()::nextDelayNanos;
  }

  private static boolean isIgnored(ClusterNode node) {
    return node.distance() == NodeDistance.IGNORED;
  }

  private void goDown(Entry entry, DriverException cause) {
    ClusterNode node = entry.node;
    LOG.warn("{} counts as down: {}", node, cause.getMessage());
    node.state(NodeState.DOWN);
    policies.loadBalancing().onDown(node);
    onUnreachable.accept(node);
    sessions.close(node, cause);
    refreshDistances();
    news.tell(listener -> listener.onDown(node));
    retryLater(entry, cause);
  }

  private void retryLater(Entry entry, Throwable cause) {
    ClusterNode node = entry.node;
    if (isIgnored(node)) {
      return;
    }
    if (ConnectFailure.isAuthentication(cause)) {
      LOG.warn("{} is not tried again, because it does not let this client in", node);
      entry.schedule = null;
      return;
    }
    ReconnectionPolicy.Schedule schedule = entry.schedule;
    if (schedule == null) {
      schedule = reconnection.newSchedule();
      entry.schedule = schedule;
    }
    long delay = schedule.nextDelayNanos();
    if (delay < 0) {
      LOG.warn("{} is not tried again, until the cluster says that it is up", node);
      return;
    }
    LOG.info("{} is tried again in {} ms", node, TimeUnit.NANOSECONDS.toMillis(delay));
    ReconnectionPolicy.Schedule mine = schedule;
    conductor.runLater(
        delay,
        () -> {
          if (entry.schedule == mine && entries.get(node) == entry) {
            attempt(entry);
          }
        });
  }

  /**
   * Tries whether a node can be reached; if so, it is up. One attempt at a time.
   *
   * @return done when that is known
   */
  private CompletableFuture<Void> attempt(Entry entry) {
    if (entry.attempting) {
      entry.again = true;
      return entry.attempted;
    }
    NodeWarmUp warmUp = this.warmUp;
    CompletableFuture<Void> attempted = new CompletableFuture<>();
    if (warmUp == null || isIgnored(entry.node)) {
      attempted.complete(null);
      return attempted;
    }
    entry.attempting = true;
    entry.attempted = attempted;
    gate.enter(
        pass ->
            CompletableFuture.<Void>completedFuture(null)
                .thenCompose(begun -> ready(entry, warmUp, pass::heard))
                .thenCompose(ready -> openPools(entry))
                .whenComplete(
                    (open, error) -> {
                      pass.leave();
                      entry.attempting = false;
                      onAttempted(entry, error);
                      attempted.complete(null);
                    }));
    return attempted;
  }

  /** A node may have left while it waited for its turn. */
  private CompletableFuture<Void> ready(Entry entry, NodeWarmUp warmUp, Runnable onConnected) {
    return entries.get(entry.node) == entry
        ? warmUp.warmUp(entry.node, onConnected)
        : CompletableFuture.completedFuture(null);
  }

  /** The policy is told first, because the node's distance may depend on it. */
  private CompletableFuture<Void> openPools(Entry entry) {
    ClusterNode node = entry.node;
    if (entries.get(node) != entry) {
      return CompletableFuture.completedFuture(null);
    }
    policies.loadBalancing().onUp(node);
    refreshDistances();
    return sessions.open(node);
  }

  private void onAttempted(Entry entry, @Nullable Throwable error) {
    ClusterNode node = entry.node;
    if (entries.get(node) != entry) {
      sessions.close(node, new DriverException("The node has left the cluster: " + node));
      return;
    }
    boolean again = entry.again;
    entry.again = false;
    if (error == null) {
      goUp(entry);
      // Sessions that have opened meanwhile left the node out, because it was down; and of those
      // that were told, one may have lost again what it had opened.
      sessions.open(node);
      return;
    }
    Throwable cause = ConnectFailure.unwrapped(error);
    LOG.info("{} cannot be reached: {}", node, cause.getMessage());
    boolean wasNotDown = node.state() != NodeState.DOWN;
    node.state(NodeState.DOWN);
    policies.loadBalancing().onDown(node);
    sessions.close(node, new DriverException(String.valueOf(cause.getMessage()), cause));
    refreshDistances();
    if (wasNotDown) {
      news.tell(listener -> listener.onDown(node));
    }
    if (again) {
      entry.schedule = null;
      attempt(entry);
    } else {
      retryLater(entry, cause);
    }
  }

  private void goUp(Entry entry) {
    ClusterNode node = entry.node;
    entry.schedule = null;
    entry.conviction.reset();
    if (node.state() != NodeState.UP) {
      node.state(NodeState.UP);
      if (isIgnored(node)) {
        policies.loadBalancing().onUp(node);
        refreshDistances();
      }
      LOG.info("{} is up", node);
      news.tell(listener -> listener.onUp(node));
    }
  }

  /**
   * Asks the policies anew how near each node is, and has sessions act on it.
   *
   * @return done when they have tried to connect to what is nearer than before
   */
  CompletableFuture<Void> refreshDistances() {
    boolean changed = false;
    List<Entry> nearer = new ArrayList<>();
    for (Entry entry : entries.values()) {
      NodeDistance before = entry.node.distance();
      NodeDistance now = policies.loadBalancing().distance(entry.node);
      if (now != before) {
        changed = true;
        entry.node.distance(now);
        if (before == NodeDistance.IGNORED && entry.node.state() != NodeState.UP) {
          entry.schedule = null;
          nearer.add(entry);
        }
      }
    }
    List<CompletableFuture<Void>> acting = new ArrayList<>();
    if (changed) {
      acting.addAll(sessions.onDistancesChanged());
      nearer.forEach(entry -> acting.add(attempt(entry)));
    }
    return CompletableFuture.allOf(acting.toArray(CompletableFuture[]::new));
  }
}
