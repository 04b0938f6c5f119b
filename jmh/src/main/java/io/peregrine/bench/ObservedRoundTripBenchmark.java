package io.peregrine.bench;

import io.peregrine.BoundStatement;
import io.peregrine.Cluster;
import io.peregrine.ClusterBuilder;
import io.peregrine.Session;
import io.peregrine.testkit.server.CannedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to watch the driver. One operation is the same round trips twice, in turn first:
 * through a driver that is watched and through one that is not, both run by JMH's thread. So what
 * disturbs the machine disturbs both alike; the figure to read is the {@code ratio} of their
 * medians.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class ObservedRoundTripBenchmark {
  private static final int BURST = 128;

  /** What is switched on. */
  @Param({"latencies", "flight", "all"})
  private String on = "all";

  private final CannedServer server = TradeServer.start();
  private Path directory;
  private Driver watched;
  private Driver unwatched;
  private boolean watchedFirst;

  /** Made by JMH. */
  public ObservedRoundTripBenchmark() {}

  /** A driver without threads of its own, and how many requests it has carried. */
  private static final class Driver {
    private final CountingHandler handler = new CountingHandler();
    private final Cluster cluster;
    private final Session session;
    private final BoundStatement statement;
    private long offered;

    private Driver(ClusterBuilder builder) {
      cluster = builder.build();
      session = cluster.connect();
      statement = session.prepare(TradeServer.QUERY).bind();
    }

    /** Offers requests and awaits their answers; returns how long that took, in ns. */
    private long roundTrips(int requests) {
      long begin = System.nanoTime();
      for (int i = 0; i < requests; i++) {
        statement.setLong(0, offered);
        while (session.offer(statement, handler, offered) != Session.ACCEPTED) {
          cluster.invoke();
        }
        offered++;
      }
      while (handler.count() < offered) {
        cluster.invoke();
      }
      return System.nanoTime() - begin;
    }

    private void close() {
      session.close();
      cluster.close();
      handler.check();
    }
  }

  /** The times of one iteration. JMH reads the public methods. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Times {
    private static final int MOST = 1 << 18;

    private final long[] watched = new long[MOST];
    private final long[] unwatched = new long[MOST];
    private int count;
    private int requests = 1;

    /** Made by JMH. */
    public Times() {}

    /** Forgets those of the iteration before. */
    @Setup(Level.Iteration)
    public void begin() {
      count = 0;
    }

    private void add(int requests, long watchedNanos, long unwatchedNanos) {
      if (count < MOST) {
        this.requests = requests;
        watched[count] = watchedNanos;
        unwatched[count++] = unwatchedNanos;
      }
    }

    private double median(long[] nanos) {
      long[] sorted = Arrays.copyOf(nanos, count);
      Arrays.sort(sorted);
      return count == 0 ? 0 : (double) sorted[count / 2] / requests;
    }

    /**
     * The median of the watched driver.
     *
     * @return ns for one request
     */
    public double watchedNanos() {
      return median(watched);
    }

    /**
     * The median of the driver that is not watched.
     *
     * @return ns for one request
     */
    public double unwatchedNanos() {
      return median(unwatched);
    }

    /**
     * What watching costs.
     *
     * @return the first median over the second
     */
    public double ratio() {
      return count == 0 ? 1 : median(watched) / median(unwatched);
    }
  }

  /**
   * Connects both.
   *
   * @throws IOException if there is no directory for the counters file
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    directory = Files.createTempDirectory("peregrine-bench");
    boolean all = on.equals("all");
    ClusterBuilder builder =
        builder()
            .recordLatencies(all || on.equals("latencies"))
            .flightRecords(all || on.equals("flight") ? 256 : 0);
    if (all) {
      builder.statsDirectory(directory);
    }
    watched = new Driver(builder);
    unwatched = new Driver(builder().recordLatencies(false).flightRecords(0));
  }

  private ClusterBuilder builder() {
    return Cluster.builder().addContactPoint(server.address()).invoked();
  }

  /**
   * Closes what was opened, and fails if a request failed.
   *
   * @throws IOException if the directory cannot be deleted
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    watched.close();
    unwatched.close();
    server.close();
    Files.delete(directory);
    server.assertNoViolations();
  }

  /**
   * One request, and its answer, before the next.
   *
   * @param times for the medians
   */
  @Benchmark
  public void oneInFlight(Times times) {
    both(1, times);
  }

  /**
   * 128 requests, then their answers.
   *
   * @param times for the medians
   */
  @Benchmark
  public void burstOf128(Times times) {
    both(BURST, times);
  }

  private void both(int requests, Times times) {
    watchedFirst = !watchedFirst;
    long first = watchedFirst ? watched.roundTrips(requests) : unwatched.roundTrips(requests);
    long second = watchedFirst ? unwatched.roundTrips(requests) : watched.roundTrips(requests);
    times.add(requests, watchedFirst ? first : second, watchedFirst ? second : first);
  }
}
