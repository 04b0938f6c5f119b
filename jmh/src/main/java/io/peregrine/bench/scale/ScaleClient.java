package io.peregrine.bench.scale;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One driver, measured. The main thread of its process; it prints a line {@code name=value} for
 * each figure, and a line {@code change} when the cluster is to be changed.
 */
public final class ScaleClient {
  private static final long PACE_NANOS = TimeUnit.MICROSECONDS.toNanos(1_000);
  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long AFTERWARDS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final int WARM_UP_REQUESTS = 5_000;
  private static final int MAPS = 5;

  private final ScaleDriver driver;
  private final BufferedReader in =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private final AtomicLong answers = new AtomicLong();
  private volatile Histogram latencies = new ConcurrentHistogram(3);
  private Histogram sends = new Histogram(3);
  private long sent;
  private long due;

  private ScaleClient(ScaleDriver driver) {
    this.driver = driver;
  }

  /**
   * Measures.
   *
   * @param args the driver, {@code java-driver} or {@code peregrine}; address and port of a node;
   *     how many nodes there are; {@code tokens} or {@code none}; and how often to change the
   *     cluster
   * @throws IOException if the process that started this one is gone
   */
  public static void main(String[] args) throws IOException {
    ScaleDriver.Opener opener =
        args[0].equals("java-driver") ? JavaDriverAtScale::open : PeregrineAtScale::open;
    InetSocketAddress contact = new InetSocketAddress(args[1], Integer.parseInt(args[2]));
    int nodes = Integer.parseInt(args[3]);
    boolean tokens = args[4].equals("tokens");
    long cpu = processorNanos();
    long begin = System.nanoTime();
    try (ScaleDriver driver = opener.open(contact, tokens)) {
      print("connected_ms", millisSince(begin));
      while (driver.nodes() < nodes || tokens && driver.tokenMap() == null) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
      print("known_ms", millisSince(begin));
      print("cpu_ms", (processorNanos() - cpu) / 1e6);
      ScaleClient client = new ScaleClient(driver);
      client.send(WARM_UP_REQUESTS);
      print("heap_mib", heapBytes() / (double) (1 << 20));
      if (tokens) {
        print("replicas", driver.replicas("ks3", 7));
        client.measureChanges(Integer.parseInt(args[5]));
        client.measureMaps();
      }
    }
    // What a driver leaves running is not this one's business.
    System.exit(0);
  }

  /**
   * Requests go on at an even pace; what is measured is the longest that one takes meanwhile, and
   * of that the part that the calling thread spends in the driver.
   */
  private void measureChanges(int changes) throws IOException {
    begin();
    long until = due + CALM_NANOS;
    while (System.nanoTime() < until) {
      sendPaced();
    }
    end("calm");
    begin();
    for (int i = 0; i < changes; i++) {
      change(i);
    }
    end("change");
  }

  private void begin() {
    latencies = new ConcurrentHistogram(3);
    sends = new Histogram(3);
    due = System.nanoTime();
  }

  private void end(String when) {
    awaitAnswers();
    print(when + "_max_us", latencies.getMaxValue() / 1e3);
    print(when + "_p999_us", latencies.getValueAtPercentile(99.9) / 1e3);
    print(when + "_send_max_us", sends.getMaxValue() / 1e3);
    print(when + "_requests", latencies.getTotalCount());
  }

  /** What the driver does when it has read all tokens, by itself and with nothing else to do. */
  private void measureMaps() {
    Supplier<?> maker = driver.tokenMapMaker();
    for (int i = 0; i < MAPS; i++) {
      System.gc();
      long begin = System.nanoTime();
      Object map = maker.get();
      print("map_ms_" + i, millisSince(begin));
      if (map.equals(driver.tokenMap())) {
        throw new IllegalStateException("no map was made");
      }
    }
  }

  private void change(int index) throws IOException {
    Object before = driver.tokenMap();
    long cpu = processorNanos();
    System.out.println("change");
    if (in.readLine() == null) {
      throw new IOException("the process that started this one is gone");
    }
    long begin = System.nanoTime();
    due = begin;
    while (driver.tokenMap() == before) {
      sendPaced();
      if (System.nanoTime() - begin > PATIENCE_NANOS) {
        throw new IOException("the driver does not see that the cluster has changed");
      }
    }
    print("rebuilt_ms_" + index, millisSince(begin));
    print("rebuild_cpu_ms_" + index, (processorNanos() - cpu) / 1e6);
    long until = System.nanoTime() + AFTERWARDS_NANOS;
    while (System.nanoTime() < until) {
      sendPaced();
    }
  }

  private void send(int requests) {
    due = System.nanoTime();
    for (int i = 0; i < requests; i++) {
      sendPaced();
    }
    awaitAnswers();
  }

  /** A request's time counts from when it was due. */
  private void sendPaced() {
    due += PACE_NANOS;
    long now = System.nanoTime();
    while (now < due) {
      LockSupport.parkNanos(due - now);
      now = System.nanoTime();
    }
    long intended = due;
    sent++;
    Histogram latencies = this.latencies;
    CompletionStage<?> answer = driver.send(sent);
    sends.recordValue(System.nanoTime() - now);
    answer.whenComplete(
        (rows, error) -> {
          if (error == null) {
            latencies.recordValue(System.nanoTime() - intended);
            answers.incrementAndGet();
          } else {
            error.printStackTrace();
            System.exit(1);
          }
        });
  }

  private void awaitAnswers() {
    while (answers.get() < sent) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private static long heapBytes() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, usedHeap());
    }
    return least;
  }

  private static long usedHeap() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long processorNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static double millisSince(long begin) {
    return (System.nanoTime() - begin) / 1e6;
  }

  private static void print(String name, @Nullable Object value) {
    System.out.println(name + "=" + value);
  }
}
