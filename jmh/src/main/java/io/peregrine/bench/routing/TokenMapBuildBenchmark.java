package io.peregrine.bench.routing;

import io.peregrine.bench.DriverFlags;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long it takes to make a token map for 50 keyspaces of 4 replication settings. One thread.
 * {@link TokenMapFootprint} says what the map keeps.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(
    value = 2,
    jvmArgsAppend = {"-Xmx3g", DriverFlags.OPEN_MISC, DriverFlags.MISC})
public class TokenMapBuildBenchmark {
  /** How many nodes, and how many tokens each of them has. */
  @Param({"3x16", "1000x256"})
  public String cluster = "3x16";

  private ClusterShape shape = ClusterShape.of("0x0");
  private PeerCluster peerCluster = new PeerCluster(shape.nodes(), shape.replication());

  /** Made by JMH. */
  public TokenMapBuildBenchmark() {}

  /** Makes the cluster. */
  @Setup
  public void makeCluster() {
    shape = ClusterShape.of(cluster);
    peerCluster = new PeerCluster(shape.nodes(), shape.replication());
  }

  /**
   * The Java driver's.
   *
   * @return its map
   */
  @Benchmark
  public Object peer() {
    return peerCluster.tokenMap();
  }

  /**
   * Ours.
   *
   * @return the map
   */
  @Benchmark
  public Object peregrine() {
    return shape.tokenMap();
  }
}
