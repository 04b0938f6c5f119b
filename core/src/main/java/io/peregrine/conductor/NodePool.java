package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import io.peregrine.io.ConnectionListener;
import io.peregrine.io.Response;
import io.peregrine.io.SelectorAgent;
import io.peregrine.io.SelectorCounter;
import io.peregrine.io.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one session to one node: as many as the node's distance asks for, replaced
 * when they are lost, unless the node counts as down then. Confined to the conductor's thread.
 *
 * <p>A connection that it parts with is the session's business from then on.
 *
 * @param <W> what the session makes of a connection
 */
final class NodePool<W extends Way> {
  private static final Logger LOG = LoggerFactory.getLogger(NodePool.class);

  private final SessionPool<W> session;
  private final PoolContext<W> context;
  private final ClusterNode node;
  private final boolean again;
  private final List<Link> links = new ArrayList<>();
  private Attempt attempt = Attempt.needless();
  private @Nullable List<W> ways;

  /**
   * @param again whether the node had connections before, so that these are counted as reconnects
   */
  NodePool(SessionPool<W> session, PoolContext<W> context, ClusterNode node, boolean again) {
    this.again = again;
    this.session = session;
    this.context = context;
    this.node = node;
  }

  /** Opens and closes connections until there are so many, all to the node's present address. */
  Attempt resize(int count) {
    while (links.size() < count) {
      links.add(new Link(context.agents().take()));
    }
    // Last, because the end of an attempt may close this pool, which is to have no links then.
    while (links.size() > count) {
      links.remove(links.size() - 1).retire();
    }
    return connect();
  }

  /** Opens the connections that are missing. */
  Attempt connect() {
    List.copyOf(links).forEach(Link::leaveOldAddress);
    if (session.isPaused()) {
      return Attempt.needless();
    }
    if (attempt.isDone() || attempt.first().isDone() && !isConnected()) {
      // What was true of the one before may not be any more.
      attempt = new Attempt(isConnected());
    }
    links.forEach(Link::join);
    attempt.endIfDone();
    return attempt;
  }

  /** The ways that lead to the node now. Immutable, and the same list until they change. */
  List<W> ways() {
    List<W> ways = this.ways;
    if (ways == null) {
      List<W> open = new ArrayList<>();
      for (Link link : links) {
        W way = link.way;
        if (way != null) {
          open.add(way);
        }
      }
      ways = List.copyOf(open);
      this.ways = ways;
    }
    return ways;
  }

  boolean isConnected() {
    return !ways().isEmpty();
  }

  /** Closes the connections for as long as nobody drives them. */
  void rest(DriverException cause) {
    for (Link link : List.copyOf(links)) {
      link.tried = false;
      link.dismiss(cause);
    }
  }

  /** Closes the connections for good; what is in flight on them fails. */
  void close(DriverException cause) {
    List<Link> all = List.copyOf(links);
    links.clear();
    for (Link link : all) {
      context.agents().giveBack(link.agent);
      link.dismiss(cause);
    }
  }

  /** Closes the connections for good when what is in flight on them has ended. */
  void retire() {
    List<Link> all = List.copyOf(links);
    links.clear();
    all.forEach(Link::retire);
  }

  /** Makes the open connections use the session's keyspace. */
  void useKeyspace(KeyspaceSwitch change) {
    for (Link link : links) {
      ConnectionKeyspace following = link.following;
      if (following != null && link.way != null) {
        change.use(following, error -> link.onKeyspaceRefused(following.connection(), error));
      }
    }
  }

  /** One connection of the node, and those after it. Confined to the conductor's thread. */
  private final class Link {
    private final SelectorAgent agent;
    private @Nullable Connection connection;
    private @Nullable ConnectionKeyspace following;
    private @Nullable W way;
    private @Nullable Attempt attempt;
    private @Nullable LongSupplier schedule;
    private boolean tried = again;

    /** Whether it waits to be opened; whoever parts with it does not want that any more. */
    private boolean queued;

    private Link(SelectorAgent agent) {
      this.agent = agent;
    }

    /** Takes part in the pool's attempt, unless it is connected or does already. */
    private void join() {
      if (way != null || attempt != null) {
        return;
      }
      attempt = NodePool.this.attempt;
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
      connection = context.template().connect(agent, node.address(), new LinkListener(this, pass));
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
      ways = null;
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
    private void onDraining(Connection old) {
      if (old == connection) {
        LOG.warn("Too many requests to {} were never answered: opening another connection", node);
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
        LOG.warn("No connection to {}, which counts as down: {}", node, cause.getMessage());
      } else if (links.contains(this) && !session.isPaused()) {
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

    private void leaveOldAddress() {
      Connection connection = this.connection;
      if (connection != null && !connection.remoteAddress().equals(node.address())) {
        boolean wasUsable = way != null;
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

    private void retire() {
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
      ways = null;
    }

    private void endAttempt(boolean reached) {
      Attempt attempt = this.attempt;
      this.attempt = null;
      if (attempt != null) {
        attempt.end(reached);
      }
    }
  }

  /** Brings what the agent reports onto the conductor's thread. Called on the agent's thread. */
  private final class LinkListener implements ConnectionListener {
    private final Link link;
    private final AttemptGate.Pass pass;

    private LinkListener(Link link, AttemptGate.Pass pass) {
      this.link = link;
      this.pass = pass;
    }

    @Override
    public void onReady(Connection ready) {
      context
          .conductor()
          .run(
              () -> {
                pass.leave();
                link.onReady(ready);
              });
    }

    @Override
    public void onDraining(Connection old) {
      context.conductor().run(() -> link.onDraining(old));
    }

    @Override
    public void onClosed(Connection closed, DriverException cause) {
      context
          .conductor()
          .run(
              () -> {
                pass.leave();
                link.onClosed(closed, cause);
              });
    }

    @Override
    public void onEvent(Response event) {
      // Sessions subscribe to nothing.
    }
  }
}
