package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.NodeState;
import io.peregrine.SessionClosedException;
import io.peregrine.codec.DriverException;
import io.peregrine.io.Way;
import io.peregrine.metadata.TokenMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one session: a pool for each node that is to be connected to. Confined to the
 * conductor's thread, but for {@link #routes()}, which any thread may read, and what says so.
 *
 * @param <W> what the session makes of a connection
 */
public final class SessionPool<W extends Way> implements NodeConnections {
  private final PoolContext<W> context;
  private final Consumer<? super SessionPool<W>> onClosing;
  private final Set<ClusterNode> nodes = new LinkedHashSet<>();
  private final Map<ClusterNode, NodePool<W>> pools = new LinkedHashMap<>();

  /** Nodes that had connections and may have them again; those that left the cluster drop out. */
  private final Set<ClusterNode> lost = Collections.newSetFromMap(new WeakHashMap<>());

  private final TurnCounter turns = new TurnCounter();
  private final LeavingConnections leaving;
  private final SessionOpening opening;
  private @Nullable TokenMap tokens;
  private boolean closed;
  private volatile @Nullable String keyspace;
  private final AtomicInteger keyspaceChanges = new AtomicInteger();
  private volatile boolean resting;
  private volatile boolean resuming;
  private volatile Map<Node, List<W>> ways = Map.of();
  private volatile RoutingTable<W> routes = new RoutingTable<>(Map.of(), turns);

  /**
   * @param onClosing is told when the pool begins to close, and is to be told of no nodes any more
   */
  SessionPool(
      PoolContext<W> context,
      @Nullable String keyspace,
      Consumer<? super SessionPool<W>> onClosing) {
    this.context = context;
    this.keyspace = keyspace;
    this.onClosing = onClosing;
    this.leaving = new LeavingConnections(context.conductor());
    this.opening =
        new SessionOpening(context.health(), () -> routes.size() > 0, () -> this.keyspace);
  }

  /**
   * The ways that requests can take now. For any thread.
   *
   * @return the current table
   */
  public RoutingTable<W> routes() {
    return routes;
  }

  /**
   * The ways to each node that the session means to be connected to. For any thread.
   *
   * @return an immutable copy; a node that is not connected has none
   */
  public Map<Node, List<W>> ways() {
    return ways;
  }

  /**
   * The keyspace that connections are made to use. For any thread.
   *
   * @return its name, or null for none
   */
  public @Nullable String keyspace() {
    return keyspace;
  }

  /**
   * Connects to each node that its distance does not exclude, and that is not down; to those that
   * are if no other can be connected to.
   *
   * @return done when the first connection is ready, or, if the session is to wait, when each node
   *     has been tried; fails if none will be
   */
  CompletableFuture<Void> open(Collection<ClusterNode> all) {
    List<ClusterNode> down = new ArrayList<>();
    for (ClusterNode node : all) {
      if (node.state() != NodeState.DOWN) {
        nodes.add(node);
      } else if (isWanted(node)) {
        down.add(node);
      }
    }
    opening.begin(all.size(), down);
    allOf(fitAll(node -> true, true)).thenRun(() -> opening.onOthersTried(this::isWanted));
    return opening.opened();
  }

  private boolean isWanted(ClusterNode node) {
    return context.size().connections(node.distance()) > 0;
  }

  @Override
  public CompletableFuture<Boolean> onUp(ClusterNode node) {
    if (closed) {
      return CompletableFuture.completedFuture(true);
    }
    nodes.add(node);
    opening.onUp(node);
    Attempt attempt = fit(node, true);
    publish();
    attempt.all().thenRun(() -> opening.onTried(node));
    return isOwned() ? CompletableFuture.completedFuture(true) : attempt.first();
  }

  @Override
  public void onDown(ClusterNode node, DriverException cause) {
    nodes.remove(node);
    NodePool<W> pool = pools.remove(node);
    if (pool != null) {
      lost.add(node);
      publish();
      pool.close(cause);
    }
    onFailed(node, cause);
    opening.onTried(node);
  }

  @Override
  public void onProvedUp(ClusterNode node) {
    if (!closed) {
      nodes.add(node);
      fit(node, false);
      publish();
    }
  }

  @Override
  public void retry(Set<ClusterNode> which) {
    if (!closed) {
      fitAll(which::contains, true);
    }
  }

  @Override
  public CompletableFuture<Void> onDistancesChanged() {
    if (closed) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> all =
        allOf(
            fitAll(node -> pools.containsKey(node) || !context.health().isBeingTried(node), false));
    return isOwned() ? CompletableFuture.completedFuture(null) : all;
  }

  /** Whether a thread of the application's drives the connections, which may be away for long. */
  private boolean isOwned() {
    return context.size().owner() != null;
  }

  @Override
  public boolean isConnected(ClusterNode node) {
    NodePool<W> pool = pools.get(node);
    return pool != null && pool.isConnected();
  }

  private List<Attempt> fitAll(Predicate<ClusterNode> which, boolean hurries) {
    List<Attempt> attempts = new ArrayList<>();
    for (ClusterNode node : List.copyOf(nodes)) {
      // The end of one node's attempt may be that of another node.
      if (nodes.contains(node) && which.test(node)) {
        attempts.add(fit(node, hurries));
      }
    }
    publish();
    return attempts;
  }

  /**
   * Gives a node as many connections as its distance asks for; the table is to be published.
   *
   * @param hurries whether those are opened at once that are tried again by a schedule
   */
  private Attempt fit(ClusterNode node, boolean hurries) {
    int count = context.size().connections(node.distance());
    if (count > 0) {
      NodePool<W> pool =
          pools.computeIfAbsent(
              node, added -> new NodePool<>(this, context, added, lost.remove(added)));
      return pool.resize(count, hurries);
    }
    NodePool<W> pool = pools.remove(node);
    if (pool != null) {
      pool.retire();
    }
    return Attempt.needless();
  }

  private static CompletableFuture<Void> allOf(List<Attempt> attempts) {
    return CompletableFuture.allOf(
        attempts.stream().map(Attempt::all).toArray(CompletableFuture[]::new));
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether no connections are opened, because nobody drives them or nobody wants them. */
  boolean isPaused() {
    return closed || resting;
  }

  /**
   * Whether there are no connections because the thread that drives them had stayed away. For any
   * thread.
   *
   * @return false again once there is a connection, or none could be opened
   */
  public boolean isResting() {
    return resting || resuming;
  }

  /**
   * Closes all connections for as long as nobody drives them. Their sockets close now, and what was
   * in flight fails when the agent runs again; so it must not run meanwhile.
   */
  void rest() {
    if (closed || resting) {
      return;
    }
    resting = true;
    resuming = false;
    DriverException cause =
        new DriverException("The connection was closed, because nobody had driven it for long");
    List.copyOf(pools.values()).forEach(pool -> pool.rest(cause));
    publish();
    leaving.rest(cause);
  }

  /** Opens the connections again, if they were closed for want of a driver. For any thread. */
  public void resume() {
    if (resting) {
      context
          .conductor()
          .run(
              () -> {
                if (resting && !closed) {
                  resuming = true;
                  resting = false;
                  allOf(fitAll(node -> true, true)).thenRun(() -> resuming = false);
                }
              });
    }
  }

  /**
   * Closes all connections; what is in flight on them fails. For any thread.
   *
   * @return done when they are closed
   */
  public CompletableFuture<Void> close() {
    context.conductor().run(this::closeNow);
    return CompletableFuture.anyOf(leaving.gone(), context.conductor().ended())
        .thenApply(done -> null);
  }

  private void closeNow() {
    if (closed) {
      return;
    }
    closed = true;
    onClosing.accept(this);
    SessionClosedException cause = new SessionClosedException("The session was closed");
    opening.end(cause);
    List<NodePool<W>> all = List.copyOf(pools.values());
    pools.clear();
    nodes.clear();
    publish();
    all.forEach(pool -> pool.close(cause));
    leaving.close(cause);
  }

  /**
   * Whether no change of the keyspace is under way, so that all connections have the same. For any
   * thread.
   *
   * @return true if so
   */
  public boolean isKeyspaceSettled() {
    return keyspaceChanges.get() == 0;
  }

  /**
   * Makes all connections use a keyspace, and those that are opened later. A connection that cannot
   * is closed, and another one is opened in its place. For any thread.
   *
   * @param name the keyspace
   * @param mostNanos how long that is waited for, in ns; 0 for as long as it takes. Connections
   *     that are late have the time that they always have.
   * @return done when each connection has it; fails with a {@link
   *     io.peregrine.SetKeyspaceException} that names those nodes to which one has not, or with
   *     {@link io.peregrine.OperationTimedOutException}
   */
  public CompletableFuture<Void> useKeyspace(String name, long mostNanos) {
    keyspaceChanges.incrementAndGet();
    CompletableFuture<Void> done = context.conductor().answers().ask(() -> changeTo(name));
    if (mostNanos > 0) {
      context.conductor().failLater(done, mostNanos, () -> KeyspaceSwitch.late(name));
    }
    return done;
  }

  /**
   * Takes back what a request has done that nobody waits for any more: all connections use the
   * session's keyspace again. For any thread.
   *
   * @param used what one of them uses, which becomes the session's if that has none
   */
  public void stayInKeyspace(String used) {
    keyspaceChanges.incrementAndGet();
    context.conductor().answers().ask(() -> changeTo(Objects.requireNonNullElse(keyspace, used)));
  }

  private CompletableFuture<Void> changeTo(String name) {
    keyspace = name;
    KeyspaceSwitch change = new KeyspaceSwitch(name);
    pools.values().forEach(pool -> pool.useKeyspace(change));
    return change.done().whenComplete((used, error) -> keyspaceChanges.decrementAndGet());
  }

  void publish() {
    Map<Node, List<W>> ways = new LinkedHashMap<>();
    pools.forEach((node, pool) -> ways.put(node, pool.ways()));
    this.ways = Collections.unmodifiableMap(ways);
    RoutingTable<W> routes = new RoutingTable<>(ways, turns);
    TokenMap tokens = this.tokens;
    if (tokens != null) {
      routes.align(tokens);
    }
    this.routes = routes;
  }

  @Override
  public void onTokenMap(TokenMap tokens) {
    this.tokens = tokens;
    routes.align(tokens);
  }

  /** Where connections go that it parts with. */
  LeavingConnections leaving() {
    return leaving;
  }

  void onUsable() {
    publish();
    resuming = false;
    if (!context.size().waitsForAll()) {
      opening.succeed();
    }
  }

  void onFailed(ClusterNode node, DriverException cause) {
    opening.onFailed(node, cause);
  }
}
