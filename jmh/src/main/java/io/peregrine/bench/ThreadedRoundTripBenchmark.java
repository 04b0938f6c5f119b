package io.peregrine.bench;

import io.peregrine.BoundStatement;
import io.peregrine.Cluster;
import io.peregrine.ResultSet;
import io.peregrine.Session;
import io.peregrine.testkit.server.CannedServer;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Whole round trips with the driver's selector thread in between, as most programs run it: it waits
 * in {@code select} when there is nothing to do. The server is another thread of this process.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class ThreadedRoundTripBenchmark {
  private static final int IN_FLIGHT = 128;
  private static final long LONGEST_PARK_NANOS = 100_000;

  private final CannedServer server = TradeServer.start();
  private final Cluster cluster = Cluster.builder().addContactPoint(server.address()).build();
  private final Session session = cluster.connect();
  private final BoundStatement statement = session.prepare(TradeServer.QUERY).bind();
  private final CountingHandler handler = new CountingHandler();
  private final IdleStrategy idle = new BackoffIdleStrategy(10, 20, 1_000, LONGEST_PARK_NANOS);
  private long offered;

  /** Made by JMH; connects. */
  public ThreadedRoundTripBenchmark() {}

  /** Closes what was opened, and fails if a request failed. */
  @TearDown(Level.Trial)
  public void close() {
    session.close();
    cluster.close();
    server.close();
    handler.check();
    server.assertNoViolations();
  }

  /**
   * One call of the convenient API, which waits for the answer.
   *
   * @return the result
   */
  @Benchmark
  public ResultSet executeOneByOne() {
    return session.execute(statement.setLong(0, offered++));
  }

  /** Offers a request as soon as fewer than 128 wait for their answers; backs off until then. */
  @Benchmark
  public void offer128InFlight() {
    IdleStrategy idle = this.idle;
    idle.reset();
    while (offered - handler.count() >= IN_FLIGHT) {
      idle.idle();
    }
    statement.setLong(0, offered);
    while (session.offer(statement, handler, offered) != Session.ACCEPTED) {
      idle.idle();
    }
    offered++;
  }
}
