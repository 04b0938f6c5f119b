package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import io.peregrine.NodeStateListener;
import io.peregrine.codec.DriverException;
import io.peregrine.policy.ReconnectionPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
 * UP        nearer than ignored                          UP/DOWN  an attempt, before pools open
 * UP        lost, convicted, connected to by nobody      DOWN     pools close, attempts by schedule
 * UP        said to be down, connected to by nobody      DOWN     pools close, attempts by schedule
 * UP        said to be down, connected to by a session   UP       nothing: who talks to it knows better
 * UP        said to be up, without a session's connection UP      that session tries at once
 * DOWN      said to be up, nearer, or at another address          an attempt at once
 * DOWN      the schedule's next delay is over                     an attempt
 * not UP    said to be up, but ignored                   UP       listeners are told
 * DOWN      an attempt succeeds                          UP       listeners are told
 * DOWN      an attempt fails                             DOWN     the next delay
 * DOWN      an attempt fails to authenticate             DOWN     none, until other credentials or said up
 * DOWN      the control connection is there again,       UNKNOWN  policies take it for one that is up,
 *           but it is ignored                                     which may bring it nearer
 * not UP    the control connection is there again                 an attempt at once, unless it has
 *                                                                 refused to authenticate of late
 * not UP    it is, within 10 s of the last time                   an attempt when these are over
 * any       removed                                      gone     pools close
 * </pre>
 */
final class NodeStates implements NodeHealth {
  private static final Logger LOG = LoggerFactory.getLogger(NodeStates.class);

  private final ClusterConductor conductor;
  private final PolicySet policies;
  private final ReconnectionPolicy reconnection;
  private final NodeAttempts attempts;
  private final Map<Node, NodeEntry> entries = new LinkedHashMap<>();
  private final NodeSessions sessions = new NodeSessions();
  private final NodeSweep sweep;
  private final NodeNews news;
  private final Owner owner;

  /** Who has the control connection. Called on the conductor's thread. */
  interface Owner {
    /** A node is down or removed. */
    void onUnreachable(ClusterNode node);

    /** A node is up. */
    void onReachable(ClusterNode node);
  }

  /**
   * States of no nodes yet.
   *
   * @param listeners are told; may change at any time
   * @param owner is told before anybody else
   */
  NodeStates(
      ClusterConductor conductor,
      PolicySet policies,
      AttemptGate gate,
      List<NodeStateListener> listeners,
      Owner owner) {
    this.conductor = conductor;
    this.policies = policies;
    this.reconnection = GuardedPolicies.reconnection(policies.reconnection());
    this.attempts = new NodeAttempts(gate, this::isKnown, this::openPools, this::onAttempted);
    this.sweep =
        new NodeSweep(
            conductor,
            entries.values(),
            policies.loadBalancing(),
            sessions,
            this::tryAtOnce,
            this::refreshDistances);
    this.news = new NodeNews(listeners);
    this.owner = owner;
  }

  /** From now on nodes can be tried; those are that should have been before. */
  void warmUp(NodeWarmUp warmUp) {
    attempts.warmUp(warmUp);
    sweep.tryAllBut(null);
  }

  /**
   * The first nodes, before any session: those that are to be connected to count as up until
   * somebody finds out otherwise. The policy knows them already.
   */
  void start(Collection<ClusterNode> nodes) {
    for (ClusterNode node : nodes) {
      NodeEntry entry = entry(node);
      entries.put(node, entry);
      node.distance(policies.loadBalancing().distance(node));
      node.state(entry.isIgnored() ? NodeState.UNKNOWN : NodeState.UP);
    }
    nodes.forEach(news::onAdd);
  }

  private NodeEntry entry(ClusterNode node) {
    return new NodeEntry(
        node,
        GuardedPolicies.conviction(policies, node),
        new NodeRetry(conductor, reconnection, policies.credentialChanges(), node));
  }

  /** Who is told what happens to nodes. */
  NodeSessions sessions() {
    return sessions;
  }

  /** The nodes that are known, in whatever state. */
  List<ClusterNode> all() {
    return entries.values().stream().map(NodeEntry::node).toList();
  }

  /** A node that was not known. */
  void add(ClusterNode node) {
    NodeEntry entry = entry(node);
    entries.put(node, entry);
    policies.loadBalancing().onAdd(node);
    node.distance(policies.loadBalancing().distance(node));
    refreshDistances();
    news.onAdd(node);
    attempts.attempt(entry);
  }

  /** A node that does not belong to the cluster any more. */
  void remove(ClusterNode node) {
    NodeEntry entry = entries.remove(node);
    if (entry == null) {
      return;
    }
    entry.retry().forget();
    LOG.info("{} has left the cluster", node);
    node.state(NodeState.DOWN);
    policies.loadBalancing().onRemove(node);
    owner.onUnreachable(node);
    sessions.close(node, new DriverException("The node has left the cluster: " + node));
    node.distance(NodeDistance.IGNORED);
    refreshDistances();
    news.onRemove(node);
  }

  /**
   * A node tells something else of itself than before.
   *
   * @param change makes it known
   * @param place whether its data centre or rack has changed, by which policies go
   * @param address whether its address has, by which they may go too
   */
  void change(ClusterNode node, Runnable change, boolean place, boolean address) {
    NodeEntry entry = entries.get(node);
    if (entry == null || !place && !address) {
      change.run();
      return;
    }
    boolean wasIgnored = entry.isIgnored();
    // Policies take a node that nobody has tried for one that is up.
    boolean live = node.state() != NodeState.DOWN;
    if (live) {
      policies.loadBalancing().onDown(node);
    }
    change.run();
    if (live) {
      policies.loadBalancing().onUp(node);
    }
    refreshDistances();
    if (address && node.state() == NodeState.UP && entry.attempt() == null) {
      sessions.open(node);
    } else if (address && !wasIgnored) {
      tryAtOnce(entry);
    }
  }

  /** The cluster says that a node is up. */
  void onUpHint(ClusterNode node) {
    NodeEntry entry = entries.get(node);
    if (entry == null) {
      return;
    }
    if (entry.isToBeTried()) {
      tryAtOnce(entry);
    } else if (node.state() != NodeState.UP) {
      goUp(entry);
    } else if (!entry.isIgnored() && entry.attempt() == null) {
      sessions.openMissing(node);
    }
  }

  /**
   * There is a control connection again. What was said while there was none was missed, and delays
   * that an outage has made long are over with it: nobody waits for his schedule, unless that was
   * so just now already.
   *
   * @param to the node that it goes to, if that is known; it is tried first
   */
  void onControlRegained(@Nullable ClusterNode to) {
    if (to != null) {
      onUpHint(to);
    }
    sweep.run(to);
  }

  /** So much was said of nodes that nobody could listen to all of it. */
  void onNewsMissed() {
    sweep.run(null);
  }

  /** A node did not let this client in when it was asked for something else. */
  void onRefused(ClusterNode node, DriverException cause) {
    NodeEntry entry = entries.get(node);
    if (entry != null) {
      entry.retry().onFailed(cause);
    }
  }

  /** Whether a node did not let this client in, not long ago. */
  boolean isRefused(ClusterNode node) {
    NodeEntry entry = entries.get(node);
    return entry != null && entry.retry().isRefused();
  }

  private void tryAtOnce(NodeEntry entry) {
    entry.retry().forget();
    attempts.attempt(entry);
  }

  /** The cluster says that a node is down. */
  void onDownHint(ClusterNode node) {
    NodeEntry entry = entries.get(node);
    if (entry != null
        && node.state() != NodeState.DOWN
        && entry.attempt() == null
        && !sessions.isConnected(node)) {
      goDown(entry, new DriverException("The cluster says that " + node + " is down"));
    }
  }

  @Override
  public boolean onConnectionFailed(ClusterNode node, DriverException cause) {
    NodeEntry entry = entries.get(node);
    if (entry == null) {
      return true;
    }
    entry.retry().onFailed(cause);
    if (node.state() == NodeState.DOWN || entry.attempt() != null) {
      return true;
    }
    boolean convicted = entry.isConvictedBy(cause);
    if (sessions.isConnected(node) || !convicted) {
      return false;
    }
    goDown(entry, cause);
    return true;
  }

  @Override
  public boolean isBeingTried(ClusterNode node) {
    NodeEntry entry = entries.get(node);
    return entry != null && entry.attempt() != null;
  }

  @Override
  public void tryNow(ClusterNode node) {
    onUpHint(node);
  }

  @Override
  public LongSupplier newSchedule() {
    return reconnection.newSchedule()::nextDelayNanos;
  }

  private void goDown(NodeEntry entry, DriverException cause) {
    ClusterNode node = entry.node();
    LOG.warn("{} counts as down: {}", node, cause.getMessage());
    node.state(NodeState.DOWN);
    policies.loadBalancing().onDown(node);
    owner.onUnreachable(node);
    sessions.close(node, cause);
    refreshDistances();
    news.onDown(node);
    retryLater(entry, cause);
  }

  private void retryLater(NodeEntry entry, Throwable cause) {
    if (!entry.isIgnored()) {
      entry.retry().later(cause, () -> attempts.attempt(entry));
    }
  }

  private boolean isKnown(NodeEntry entry) {
    return entries.get(entry.node()) == entry;
  }

  /** The policy is told first, because the node's distance may depend on it. */
  private CompletableFuture<Void> openPools(NodeEntry entry) {
    ClusterNode node = entry.node();
    if (!isKnown(entry)) {
      return CompletableFuture.completedFuture(null);
    }
    policies.loadBalancing().onUp(node);
    refreshDistances();
    return sessions.open(node);
  }

  private void onAttempted(NodeEntry entry, @Nullable Throwable error) {
    ClusterNode node = entry.node();
    boolean again = entry.endAttempt();
    if (!isKnown(entry)) {
      sessions.close(node, new DriverException("The node has left the cluster: " + node));
      return;
    }
    if (error == null) {
      entry.retry().onConnected();
      goUp(entry);
      return;
    }
    Throwable cause = FailedFuture.cause(error);
    entry.retry().onTriedInVain(cause);
    LOG.info("{} cannot be reached: {}", node, cause.getMessage());
    node.state(NodeState.DOWN);
    policies.loadBalancing().onDown(node);
    sessions.close(node, new DriverException(String.valueOf(cause.getMessage()), cause));
    refreshDistances();
    news.onDown(node);
    if (again) {
      tryAtOnce(entry);
    } else {
      retryLater(entry, cause);
    }
  }

  private void goUp(NodeEntry entry) {
    ClusterNode node = entry.node();
    entry.absolve();
    if (node.state() != NodeState.UP) {
      node.state(NodeState.UP);
      if (entry.isIgnored()) {
        policies.loadBalancing().onUp(node);
        refreshDistances();
      }
      LOG.info("{} is up", node);
      owner.onReachable(node);
      news.onUp(node);
    }
    // Sessions leave out what is down; they are to know it again even if it is ignored, because it
    // may come nearer. And one that was told of it may have lost again what it had opened.
    sessions.confirm(node);
  }

  /**
   * Asks the policies anew how near each node is, and has sessions act on it.
   *
   * @return done when they have tried to connect to what is nearer than before
   */
  CompletableFuture<Void> refreshDistances() {
    boolean changed = false;
    List<NodeEntry> nearer = new ArrayList<>();
    for (NodeEntry entry : entries.values()) {
      NodeDistance before = entry.node().distance();
      NodeDistance now = policies.loadBalancing().distance(entry.node());
      if (now != before) {
        changed = true;
        entry.node().distance(now);
        if (before == NodeDistance.IGNORED) {
          entry.retry().forget();
          nearer.add(entry);
        }
      }
    }
    List<CompletableFuture<Void>> acting = new ArrayList<>();
    if (changed) {
      // These first: sessions leave them out until they are ready for requests.
      nearer.forEach(entry -> acting.add(attempts.attempt(entry)));
      acting.addAll(sessions.onDistancesChanged());
    }
    return CompletableFuture.allOf(acting.toArray(CompletableFuture[]::new));
  }
}
