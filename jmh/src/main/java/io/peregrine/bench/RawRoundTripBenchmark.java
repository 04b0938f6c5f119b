package io.peregrine.bench;

import io.peregrine.testkit.server.CannedServer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The floor under the round trips: the same requests and answers, the same server, and a client of
 * one thread that does nothing but write and read. What the driver takes beyond it is the driver's.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class RawRoundTripBenchmark {
  private static final int BURST = 128;

  /** Whether the client waits in the kernel, as the threaded driver does, or spins. */
  @Param({"false", "true"})
  public boolean blocking;

  private final CannedServer server = TradeServer.start();
  private RawClient one;
  private RawClient many;

  /** Made by JMH. */
  public RawRoundTripBenchmark() {}

  /**
   * Connects.
   *
   * @throws IOException if that fails
   */
  @Setup
  public void connect() throws IOException {
    one = new RawClient(server.address(), 1, blocking);
    many = new RawClient(server.address(), BURST, blocking);
  }

  /**
   * Closes what was opened.
   *
   * @throws IOException if that fails
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    one.close();
    many.close();
    server.close();
    server.assertNoViolations();
  }

  /**
   * One request, and its answer, before the next.
   *
   * @return the bytes of the answer
   * @throws IOException if the connection fails
   */
  @Benchmark
  public int oneInFlight() throws IOException {
    return one.roundTrip();
  }

  /**
   * 128 requests in one frame, then their answers. The figure is for one of them.
   *
   * @return the bytes of the answers
   * @throws IOException if the connection fails
   */
  @Benchmark
  @OperationsPerInvocation(BURST)
  public int burstOf128() throws IOException {
    return many.roundTrip();
  }
}
