package io.peregrine.bench;

import io.peregrine.BoundStatement;
import io.peregrine.Cluster;
import io.peregrine.Session;
import io.peregrine.testkit.server.CannedServer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Whole round trips without a thread of the driver's: JMH's thread offers, and runs the driver
 * until the answers are there. The server is another thread of this process.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class InvokedRoundTripBenchmark {
  private static final int BURST = 128;

  private final CannedServer server = TradeServer.start();
  private final Cluster cluster =
      Cluster.builder().addContactPoint(server.address()).invoked().build();
  private final Session session = cluster.connect();
  private final BoundStatement statement = session.prepare(TradeServer.QUERY).bind();
  private final CountingHandler handler = new CountingHandler();
  private long offered;

  /** Made by JMH; connects. */
  public InvokedRoundTripBenchmark() {}

  /** Closes what was opened, and fails if a request failed. */
  @TearDown(Level.Trial)
  public void close() {
    session.close();
    cluster.close();
    server.close();
    handler.check();
    server.assertNoViolations();
  }

  /** One request, and its answer, before the next. */
  @Benchmark
  public void oneInFlight() {
    offer();
    awaitAnswers();
  }

  /** 128 requests, then their answers. The figure is for one of them. */
  @Benchmark
  @OperationsPerInvocation(BURST)
  public void burstOf128() {
    for (int i = 0; i < BURST; i++) {
      offer();
    }
    awaitAnswers();
  }

  private void offer() {
    statement.setLong(0, offered);
    while (session.offer(statement, handler, offered) != Session.ACCEPTED) {
      cluster.invoke();
    }
    offered++;
  }

  private void awaitAnswers() {
    while (handler.count() < offered) {
      cluster.invoke();
    }
  }
}
