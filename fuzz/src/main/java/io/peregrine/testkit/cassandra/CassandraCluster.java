package io.peregrine.testkit.cassandra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Cassandra of one or more nodes, each a process of its own on a loopback address of its
 * own. Any thread may call it, one at a time; {@link #close()} may come from another.
 *
 * <p>Nodes write below {@code target/cassandra} of the module whose tests run. They end with this
 * cluster, with the JVM that started them, and, on Linux, even if that JVM is killed.
 */
public final class CassandraCluster implements CassandraServer {
  private static final Path HOME = Path.of("target", "cassandra").toAbsolutePath();
  private static final int START_TIMEOUT_SECONDS = 180;
  private static final String DEFAULT_ROLE_MADE = "Created default superuser role";

  private final CassandraSpec spec;
  private final Path folder;
  private final LoopbackBlock block;
  private final String classPath;
  private final List<CassandraNode> nodes = new CopyOnWriteArrayList<>();
  private final Thread shutdownHook = new Thread(this::close, "cassandra-shutdown");

  // Both guarded by this.
  private boolean keepLogs;
  private boolean closed;

  private CassandraCluster(CassandraSpec spec, Path folder, LoopbackBlock block)
      throws IOException {
    this.spec = spec;
    this.folder = folder;
    this.block = block;
    this.classPath = ServerClassPath.forJava(Runtime.version().feature(), folder);
    for (CassandraSpec.Place place : spec.places()) {
      add(place);
    }
  }

  private CassandraNode add(CassandraSpec.Place place) throws IOException {
    int index = nodes.size();
    Path nodeFolder = folder.resolve("node" + (index + 1));
    NodeFiles.write(spec, block, index, place, nodeFolder);
    List<String> command = ServerCommand.of(spec, index >= spec.nodes(), nodeFolder, classPath);
    CassandraNode node = new CassandraNode(this, block, index, nodeFolder, command);
    nodes.add(node);
    return node;
  }

  /**
   * Starts a cluster and waits until every node serves clients and all see each other, and with
   * password authentication until the role {@code cassandra} is there. For about a second more a
   * client that registered for events may hear of nodes being new or up.
   *
   * @param spec what the cluster shall be
   * @return the running cluster, never null
   * @throws IllegalStateException if a node does not come up within three minutes; the message ends
   *     with its log, and nothing is left behind
   */
  public static CassandraCluster start(CassandraSpec spec) {
    LoopbackBlock block = LoopbackBlock.claim(spec.nodes());
    CassandraCluster cluster = prepare(spec, block);
    try {
      cluster.startAll();
      if (spec.authenticates()) {
        cluster.awaitDefaultRole();
      }
    } catch (RuntimeException | Error e) {
      try {
        cluster.close();
      } catch (RuntimeException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
    return cluster;
  }

  private static CassandraCluster prepare(CassandraSpec spec, LoopbackBlock block) {
    Path folder = null;
    try {
      Files.createDirectories(HOME);
      folder = Files.createTempDirectory(HOME, "cluster-");
      return new CassandraCluster(spec, folder, block);
    } catch (IOException | RuntimeException e) {
      block.close();
      if (folder != null) {
        delete(folder);
      }
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new UncheckedIOException((IOException) e);
    }
  }

  /**
   * Where the first node listens for CQL clients.
   *
   * @return the resolved address, never null
   */
  @Override
  public InetSocketAddress contactPoint() {
    return nodes.get(0).address();
  }

  /**
   * Where the nodes listen for CQL clients.
   *
   * @return one resolved address a node, in order; unmodifiable
   */
  public List<InetSocketAddress> contactPoints() {
    return nodes.stream().map(CassandraNode::address).toList();
  }

  /**
   * Starts one more node, which takes a part of the others' data, and waits until it serves clients
   * and its living peers have noticed.
   *
   * @param place where it is
   * @return the node, with the next index
   * @throws IllegalStateException if it does not come up within three minutes
   */
  public CassandraNode join(CassandraSpec.Place place) {
    CassandraNode node;
    try {
      node = add(place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    restart(node);
    return node;
  }

  /**
   * One of the nodes.
   *
   * @param index counted from 0
   * @return the node, never null
   */
  public CassandraNode node(int index) {
    return nodes.get(index);
  }

  @Override
  public synchronized String keepLogs() {
    keepLogs = true;
    return "the logs of Cassandra are in " + folder;
  }

  /**
   * Ends all nodes at once, waits until they are gone and deletes their files, but for the logs if
   * they are to be kept. A second call does nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (CassandraNode node : nodes) {
      if (node.isAlive()) {
        node.kill();
      }
    }
    for (CassandraNode node : nodes) {
      node.stop();
    }
    block.close();
    if (keepLogs) {
      for (CassandraNode node : nodes) {
        deleteAllButLogs(node);
      }
    } else {
      delete(folder);
    }
    forgetShutdownHook();
  }

  /** Starts one node again and waits until it and its living peers see each other. */
  void restart(CassandraNode node) {
    List<CassandraNode> peers =
        nodes.stream().filter(peer -> peer != node && peer.isAlive()).toList();
    Map<CassandraNode, Long> logSizes = new HashMap<>();
    for (CassandraNode peer : peers) {
      logSizes.put(peer, peer.logSize());
    }
    long ownLogSize = node.logSize();
    launch(List.of(node));

    long deadlineNanos = deadlineNanos();
    node.awaitServing(deadlineNanos);
    for (CassandraNode peer : peers) {
      node.awaitPeer(peer, ownLogSize, deadlineNanos);
      peer.awaitPeer(node, logSizes.get(peer), deadlineNanos);
    }
  }

  private void startAll() {
    Runtime.getRuntime().addShutdownHook(shutdownHook);
    launch(nodes);
    long deadlineNanos = deadlineNanos();
    for (CassandraNode node : nodes) {
      node.awaitServing(deadlineNanos);
    }
    for (CassandraNode node : nodes) {
      for (CassandraNode peer : nodes) {
        if (peer != node) {
          node.awaitPeer(peer, 0, deadlineNanos);
        }
      }
    }
  }

  private void awaitDefaultRole() {
    nodes
        .get(0)
        .await(
            deadlineNanos(),
            "and its peers make no role to log in with",
            () -> nodes.stream().anyMatch(node -> node.logs(DEFAULT_ROLE_MADE)));
  }

  private synchronized void launch(List<CassandraNode> some) {
    if (closed) {
      throw new IllegalStateException("the cluster in " + folder + " is closed");
    }
    for (CassandraNode node : some) {
      node.launch();
    }
  }

  private static long deadlineNanos() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(START_TIMEOUT_SECONDS);
  }

  private void forgetShutdownHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException ignored) {
      // The JVM is going down: the hook itself is the caller.
    }
  }

  private static void deleteAllButLogs(CassandraNode node) {
    Path nodeFolder = node.log().getParent();
    for (String name : List.of(NodeFiles.DATA, NodeFiles.TEMPORARY, NodeFiles.TRIGGERS)) {
      delete(nodeFolder.resolve(name));
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException gone) {
      // As it should be.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
