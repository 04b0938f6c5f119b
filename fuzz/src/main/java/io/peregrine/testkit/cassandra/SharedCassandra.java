package io.peregrine.testkit.cassandra;

import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one Cassandra that all tests of a JVM share, started at its first use. Any thread may call
 * it; the first one waits for the start, the others for the first.
 *
 * <p>A Jupiter test takes it by {@link RealCassandra}, which also closes it after the last test.
 * Anything else calls {@link #server()}; the server then ends with the JVM.
 */
public final class SharedCassandra {
  /**
   * Names a running server, as {@code host:port} or {@code host}: tests use that one, and nothing
   * is started or stopped. Not set by default.
   */
  public static final String CONTACT_POINT_PROP_NAME = "cassandra.contactPoint";

  /**
   * Who starts the server: {@value #FORKED_BACKEND} (default) or {@value #TESTCONTAINERS_BACKEND}.
   */
  public static final String BACKEND_PROP_NAME = "cassandra.backend";

  /** The backend that starts Cassandra as a process of its own, from its Maven artifact. */
  public static final String FORKED_BACKEND = "forked";

  /** The backend that starts Cassandra's Docker image. */
  public static final String TESTCONTAINERS_BACKEND = "testcontainers";

  private static final int DEFAULT_PORT = 9042;

  // Both guarded by the class.
  private static @Nullable CassandraServer server;
  private static @Nullable RuntimeException startFailure;

  private SharedCassandra() {}

  /**
   * The shared server, started if it does not run yet.
   *
   * @return the server, never null
   * @throws IllegalStateException if it cannot be started; later calls fail alike without a retry
   */
  public static synchronized CassandraServer server() {
    RuntimeException failure = startFailure;
    if (failure != null) {
      throw new IllegalStateException("Cassandra failed to start before", failure);
    }
    CassandraServer running = server;
    if (running == null) {
      try {
        running = start();
      } catch (RuntimeException e) {
        startFailure = e;
        throw e;
      }
      server = running;
    }
    return running;
  }

  /** Closes the shared server if it runs. The next use starts another. */
  public static synchronized void close() {
    CassandraServer running = server;
    server = null;
    if (running != null) {
      running.close();
    }
  }

  /** Shows the shared server to {@code action} if it runs, and starts none if not. */
  static synchronized void ifRunning(Consumer<CassandraServer> action) {
    CassandraServer running = server;
    if (running != null) {
      action.accept(running);
    }
  }

  private static CassandraServer start() {
    String contactPoint = System.getProperty(CONTACT_POINT_PROP_NAME, "");
    if (!contactPoint.isEmpty()) {
      return new RunningServer(address(contactPoint));
    }
    String backend = System.getProperty(BACKEND_PROP_NAME, FORKED_BACKEND);
    return switch (backend) {
      // Nobody restarts the shared node, so it need not sync its schema to disk: tables come
      // faster.
      case FORKED_BACKEND ->
          CassandraCluster.start(
              CassandraSpec.oneNode().withJvmFlag("-Dcassandra.unsafesystem=true"));
      case TESTCONTAINERS_BACKEND -> container();
      default ->
          throw new IllegalArgumentException(
              "-D"
                  + BACKEND_PROP_NAME
                  + "="
                  + backend
                  + ": there are "
                  + FORKED_BACKEND
                  + " and "
                  + TESTCONTAINERS_BACKEND);
    };
  }

  private static CassandraServer container() {
    try {
      return TestcontainersCassandra.start();
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "-D"
              + BACKEND_PROP_NAME
              + "="
              + TESTCONTAINERS_BACKEND
              + " needs org.testcontainers:testcontainers-cassandra on the class path of the tests."
              + " Given to Maven, the property adds it.",
          e);
    }
  }

  /** Reads {@code host:port} or {@code host}, and resolves the host. */
  static InetSocketAddress address(String contactPoint) {
    int colon = contactPoint.lastIndexOf(':');
    // The colons of a bare IPv6 address are not the port's; with a port it stands in brackets.
    boolean hasPort =
        colon > contactPoint.lastIndexOf(']') && colon == contactPoint.indexOf(':')
            || contactPoint.contains("]:");
    String host = hasPort ? contactPoint.substring(0, colon) : contactPoint;
    try {
      int port = hasPort ? Integer.parseInt(contactPoint.substring(colon + 1)) : DEFAULT_PORT;
      InetSocketAddress address = new InetSocketAddress(host, port);
      if (address.isUnresolved()) {
        throw new IllegalArgumentException("no address is known for this host");
      }
      return address;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "-D" + CONTACT_POINT_PROP_NAME + "=" + contactPoint + " is not host:port", e);
    }
  }

  /** A server that was there before and stays. */
  private record RunningServer(InetSocketAddress contactPoint) implements CassandraServer {
    @Override
    public String keepLogs() {
      return "the logs of Cassandra are those of " + contactPoint;
    }

    @Override
    public void close() {}
  }
}
