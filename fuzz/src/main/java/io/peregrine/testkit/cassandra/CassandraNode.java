package io.peregrine.testkit.cassandra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One node of a {@link CassandraCluster}: a process with its files. Any thread may call it; it
 * holds the cluster's lock while its process is started or ended.
 */
public final class CassandraNode {
  private static final String STARTED = "Startup complete";
  private static final int CONNECT_TIMEOUT_MILLIS = 1000;
  private static final int EXIT_TIMEOUT_SECONDS = 60;
  private static final int POLL_MILLIS = 50;

  private final CassandraCluster cluster;
  private final InetSocketAddress address;
  private final InetSocketAddress storageAddress;
  private final Path folder;
  private final List<String> command;
  private final ServerLog log;
  private final ServerLog output;

  private volatile @Nullable Process process;
  private volatile long logStart;

  CassandraNode(
      CassandraCluster cluster, LoopbackBlock block, int index, Path folder, List<String> command) {
    this.cluster = cluster;
    this.address = block.nativeAddress(index);
    this.storageAddress = block.storageAddress(index);
    this.folder = folder;
    this.command = command;
    this.log = new ServerLog(folder.resolve(NodeFiles.LOG));
    this.output = new ServerLog(folder.resolve(NodeFiles.OUTPUT));
  }

  /**
   * Where the node listens for CQL clients.
   *
   * @return the resolved address, never null
   */
  public InetSocketAddress address() {
    return address;
  }

  /**
   * The node's own log. The file is gone once the cluster is closed, unless its logs are kept.
   *
   * @return the path of {@code system.log}, never null
   */
  public Path log() {
    return log.path();
  }

  /**
   * The process of the node, or the last one it had.
   *
   * @return the process id
   */
  public long pid() {
    return current().pid();
  }

  /**
   * Whether the process of the node is there. A node that is still starting, or ending, is alive.
   *
   * @return true if it is
   */
  public boolean isAlive() {
    Process process = this.process;
    return process != null && process.isAlive();
  }

  /** Ends the node at once, as {@code kill -9} does. Its peers notice after 12 to 14 seconds. */
  public void kill() {
    current().destroyForcibly();
  }

  /** Asks the node to end, as SIGTERM does. It tells its peers at once and is gone in 3 seconds. */
  public void terminate() {
    current().destroy();
  }

  /** Stops the node in its tracks: connections stay open and nothing answers. Not on Windows. */
  public void pause() {
    signal("STOP");
  }

  /** Lets a paused node go on. Not on Windows. */
  public void resume() {
    signal("CONT");
  }

  /**
   * Waits until the process is gone, and with it its ports.
   *
   * @throws IllegalStateException if it is still there after a minute
   */
  public void awaitDown() {
    Process process = current();
    if (!waitFor(process, TimeUnit.SECONDS.toMillis(EXIT_TIMEOUT_SECONDS))) {
      throw new IllegalStateException(
          "process "
              + process.pid()
              + " of "
              + this
              + " is still there after "
              + EXIT_TIMEOUT_SECONDS
              + " s. Call kill() or terminate() first.");
    }
  }

  /**
   * What an operator can ask of the node while it runs.
   *
   * @return a connection to it, to be closed
   * @throws IllegalStateException if it cannot be had
   */
  public NodeOperator operator() {
    return NodeOperator.attach(pid());
  }

  /**
   * Starts the node again on the data it had, and waits until it serves clients and all its living
   * peers have noticed. Ends it first, as {@link #terminate()} does, if it still runs.
   *
   * @throws IllegalStateException if it does not come up in time
   */
  public void restart() {
    if (isAlive()) {
      terminate();
    }
    awaitDown();
    cluster.restart(this);
  }

  @Override
  public String toString() {
    return "Cassandra node " + address;
  }

  /** Starts the process; it is not ready yet. */
  void launch() {
    logStart = log.size();
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.path().toFile()));
    process = ServerLauncher.start(builder);
  }

  /** Ends the process, if there is one, and waits until it is gone. */
  void stop() {
    Process process = this.process;
    if (process != null) {
      process.destroyForcibly();
      awaitDown();
    }
  }

  long logSize() {
    return log.size();
  }

  /** Whether the log of the node, past runs included, holds a text. */
  boolean logs(String text) {
    return log.contains(text, 0);
  }

  /** Waits until the node serves clients, or fails if it cannot within the deadline. */
  void awaitServing(long deadlineNanos) {
    await(deadlineNanos, "serves no clients", () -> log.contains(STARTED, logStart) && connects());
  }

  /** Waits until this node has noted, at or after a place in its log, that a peer is up. */
  void awaitPeer(CassandraNode peer, long logFrom, long deadlineNanos) {
    InetSocketAddress address = peer.storageAddress;
    String up =
        "InetAddress /"
            + address.getAddress().getHostAddress()
            + ":"
            + address.getPort()
            + " is now UP";
    await(deadlineNanos, "does not see " + peer, () -> log.contains(up, logFrom));
  }

  /** Waits for a condition while the process is there. */
  void await(long deadlineNanos, String complaint, BooleanSupplier condition) {
    Process process = current();
    while (!condition.getAsBoolean()) {
      if (waitFor(process, POLL_MILLIS)) {
        throw failure("ended with exit code " + process.exitValue());
      }
      if (System.nanoTime() - deadlineNanos > 0) {
        throw failure(complaint + " in time");
      }
    }
    // Another server on the port answers just as well: only our own process counts.
    if (!process.isAlive()) {
      throw failure("ended with exit code " + process.exitValue());
    }
  }

  private IllegalStateException failure(String what) {
    return new IllegalStateException(
        this
            + " "
            + what
            + ". The end of its output:\n"
            + output.tail()
            + "\nThe end of its log:\n"
            + log.tail());
  }

  private boolean connects() {
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_TIMEOUT_MILLIS);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private void signal(String name) {
    long pid = pid();
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
      if (!waitFor(kill, TimeUnit.SECONDS.toMillis(EXIT_TIMEOUT_SECONDS))
          || kill.exitValue() != 0) {
        throw new IllegalStateException(
            "kill -" + name + " " + pid + " failed: does it still run?");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean waitFor(Process process, long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for process " + process.pid(), e);
    }
  }

  private Process current() {
    Process process = this.process;
    if (process == null) {
      throw new IllegalStateException(this + " was never started");
    }
    return process;
  }
}
