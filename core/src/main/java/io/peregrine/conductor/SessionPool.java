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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one session: one to each node, opened again when it is lost. Confined to the
 * conductor's thread, but for {@link #routes()}, which any thread may read.
 *
 * @param <W> what the session makes of a connection
 */
public final class SessionPool<W> {
  private static final Logger LOG = LoggerFactory.getLogger(SessionPool.class);
  private static final long FIRST_DELAY = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_DELAY = TimeUnit.SECONDS.toNanos(60);

  private final ClusterConductor conductor;
  private final SelectorAgent agent;
  private final ConnectTemplate template;
  private @Nullable String keyspace;
  private final BiFunction<Node, Connection, W> ways;
  private final List<Link> links = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> closing = new CompletableFuture<>();
  private int firstAttempts;
  private int open;
  private boolean closed;
  private volatile RoutingTable<W> routes = new RoutingTable<>(List.of(), turn);

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
      SelectorAgent agent,
      ConnectTemplate template,
      @Nullable String keyspace,
      BiFunction<Node, Connection, W> ways) {
    this.conductor = conductor;
    this.agent = agent;
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
  CompletableFuture<Void> open(List<Node> nodes) {
    firstAttempts = nodes.size();
    for (Node node : nodes) {
      Link link = new Link(node);
      links.add(link);
      link.connect();
    }
    return opened;
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
              agent
                  .connections()
                  .close(
                      connection, new DriverException(String.valueOf(error.getMessage()), error));
              return List.of();
            });
  }

  private CompletableFuture<List<Map<String, @Nullable Object>>> use(
      Connection connection, String name) {
    String text = "USE \"" + name.replace("\"", "\"\"") + "\"";
    return ConductorQuery.ask(conductor, connection, text, template.timeoutNanos());
  }

  private void closeNow() {
    closed = true;
    SessionClosedException cause = new SessionClosedException("The session was closed");
    opened.completeExceptionally(cause);
    publish();
    for (Link link : links) {
      Connection connection = link.connection;
      if (connection != null) {
        agent.connections().close(connection, cause);
      }
    }
    checkClosed();
  }

  private void checkClosed() {
    if (closed && open == 0) {
      closing.complete(null);
    }
  }

  private void publish() {
    List<W> usable = new ArrayList<>();
    for (Link link : links) {
      W way = link.way;
      if (way != null && !closed) {
        usable.add(way);
      }
    }
    routes = new RoutingTable<>(usable, turn);
  }

  private void onFirstAttemptFailed() {
    if (--firstAttempts > 0 || opened.isDone()) {
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

  /** One node with its connection. Confined to the conductor's thread. */
  private final class Link {
    private final Node node;
    private @Nullable Connection connection;
    private @Nullable W way;
    private @Nullable Throwable error;
    private boolean first = true;
    private long delay = FIRST_DELAY;

    private Link(Node node) {
      this.node = node;
    }

    private void connect() {
      if (closed) {
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
                  agent
                      .connections()
                      .close(ready, new DriverException(failure.getMessage(), failure));
                }
              });
    }

    private void onUsable(Connection ready) {
      first = false;
      delay = FIRST_DELAY;
      way = ways.apply(node, ready);
      publish();
      opened.complete(null);
    }

    private void onClosed(DriverException cause) {
      open--;
      connection = null;
      way = null;
      error = cause;
      if (closed) {
        checkClosed();
        return;
      }
      publish();
      LOG.warn(
          "No connection to {}, trying again in {} s: {}",
          node,
          TimeUnit.NANOSECONDS.toSeconds(delay),
          cause.getMessage());
      conductor.runLater(delay, this::connect);
      delay = Math.min(LONGEST_DELAY, 2 * delay);
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
    public void onClosed(Connection closed, DriverException cause) {
      conductor.run(() -> link.onClosed(cause));
    }

    @Override
    public void onEvent(Response event) {
      // Sessions subscribe to nothing.
    }
  }
}
