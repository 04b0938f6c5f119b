package io.peregrine.conductor;

import io.peregrine.NoHostAvailableException;
import io.peregrine.Node;
import io.peregrine.SessionClosedException;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.io.ConnectRequest;
import io.peregrine.io.Connection;
import io.peregrine.io.ConnectionListener;
import io.peregrine.io.HandshakeException;
import io.peregrine.io.Response;
import io.peregrine.io.SelectorAgent;
import io.peregrine.io.SelectorCounter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one session: as many to each node as was asked for, opened again when they are
 * lost. Confined to the conductor's thread, but for {@link #routes()}, which any thread may read,
 * and what says so.
 *
 * @param <W> what the session makes of a connection
 */
public final class SessionPool<W> {
  private static final Logger LOG = LoggerFactory.getLogger(SessionPool.class);
  private static final long FIRST_DELAY = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_DELAY = TimeUnit.SECONDS.toNanos(60);

  private final ClusterConductor conductor;
  private final SelectorAgents agents;
  private final ConnectTemplate template;
  private @Nullable String keyspace;
  private final BiFunction<Node, Connection, W> ways;
  private final List<Link> links = new ArrayList<>();
  private final Turns turns = new Turns();
  private final List<Connection> draining = new ArrayList<>();
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> closing = new CompletableFuture<>();
  private int firstAttempts;
  private int open;
  private boolean closed;
  private volatile boolean resting;
  private volatile boolean resuming;
  private volatile RoutingTable<W> routes = new RoutingTable<>(List.of(), turns);

  /**
   * What all connections of a session have in common. Immutable.
   *
   * @param version the protocol version
   * @param startupOptions the STARTUP options
   * @param compression what to agree on with each server
   * @param timeoutNanos how long connecting may take, in ns
   */
  record ConnectTemplate(
      ProtocolVersion version,
      Map<String, String> startupOptions,
      Compression compression,
      long timeoutNanos) {}

  SessionPool(
      ClusterConductor conductor,
      SelectorAgents agents,
      ConnectTemplate template,
      @Nullable String keyspace,
      BiFunction<Node, Connection, W> ways) {
    this.conductor = conductor;
    this.agents = agents;
    this.template = template;
    this.keyspace = keyspace;
    this.ways = ways;
  }

  /**
   * The ways that requests can take now. For any thread.
   *
   * @return the current table
   */
  public RoutingTable<W> routes() {
    return routes;
  }

  /** Connects to each node; done when the first connection is ready, or when none will be. */
  CompletableFuture<Void> open(List<Node> nodes, int connectionsPerNode) {
    firstAttempts = nodes.size() * connectionsPerNode;
    for (Node node : nodes) {
      for (int i = 0; i < connectionsPerNode; i++) {
        links.add(new Link(node, agents.take()));
      }
    }
    links.forEach(Link::connect);
    return opened;
  }

  boolean isClosed() {
    return closed;
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
    links.forEach(link -> link.way = null);
    publish();
    links.forEach(link -> link.rest(cause));
    for (Connection connection : draining) {
      connection.closeSocket();
      close(connection, cause);
    }
  }

  /** Opens the connections again, if they were closed for want of a driver. For any thread. */
  public void resume() {
    if (resting) {
      conductor.run(
          () -> {
            if (resting && !closed) {
              firstAttempts = links.size();
              resuming = true;
              resting = false;
              links.forEach(Link::resume);
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
    conductor.run(this::closeNow);
    return CompletableFuture.anyOf(closing, conductor.ended()).thenApply(done -> null);
  }

  /**
   * Makes all connections use a keyspace, and those that are opened later. For any thread.
   *
   * @param name the keyspace
   * @return done when each connection has it, or has failed to
   */
  public CompletableFuture<Void> useKeyspace(String name) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    conductor.run(
        () -> {
          keyspace = name;
          List<CompletableFuture<?>> answers = new ArrayList<>();
          for (Link link : links) {
            Connection connection = link.connection;
            if (connection != null && link.way != null) {
              answers.add(useOrClose(connection, name));
            }
          }
          CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
              .thenRun(() -> done.complete(null));
        });
    return CompletableFuture.anyOf(done, conductor.ended()).thenApply(either -> null);
  }

  /** A connection with the wrong keyspace would give the wrong rows: better none. */
  private CompletableFuture<?> useOrClose(Connection connection, String name) {
    return use(connection, name)
        .exceptionally(
            error -> {
              close(connection, new DriverException(String.valueOf(error.getMessage()), error));
              return List.of();
            });
  }

  private CompletableFuture<List<Map<String, @Nullable Object>>> use(
      Connection connection, String name) {
    String text = "USE \"" + name.replace("\"", "\"\"") + "\"";
    return ConductorQuery.ask(conductor, connection, text, template.timeoutNanos());
  }

  private void closeNow() {
    if (closed) {
      return;
    }
    closed = true;
    SessionClosedException cause = new SessionClosedException("The session was closed");
    opened.completeExceptionally(cause);
    publish();
    for (Link link : links) {
      Connection connection = link.connection;
      if (connection != null) {
        close(connection, cause);
      }
      agents.giveBack(link.agent);
    }
    for (Connection connection : draining) {
      close(connection, cause);
    }
    checkClosed();
  }

  private static void close(Connection connection, DriverException cause) {
    connection.agent().connections().close(connection, cause);
  }

  private void checkClosed() {
    if (closed && open == 0) {
      closing.complete(null);
    }
  }

  private void publish() {
    Map<Node, List<W>> usable = new LinkedHashMap<>();
    for (Link link : links) {
      W way = link.way;
      if (way != null && !closed) {
        usable.computeIfAbsent(link.node, node -> new ArrayList<>()).add(way);
      }
    }
    routes = new RoutingTable<>(usable.values(), turns);
  }

  private void onFirstAttemptFailed() {
    if (--firstAttempts > 0) {
      return;
    }
    resuming = false;
    if (opened.isDone()) {
      return;
    }
    Map<InetSocketAddress, Throwable> errors = new LinkedHashMap<>();
    for (Link link : links) {
      if (link.error != null) {
        errors.put(link.node.address(), link.error);
      }
    }
    opened.completeExceptionally(
        new NoHostAvailableException(
            "Unable to connect to any servers"
                + (keyspace == null ? "" : " using keyspace '" + keyspace + "'"),
            errors));
  }

  /** One connection of a node, and those after it. Confined to the conductor's thread. */
  private final class Link {
    private final Node node;
    private final SelectorAgent agent;
    private @Nullable Connection connection;
    private @Nullable W way;
    private @Nullable Throwable error;
    private boolean first = true;
    private boolean again;
    private long delay = FIRST_DELAY;

    private Link(Node node, SelectorAgent agent) {
      this.node = node;
      this.agent = agent;
    }

    private void rest(DriverException cause) {
      Connection connection = this.connection;
      if (connection != null) {
        connection.closeSocket();
        close(connection, cause);
      }
    }

    private void resume() {
      first = true;
      delay = FIRST_DELAY;
      again = connection != null;
      connect();
    }

    private void connect() {
      if (closed || resting || connection != null) {
        return;
      }
      open++;
      if (!first) {
        agent.counters().increment(SelectorCounter.RECONNECTS);
      }
      connection =
          agent
              .connections()
              .connect(
                  new ConnectRequest(
                      node.address(),
                      template.version(),
                      template.startupOptions(),
                      template.compression(),
                      template.timeoutNanos()),
                  new LinkListener(this));
    }

    private void onReady(Connection ready) {
      String name = keyspace;
      if (name == null) {
        onUsable(ready);
        return;
      }
      use(ready, name)
          .whenComplete(
              (rows, failure) -> {
                if (failure == null && !name.equals(keyspace)) {
                  onReady(ready);
                } else if (failure == null) {
                  onUsable(ready);
                } else {
                  close(ready, new DriverException(failure.getMessage(), failure));
                }
              });
    }

    private void onUsable(Connection ready) {
      if (ready != connection || resting || again) {
        // It was closed meanwhile, or is about to be.
        return;
      }
      first = false;
      delay = FIRST_DELAY;
      way = ways.apply(node, ready);
      publish();
      resuming = false;
      opened.complete(null);
    }

    /** The connection only ends what it has begun: another one takes its place at once. */
    private void onDraining(Connection old) {
      if (old == connection && !closed) {
        LOG.warn("Too many requests to {} were never answered: opening another connection", node);
        draining.add(old);
        connection = null;
        way = null;
        publish();
        connect();
      }
    }

    private void onClosed(Connection old, DriverException cause) {
      open--;
      if (draining.remove(old)) {
        checkClosed();
        return;
      }
      connection = null;
      way = null;
      error = cause;
      if (closed) {
        checkClosed();
        return;
      }
      if (resting || again) {
        again = false;
        connect();
        return;
      }
      publish();
      if (cause instanceof HandshakeException handshake && handshake.isAuthentication()) {
        // To ask again would not change the answer, and might lock the account.
        LOG.error("No connection to {}, and none will be tried: {}", node, cause.getMessage());
        failFirst();
        return;
      }
      LOG.warn(
          "No connection to {}, trying again in {} s: {}",
          node,
          TimeUnit.NANOSECONDS.toSeconds(delay),
          cause.getMessage());
      conductor.runLater(delay, this::connect);
      delay = Math.min(LONGEST_DELAY, 2 * delay);
      failFirst();
    }

    private void failFirst() {
      if (first) {
        first = false;
        onFirstAttemptFailed();
      }
    }
  }

  /** Brings what the agent reports onto the conductor's thread. Called on the agent's thread. */
  private final class LinkListener implements ConnectionListener {
    private final Link link;

    private LinkListener(Link link) {
      this.link = link;
    }

    @Override
    public void onReady(Connection ready) {
      conductor.run(() -> link.onReady(ready));
    }

    @Override
    public void onDraining(Connection old) {
      conductor.run(() -> link.onDraining(old));
    }

    @Override
    public void onClosed(Connection closed, DriverException cause) {
      conductor.run(() -> link.onClosed(closed, cause));
    }

    @Override
    public void onEvent(Response event) {
      // Sessions subscribe to nothing.
    }
  }
}
