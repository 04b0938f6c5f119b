package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.response.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node that answers sensibly by itself, and otherwise as the test's scripts say. Thread-safe: a
 * test may script, push and close from any thread while clients are connected.
 *
 * <pre>{@code
 * try (ScriptedServer server = ScriptedServer.start()) {
 *   server.on(query("SELECT v FROM t"), exchange -> exchange.reply(rows(columns).row(int32(1))));
 *   ... connect to server.address() ...
 *   server.observed().assertNoViolations();
 * }
 * }</pre>
 */
public final class ScriptedServer implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final InetSocketAddress address;
  private final int receiveBuffer;
  private final @Nullable ServerTls tls;
  private final String name;
  private final DefaultAnswers answers;
  private final PreparedStatements prepared = new PreparedStatements();
  private final Observations observations = new Observations();
  private final List<Script> scripts = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final ScheduledThreadPoolExecutor later;
  private @Nullable ServerSocket listener;
  private @Nullable Thread acceptor;
  private int nextConnectionId;

  private ScriptedServer(ScriptedServerBuilder builder) throws IOException {
    this.receiveBuffer = builder.receiveBuffer;
    this.tls = builder.tls;
    this.listener = listen(new InetSocketAddress(builder.host, builder.port));
    this.address = (InetSocketAddress) listener.getLocalSocketAddress();
    this.name = "testkit-server " + address.getAddress().getHostAddress() + ":" + address.getPort();
    NodeInfo self = NodeInfo.at(address);
    Supplier<NodeInfo> local = builder.local == null ? () -> self : builder.local;
    this.answers =
        new DefaultAnswers(
            builder.versions,
            builder.compressions,
            new SystemTables(
                local, builder.peers, builder.clusterName, builder.releaseVersion, builder.peersV2),
            prepared);
    this.later = new ScheduledThreadPoolExecutor(1, work -> daemon(work, name + " delays"));
  }

  /**
   * A server on a free port of 127.0.0.1 that speaks v4 and v5.
   *
   * @return the server, listening
   */
  public static ScriptedServer start() {
    return builder().start();
  }

  /**
   * A server with other properties.
   *
   * @return their defaults
   */
  public static ScriptedServerBuilder builder() {
    return new ScriptedServerBuilder();
  }

  /**
   * Where it listens.
   *
   * @return the address with the port that was found
   */
  public InetSocketAddress address() {
    return address;
  }

  /**
   * What it saw so far.
   *
   * @return requests, connections and violations
   */
  public Observations observed() {
    return observations;
  }

  /**
   * Answers some requests by a script. Of several that fit, the latest is taken.
   *
   * @param matcher which requests
   * @param responder how
   * @return a handle to count its uses and to remove it
   */
  public Script on(RequestMatcher matcher, Responder responder) {
    return onFirst(Integer.MAX_VALUE, matcher, responder);
  }

  /**
   * Gives some requests a fixed answer.
   *
   * @param matcher which requests
   * @param message the answer
   * @return a handle to count its uses and to remove it
   */
  public Script on(RequestMatcher matcher, Message message) {
    return on(matcher, exchange -> exchange.reply(message));
  }

  /**
   * Answers the next such request by a script, and only that one.
   *
   * @param matcher which requests
   * @param responder how
   * @return a handle to count its uses and to remove it
   */
  public Script once(RequestMatcher matcher, Responder responder) {
    return onFirst(1, matcher, responder);
  }

  /**
   * Answers the next few such requests by a script; those that follow are not its business.
   *
   * @param times how many, at least 1
   * @param matcher which requests
   * @param responder how
   * @return a handle to count its uses and to remove it
   */
  public Script onFirst(int times, RequestMatcher matcher, Responder responder) {
    Script script = new Script(matcher, responder, times);
    scripts.add(0, script);
    return script;
  }

  /**
   * Answers nothing any more, while connections stay open and are still accepted.
   *
   * @return remove it and the server answers again
   */
  public Script goSilent() {
    return on(RequestMatcher.any(), Exchange::silence);
  }

  /**
   * Says what PREPARE tells about a text; without it, that there are no columns.
   *
   * @param text the CQL text
   * @param variables its bind variables
   * @param results the columns of its result
   * @param partitionKey which variables are the partition key, in its order
   */
  public void define(String text, Columns variables, Columns results, int... partitionKey) {
    prepared.define(text, variables, results, partitionKey);
  }

  /** Forgets all prepared statements, like a node that was restarted. */
  public void forgetPrepared() {
    prepared.forgetAll();
  }

  /**
   * Forgets one prepared statement.
   *
   * @param text its CQL text
   */
  public void forgetPrepared(String text) {
    prepared.forget(text);
  }

  /**
   * The id under which this server, and every other of the kit, knows a prepared text.
   *
   * @param text the CQL text
   * @return 16 bytes
   */
  public static byte[] preparedId(String text) {
    return PreparedStatements.md5(text);
  }

  /**
   * Sends an event to every open connection that registered for its type.
   *
   * @param event the event
   */
  public void push(Event event) {
    for (ServerConnection connection : observations.openConnections()) {
      if (connection.registeredEvents().contains(event.type)) {
        connection.pushEvent(event);
      }
    }
  }

  /** Refuses new connections; those that are open stay. */
  public void stopListening() {
    Thread ending;
    synchronized (this) {
      ending = acceptor;
      if (listener != null) {
        closeQuietly(listener);
        listener = null;
      }
    }
    // The system still accepts for a thread that is inside of accept: only its end is the end.
    if (ending != null) {
      joinAll(List.of(ending));
    }
  }

  /** Accepts connections again, on the same address. */
  public synchronized void startListening() {
    if (listener == null) {
      try {
        listener = listen(address);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot listen again on " + address, e);
      }
      accept(listener);
    }
  }

  /** Goes away: refuses new connections and closes those that are open. */
  public void goDown() {
    stopListening();
    observations.openConnections().forEach(ServerConnection::close);
  }

  /** Closes everything and waits for the server's threads to end. */
  @Override
  public void close() {
    later.shutdownNow();
    goDown();
    List<Thread> left;
    synchronized (this) {
      left = new ArrayList<>(threads);
    }
    left.remove(Thread.currentThread());
    joinAll(left);
    try {
      later.awaitTermination(Observations.BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static ScriptedServer start(ScriptedServerBuilder builder) throws IOException {
    ScriptedServer server = new ScriptedServer(builder);
    server.accept(server.listener);
    return server;
  }

  DefaultAnswers answers() {
    return answers;
  }

  @Nullable String preparedText(byte[] id) {
    return prepared.textOf(id);
  }

  void answerByDefault(Exchange exchange) {
    answers.respond(exchange);
  }

  void later(Duration delay, Runnable work) {
    try {
      later.schedule(() -> runLate(work), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException ignored) {
      // The server is closed: so are its connections, and nobody waits for this answer.
    }
  }

  private void runLate(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | AssertionError e) {
      observations.violation("a delayed answer threw " + e);
    }
  }

  void dispatch(Exchange exchange) {
    try {
      for (Script script : scripts) {
        if (script.takes(exchange.request())) {
          script.respond(exchange);
          return;
        }
      }
      answers.respond(exchange);
    } catch (RuntimeException | AssertionError e) {
      observations.violation("a script threw " + e + " for " + exchange.request());
    }
  }

  private ServerSocket listen(InetSocketAddress where) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.bind(where, BACKLOG);
      return socket;
    } catch (IOException e) {
      closeQuietly(socket);
      throw e;
    }
  }

  private synchronized void accept(ServerSocket socket) {
    acceptor = startThread(() -> acceptLoop(socket), name + " acceptor");
  }

  private void acceptLoop(ServerSocket socket) {
    try {
      while (true) {
        Socket client = socket.accept();
        client.setTcpNoDelay(true);
        synchronized (this) {
          ServerConnection connection =
              new ServerConnection(
                  nextConnectionId++,
                  client,
                  tls == null ? client : tls.accept(client),
                  observations);
          observations.accepted(connection);
          if (socket.isClosed()) {
            connection.close();
          } else {
            startThread(new ConnectionReader(connection, this), name + " " + connection);
          }
        }
      }
    } catch (IOException e) {
      // Closing the listener is how the loop is told to end.
    }
  }

  private synchronized Thread startThread(Runnable work, String threadName) {
    Thread thread = daemon(work, threadName);
    threads.add(thread);
    thread.start();
    return thread;
  }

  private static Thread daemon(Runnable work, String threadName) {
    Thread thread = new Thread(work, threadName);
    thread.setDaemon(true);
    return thread;
  }

  private static void joinAll(List<Thread> left) {
    try {
      for (Thread thread : left) {
        thread.join(Observations.BOUND.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException ignored) {
      // Closed is all that it has to be.
    }
  }
}
