package io.peregrine.bench.scale;

import com.sun.management.ThreadMXBean;
import io.peregrine.Cluster;
import io.peregrine.ErrorView;
import io.peregrine.Node;
import io.peregrine.RequestHandler;
import io.peregrine.Session;
import io.peregrine.SimpleStatement;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.io.SelectorCounter;
import io.peregrine.metadata.NodeTokens;
import io.peregrine.metadata.Partitioner;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.DefaultLoadBalancingPolicy;
import io.peregrine.policy.HostFilterPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * How long requests take while the conductor reads a cluster of a thousand nodes and makes its
 * token map, again and again. Confined to the main thread of its process, which sends the requests.
 *
 * <p>Windows take turns: nothing else; a thread that keeps a core busy, to see what that alone
 * does; rebuilds. A request's time counts from its offer to its handler.
 *
 * <p>What is measured is a service that has run for long: before, the map is made again and again
 * until the compilers have hardly anything left to do, and the table says for how long they worked
 * nevertheless. A service that has just begun is kept waiting by its compilers for longer than by a
 * rebuild. What is done once for a map, or for each node, is compiled after hundreds of maps, so
 * {@code mvn -Prebuild} has the compilers begin after a tenth of that ({@code
 * -XX:CompileThresholdScaling}).
 *
 * <p>System properties: {@code scale.nodes}, {@code scale.tokens}, {@code rebuild.seconds} of a
 * window, {@code rebuild.rounds}, {@code rebuild.pace} between requests in µs.
 */
public final class RebuildLatency {
  private static final long SHORTEST_WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long LONGEST_WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(120);

  /** It is warm if the compilers have worked for no more than so many ms of so many ns. */
  private static final long WARM_NANOS = TimeUnit.SECONDS.toNanos(6);

  private static final long WARM_MILLIS = 20;

  /** What is called once for each replication setting is compiled after 600 calls. */
  private static final int SMALL_MAPS = 1_000;

  private static final int SMALL_NODES = 60;
  private static final int SMALL_TOKENS = 16;

  /**
   * What tells of the nodes is not to take a core from the driver: elsewhere it has its own. The
   * first that there is will do: the scheduler has it run only while nobody else wants to, or give
   * way as far as it can.
   */
  private static final List<List<String>> OUT_OF_THE_WAY =
      List.of(List.of("chrt", "-i", "0"), List.of("nice", "-n", "19"));

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final long windowNanos =
      TimeUnit.SECONDS.toNanos(Integer.getInteger("rebuild.seconds", 2));
  private final int rounds = Integer.getInteger("rebuild.rounds", 12);
  private final long paceNanos =
      TimeUnit.MICROSECONDS.toNanos(Integer.getInteger("rebuild.pace", 500));
  private final Cluster cluster;
  private final Session session;
  private final RebuildWindow calm = new RebuildWindow("nothing else");
  private final RebuildWindow busy = new RebuildWindow("a busy thread");
  private final RebuildWindow rebuilding = new RebuildWindow("rebuilds");
  private final long conductor = conductor();
  private long sent;
  private volatile long rebuilds;

  private RebuildLatency(Cluster cluster, Session session) {
    this.cluster = cluster;
    this.session = session;
  }

  /** Records the time of each answer; ends the process if one is an error. */
  private record Answer(RebuildWindow window) implements RequestHandler {
    @Override
    public void onRows(long correlationId, RowCursor rows) {
      window.took(System.nanoTime() - correlationId);
    }

    @Override
    public void onError(long correlationId, ErrorView error) {
      System.err.println(error.message());
      System.exit(1);
    }
  }

  /**
   * Measures, and prints a table.
   *
   * @param args none
   * @throws IOException if a server does not start
   */
  public static void main(String[] args) throws IOException {
    Process node = start(List.of());
    String[] address = addressOf(node);
    Process topology =
        start(
            outOfTheWay(),
            address[0],
            address[1],
            Integer.getInteger("scale.nodes", 1000).toString(),
            Integer.getInteger("scale.tokens", 256).toString());
    String[] contact = addressOf(topology);
    InetSocketAddress only = socketAddress(address);
    try (Cluster cluster =
            Cluster.builder()
                .addContactPoint(socketAddress(contact))
                .controlConnectionTimeout(PATIENCE)
                .connectTimeout(PATIENCE)
                .loadBalancingPolicy(
                    new HostFilterPolicy(
                        new DefaultLoadBalancingPolicy().localDatacenter("dc1"),
                        host -> host.address().equals(only)))
                .build();
        Session session = cluster.connect()) {
      new RebuildLatency(cluster, session).measure();
    } finally {
      node.destroyForcibly();
      topology.destroyForcibly();
    }
    System.exit(0);
  }

  private static List<String> outOfTheWay() {
    for (List<String> launcher : OUT_OF_THE_WAY) {
      List<String> trial = new ArrayList<>(launcher);
      trial.add("true");
      try {
        if (new ProcessBuilder(trial).start().waitFor() == 0) {
          return launcher;
        }
      } catch (IOException e) {
        // There is no such command here, and the next one is tried.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return List.of();
  }

  private static Process start(List<String> launcher, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            RebuildServer.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static String[] addressOf(Process server) throws IOException {
    String line =
        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    if (line == null) {
      throw new IOException("a server has ended: see above");
    }
    return line.split(" ");
  }

  private static InetSocketAddress socketAddress(String[] hostAndPort) {
    return new InetSocketAddress(hostAndPort[0], Integer.parseInt(hostAndPort[1]));
  }

  private void measure() {
    RebuildWindow.watchTheMachine();
    WarmUp warm = warmUp();
    for (int i = 0; i < rounds; i++) {
      load(calm, windowNanos);
      withBusyThread(busy);
      withRebuilds(rebuilding, windowNanos);
    }
    // Not before: the first text that is printed loads classes, for which much is compiled anew.
    System.out.println(warm);
    RebuildWindow.printHead();
    for (RebuildWindow window : List.of(calm, busy, rebuilding)) {
      window.print();
    }
    System.out.println(
        "longest duty cycle since the beginning, µs: "
            + counter(SelectorCounter.LONGEST_DUTY_CYCLE_NS) / 1_000);
  }

  /** How long it took until the compilers were silent, and for how long they worked, in ms. */
  private record WarmUp(long took, long compiling, long compilingAtLast) {}

  /** Makes the map until the compilers are silent. */
  private WarmUp warmUp() {
    RebuildWindow warmUp = new RebuildWindow("warm-up");
    long begin = System.nanoTime();
    makeSmallMaps();
    withBusyThread(warmUp);
    long took;
    long compiling;
    do {
      long before = RebuildWindow.compilingMillis();
      withRebuilds(warmUp, WARM_NANOS);
      compiling = RebuildWindow.compilingMillis() - before;
      took = System.nanoTime() - begin;
    } while (took < SHORTEST_WARM_UP_NANOS
        || compiling > WARM_MILLIS && took < LONGEST_WARM_UP_NANOS);
    return new WarmUp(
        TimeUnit.NANOSECONDS.toMillis(took), RebuildWindow.compilingMillis(), compiling);
  }

  /** Large ones would have to be made for minutes until all of that is compiled. */
  private void makeSmallMaps() {
    Map<String, Map<String, String>> replication = new HashMap<>();
    ScaleServer.REPLICATION.forEach(one -> replication.put("ks" + replication.size(), one));
    SplittableRandom random = new SplittableRandom(43);
    List<NodeTokens> nodes = new ArrayList<>();
    for (Node node : cluster.metadata().nodes().values()) {
      if (nodes.size() < SMALL_NODES) {
        List<String> tokens = random.longs(SMALL_TOKENS).mapToObj(Long::toString).toList();
        nodes.add(new NodeTokens(node, tokens));
      }
    }
    for (int i = 0; i < SMALL_MAPS; i++) {
      TokenMap.of(Partitioner.MURMUR3, nodes, replication)
          .near(node -> node.datacenter().equals("dc1"), node -> false);
    }
  }

  private void withBusyThread(RebuildWindow window) {
    AtomicBoolean enough = new AtomicBoolean();
    Thread thread =
        new Thread(
            () -> {
              while (!enough.get()) {
                Thread.onSpinWait();
              }
            },
            "busy");
    thread.start();
    load(window, windowNanos);
    enough.set(true);
  }

  private void withRebuilds(RebuildWindow window, long nanos) {
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<?> last = rebuildUntil(enough);
    load(window, nanos);
    enough.set(true);
    last.join();
  }

  private CompletableFuture<?> rebuildUntil(AtomicBoolean enough) {
    return cluster
        .refreshNodesAsync(true)
        .thenCompose(
            done -> {
              rebuilds++;
              return enough.get() ? CompletableFuture.completedFuture(null) : rebuildUntil(enough);
            });
  }

  /** Sends at an even pace. */
  private void load(RebuildWindow window, long nanos) {
    window.open();
    Answer answer = new Answer(window);
    SimpleStatement statement = SimpleStatement.of(ScaleDriver.INSERT).setKeyspace("ks3");
    long slowCycles = slowCycles();
    long rebuildsBefore = rebuilds;
    long bytes = conductorBytes();
    long due = System.nanoTime();
    long until = due + nanos;
    while (due < until) {
      due += paceNanos;
      long now = System.nanoTime();
      while (now < due) {
        LockSupport.parkNanos(due - now);
        now = System.nanoTime();
      }
      statement.setRoutingKey(ByteBuffer.allocate(Long.BYTES).putLong(0, sent++));
      if (session.offer(statement, answer, System.nanoTime()) < 0) {
        throw new IllegalStateException("a request was not taken");
      }
    }
    window.close(slowCycles() - slowCycles, rebuilds - rebuildsBefore, conductorBytes() - bytes);
  }

  private long slowCycles() {
    return counter(SelectorCounter.SLOW_DUTY_CYCLES);
  }

  private long counter(SelectorCounter counter) {
    return cluster.metrics().counters().getOrDefault(counter.label(), -1L);
  }

  private long conductorBytes() {
    return THREADS.getThreadAllocatedBytes(conductor);
  }

  /** Asked once, because all threads are stopped for it. */
  private static long conductor() {
    for (var thread : THREADS.dumpAllThreads(false, false)) {
      if (thread.getThreadName().startsWith("peregrine-conductor")) {
        return thread.getThreadId();
      }
    }
    throw new IllegalStateException("the cluster has no conductor's thread");
  }
}
