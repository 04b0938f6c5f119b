package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.response.result.Prepared;
import com.datastax.oss.protocol.internal.response.result.Void;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers every QUERY, EXECUTE and BATCH with one answer that was encoded beforehand, for
 * benchmarks and tests of many requests. Its methods may be called by any thread; one thread serves
 * all connections, and allocates nothing for a request.
 *
 * <p>Speaks v4 and v5 without compression, in TLS if told so. Does the handshake, REGISTER and
 * {@code USE}, and answers queries of {@code system} tables as a cluster of one node without a
 * schema. It looks at headers only, so it notices few violations; envelopes of several frames are
 * dropped and reported.
 */
public final class CannedServer implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final int OLDEST_VERSION = 4;

  private final AtomicLong requests = new AtomicLong();
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final ServerSocketChannel listener;
  private final InetSocketAddress address;
  private final Selector selector;
  private final CannedAnswers[] answers;
  private final @Nullable ServerTls tls;
  private final Consumer<SelectionKey> onReady = this::onReady;
  private final Thread thread;
  private volatile boolean closing;

  private CannedServer(Builder builder) throws IOException {
    this.listener = ServerSocketChannel.open();
    this.selector = Selector.open();
    try {
      listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listener.bind(new InetSocketAddress(builder.host, builder.port), BACKLOG);
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
      this.address = (InetSocketAddress) listener.getLocalAddress();
    } catch (IOException e) {
      listener.close();
      selector.close();
      throw e;
    }
    this.tls = builder.tls;
    this.answers =
        new CannedAnswers[] {
          new CannedAnswers(OLDEST_VERSION, address, builder.prepared, builder.answer),
          new CannedAnswers(OLDEST_VERSION + 1, address, builder.prepared, builder.answer)
        };
    this.thread = new Thread(this::serve, "testkit-canned " + address.getPort());
    thread.setDaemon(true);
  }

  /**
   * A server on a free port of 127.0.0.1.
   *
   * @param answer what it answers to QUERY, EXECUTE and BATCH
   * @return the server, listening
   */
  public static CannedServer start(Message answer) {
    return builder().answer(answer).start();
  }

  /**
   * A server with other properties.
   *
   * @return their defaults; the answer is Void
   */
  public static Builder builder() {
    return new Builder();
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
   * Requests of all kinds that it answered.
   *
   * @return at least 0
   */
  public long requestCount() {
    return requests.get();
  }

  /**
   * The thread that serves, to measure what it allocates.
   *
   * @return a live thread until {@link #close}
   */
  public Thread thread() {
    return thread;
  }

  /**
   * What clients did against the specification, as far as it noticed.
   *
   * @return a copy, one sentence each
   */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  /** Fails if a client broke the protocol. */
  public void assertNoViolations() {
    if (!violations.isEmpty()) {
      throw new AssertionError("violations of the protocol: " + violations);
    }
  }

  /** Closes everything and waits for the server's thread to end. */
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    try {
      thread.join(Observations.BOUND.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void violation(String what) {
    violations.add(what);
  }

  void countRequests(long more) {
    requests.lazySet(requests.get() + more);
  }

  @Nullable CannedAnswers answers(int version) {
    int index = version - OLDEST_VERSION;
    return index >= 0 && index < answers.length ? answers[index] : null;
  }

  byte[] refusal() {
    return answers[answers.length - 1].refusal();
  }

  int longestAnswer() {
    return Math.max(answers[0].longest(), answers[1].longest());
  }

  private void serve() {
    try {
      while (!closing) {
        selector.select(onReady);
      }
    } catch (IOException e) {
      violation("the server ended: " + e);
    } finally {
      closeAll();
    }
  }

  private void closeAll() {
    selector.keys().forEach(CannedServer::closeQuietly);
    try {
      selector.close();
    } catch (IOException e) {
      violation("the selector did not close: " + e);
    }
  }

  private void onReady(SelectionKey key) {
    try {
      if (key.attachment() instanceof CannedConnection connection) {
        connection.onReady(key);
      } else {
        accept();
      }
    } catch (ClientViolationException e) {
      violation(String.valueOf(e.getMessage()));
      closeQuietly(key);
    } catch (IOException | RuntimeException e) {
      closeQuietly(key);
    }
  }

  private void accept() throws IOException {
    SocketChannel channel = listener.accept();
    if (channel != null) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(selector, SelectionKey.OP_READ, new CannedConnection(channel, tls, this));
    }
  }

  private static void closeQuietly(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException ignored) {
      // Closed is all that it has to be.
    }
  }

  /** What a server is to be like. Confined to the thread that builds. */
  public static final class Builder {
    private InetAddress host = InetAddress.getLoopbackAddress();
    private int port;
    private @Nullable ServerTls tls;
    private Message answer = Void.INSTANCE;
    private Prepared prepared = new PreparedStatements().prepare("canned");

    private Builder() {}

    /**
     * Where to listen.
     *
     * @param numericAddress for example 127.0.3.1; 127.0.0.1 without it
     * @return this
     */
    public Builder address(String numericAddress) {
      try {
        this.host = InetAddress.getByName(numericAddress);
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /**
     * The port.
     *
     * @param newPort 0, as without it, takes a free one
     * @return this
     */
    public Builder port(int newPort) {
      this.port = newPort;
      return this;
    }

    /**
     * Speaks TLS, which allocates.
     *
     * @param settings its keys; without them it speaks plain text
     * @return this
     */
    public Builder tls(ServerTls settings) {
      this.tls = settings;
      return this;
    }

    /**
     * What to answer to QUERY, EXECUTE and BATCH.
     *
     * @param message the answer
     * @return this
     */
    public Builder answer(Message message) {
      this.answer = message;
      return this;
    }

    /**
     * What to answer to every PREPARE; without it, that there are no columns.
     *
     * @param variables the bind variables
     * @param results the columns of the result
     * @param partitionKey which variables are the partition key, in its order
     * @return this
     */
    public Builder prepared(Columns variables, Columns results, int... partitionKey) {
      PreparedStatements statements = new PreparedStatements();
      statements.define("canned", variables, results, partitionKey);
      this.prepared = statements.prepare("canned");
      return this;
    }

    /**
     * Starts it.
     *
     * @return the server, listening
     */
    public CannedServer start() {
      try {
        CannedServer server = new CannedServer(this);
        server.thread.start();
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException("cannot listen on " + host + ":" + port, e);
      }
    }
  }
}
