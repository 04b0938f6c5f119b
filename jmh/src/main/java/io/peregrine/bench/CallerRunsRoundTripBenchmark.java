package io.peregrine.bench;

import io.peregrine.BoundStatement;
import io.peregrine.Cluster;
import io.peregrine.ConnectOptions;
import io.peregrine.Idle;
import io.peregrine.ResultSet;
import io.peregrine.Session;
import io.peregrine.testkit.server.CannedServer;
import java.util.concurrent.TimeUnit;
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
 * Whole round trips in a caller-runs session: JMH's thread writes, waits and reads by itself. The
 * server is another thread of this process.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class CallerRunsRoundTripBenchmark {
  /** How the thread waits for an answer. */
  @Param({"SELECT", "BUSY_SPIN"})
  public Idle idle = Idle.SELECT;

  private final CannedServer server = TradeServer.start();
  private final Cluster cluster = Cluster.builder().addContactPoint(server.address()).build();
  private final CountingHandler handler = new CountingHandler();
  private Session session;
  private BoundStatement statement;
  private long offered;

  /** Made by JMH. */
  public CallerRunsRoundTripBenchmark() {}

  /** Connects, on the thread that measures. */
  @Setup(Level.Trial)
  public void connect() {
    session = cluster.connect(ConnectOptions.callerRuns().idle(idle));
    statement = session.prepare(TradeServer.QUERY).bind();
  }

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
   * One call of the convenient API, which does the driver's work until the answer is there.
   *
   * @return the result
   */
  @Benchmark
  public ResultSet executeOneByOne() {
    return session.execute(statement.setLong(0, offered++));
  }

  /** One request of the flyweight API, and its answer, before the next. */
  @Benchmark
  public void offerOneByOne() {
    statement.setLong(0, offered);
    while (session.offer(statement, handler, offered) != Session.ACCEPTED) {
      session.invoke();
    }
    long before = handler.count();
    while (handler.count() == before) {
      session.invoke();
    }
    offered++;
  }
}
