package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import io.peregrine.io.ConnectionListener;
import io.peregrine.io.Response;
import io.peregrine.io.SelectorAgent;
import io.peregrine.io.SelectorCounter;
import io.peregrine.io.Way;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a session to a node, and those after it: it is replaced when it is lost, unless
 * the node counts as down then. Confined to the conductor's thread.
 *
 * <p>A connection that it parts with is the session's business from then on.
 *
 * @param <W> what the session makes of a connection
 */
final class NodeLink<W extends Way> {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLink.class);

  private final NodePool<W> pool;
  private final SessionPool<W> session;
  private final PoolContext<W> context;
  private final ClusterNode node;
  private final SelectorAgent agent;
  private @Nullable Connection connection;
  private @Nullable ConnectionKeyspace following;
  private @Nullable W way;
  private @Nullable Attempt attempt;
  private @Nullable LongSupplier schedule;
  private boolean tried;

  /** Whether it waits to be opened; whoever parts with it does not want that any more. */
  private boolean queued;

  /**
   * @param again whether the node had connections before, so that these are counted as reconnects
   */
  NodeLink(
      NodePool<W> pool,
      SessionPool<W> session,
      PoolContext<W> context,
      ClusterNode node,
      boolean again) {
    this.pool = pool;
    this.session = session;
    this.context = context;
    this.node = node;
    this.agent = context.agents().take();
    this.tried = again;
  }

  /** The way that leads to the node now, or null if there is none. */
  @Nullable W way() {
    return way;
  }

  /** Makes the connection use the session's keyspace, if it is open. */
  void useKeyspace(KeyspaceSwitch change) {
    ConnectionKeyspace following = this.following;
    if (following != null && way != null) {
      change.use(following, error -> onKeyspaceRefused(following.connection(), error));
    }
  }

  /** Closes the connection for as long as nobody drives it. */
  void rest(DriverException cause) {
    tried = false;
    dismiss(cause);
  }

  /** Closes the connection for good; what is in flight on it fails. */
  void close(DriverException cause) {
    context.agents().giveBack(agent);
    dismiss(cause);
  }

  /**
   * Takes part in the pool's attempt, unless it is connected or does already.
   *
   * @param hurries whether it does too if it is tried again by a schedule, or not at all any more
   */
  void join(boolean hurries) {
    if (way != null || attempt != null || schedule != null && !hurries) {
      return;
    }
    attempt = pool.attempt();
    attempt.begin();
    if (connection == null) {
      schedule = null;
      connect();
    }
  }

  private void connect() {
    if (!queued) {
      queued = true;
      context.agents().gate().enter(this::open);
    }
  }

  private void open(AttemptGate.Pass pass) {
    if (!queued) {
      pass.leave();
      return;
    }
    queued = false;
    if (tried) {
      agent.counters().increment(SelectorCounter.RECONNECTS);
    }
    tried = true;
    session.leaving().onOpening();
    connection = context.template().connect(agent, node.address(), new LinkListener(pass));
  }

  private void onReady(Connection ready) {
    if (ready == connection) {
      follow(ready, new ConnectionKeyspace(context, session, ready));
    }
  }

  /** It is not told of changes as long as it is not usable, so it looks by itself. */
  private void follow(Connection ready, ConnectionKeyspace following) {
    this.following = following;
    if (session.keyspace() == null) {
      onUsable(ready);
      return;
    }
    following
        .follow()
        .whenComplete(
            (name, failure) -> {
              if (failure != null) {
                onKeyspaceRefused(ready, new DriverException(failure.getMessage(), failure));
              } else if (name.equals(session.keyspace())) {
                onUsable(ready);
              } else if (ready == connection) {
                follow(ready, following);
              }
            });
  }

  private void onUsable(Connection ready) {
    if (ready != connection) {
      // It was parted with meanwhile.
      return;
    }
    schedule = null;
    way = context.ways().apply(node, ready);
    pool.onWaysChanged();
    session.onUsable();
    endAttempt(true);
  }

  /**
   * A connection with the wrong keyspace would give the wrong rows: better none. But a node that
   * says no was reached, and other sessions' keyspaces may be there.
   */
  private void onKeyspaceRefused(Connection refused, DriverException cause) {
    if (refused == connection && refused.isReady()) {
      part();
      session.leaving().dismiss(refused, cause);
      session.publish();
      session.onFailed(node, cause);
      retryLater(cause);
      endAttempt(cause.getCause() instanceof RefusedQueryException);
    }
  }

  /** The connection only ends what it has begun: another one takes its place at once. */
  private void onDraining(Connection old, DriverException cause) {
    if (old == connection) {
      LOG.warn("Opening another connection to {}: {}", node, cause.getMessage());
      part();
      session.leaving().letEnd(old);
      session.publish();
      connect();
    }
  }

  private void onClosed(Connection old, DriverException cause) {
    boolean mine = old == connection;
    boolean wasUsable = mine && way != null;
    if (mine) {
      part();
    }
    session.leaving().onGone(old);
    if (!mine) {
      return;
    }
    if (wasUsable) {
      session.publish();
    }
    session.onFailed(node, cause);
    if (context.health().onConnectionFailed(node, cause)) {
      schedule = null;
      LOG.warn("No connection to {}, which counts as down: {}", node, cause.getMessage());
    } else if (pool.holds(this) && !session.isPaused()) {
      retryLater(cause);
    }
    endAttempt(false);
  }

  private void retryLater(DriverException cause) {
    LongSupplier schedule = this.schedule;
    if (schedule == null) {
      schedule = context.health().newSchedule();
      this.schedule = schedule;
    }
    // The same credentials again and again would only have the account locked.
    long delay = ConnectFailure.isAuthentication(cause) ? -1 : schedule.getAsLong();
    if (delay < 0) {
      LOG.warn("No connection to {}, not trying again: {}", node, cause.getMessage());
      return;
    }
    LOG.warn(
        "No connection to {}, trying again in {} s: {}",
        node,
        TimeUnit.NANOSECONDS.toSeconds(delay),
        cause.getMessage());
    LongSupplier mine = schedule;
    context
        .conductor()
        .runLater(
            delay,
            () -> {
              if (mine == this.schedule && connection == null) {
                connect();
              }
            });
  }

  /** Closes the connection if the node is at another address now. */
  void leaveOldAddress() {
    Connection connection = this.connection;
    if (connection != null && !connection.remoteAddress().equals(node.address())) {
      boolean wasUsable = way != null;
      schedule = null;
      part();
      session
          .leaving()
          .dismiss(
              connection,
              new DriverException("The node is at another address now, " + node.address()));
      if (wasUsable) {
        session.publish();
      }
      endAttempt(false);
    }
  }

  /** Closes the connection for good when what is in flight on it has ended. */
  void retire() {
    Connection connection = this.connection;
    boolean wasUsable = way != null;
    schedule = null;
    part();
    context.agents().giveBack(agent);
    DriverException cause =
        new DriverException("The connection was closed, because the node is farther away now");
    if (connection != null && wasUsable) {
      session.leaving().retire(connection, cause);
    } else if (connection != null) {
      session.leaving().dismiss(connection, cause);
    }
    endAttempt(false);
  }

  private void dismiss(DriverException cause) {
    Connection connection = this.connection;
    schedule = null;
    part();
    if (connection != null) {
      session.leaving().dismiss(connection, cause);
    }
    endAttempt(false);
  }

  private void part() {
    queued = false;
    connection = null;
    following = null;
    way = null;
    pool.onWaysChanged();
  }

  private void endAttempt(boolean reached) {
    Attempt attempt = this.attempt;
    this.attempt = null;
    if (attempt != null) {
      attempt.end(reached);
    }
  }

  /** Brings what the agent reports onto the conductor's thread. Called on the agent's thread. */
  private final class LinkListener implements ConnectionListener {
    private final AttemptGate.Pass pass;

    private LinkListener(AttemptGate.Pass pass) {
      this.pass = pass;
    }

    @Override
    public void onReady(Connection ready) {
      context
          .conductor()
          .run(
              () -> {
                pass.leave();
                NodeLink.this.onReady(ready);
              });
    }

    @Override
    public void onDraining(Connection old, DriverException cause) {
      context.conductor().run(() -> NodeLink.this.onDraining(old, cause));
    }

    @Override
    public void onClosed(Connection closed, DriverException cause) {
      context
          .conductor()
          .run(
              () -> {
                pass.leave();
                NodeLink.this.onClosed(closed, cause);
              });
    }

    @Override
    public void onEvent(Response event) {
      // Sessions subscribe to nothing.
    }
  }
}
