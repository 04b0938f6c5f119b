package io.peregrine.bench.routing;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.internal.core.metadata.token.DefaultTokenMap;
import io.peregrine.bench.DriverFlags;
import io.peregrine.metadata.Replicas;
import io.peregrine.metadata.TokenMap;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
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
 * Who has a key of 8 bytes, of a million random ones. One thread. Where keys are asked for, each
 * answer says which is next, so that no two lookups overlap; where tokens are, they may.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-Xmx3g", DriverFlags.OPEN_MISC, DriverFlags.MISC})
public class ReplicaLookupBenchmark {
  private static final int KEYS = 1 << 20;
  private static final String KEYSPACE = "ks0";

  /** How many nodes, and how many tokens each of them has. */
  @Param({"3x16", "1000x256"})
  public String cluster = "3x16";

  private final ByteBuffer memory = ByteBuffer.allocateDirect(KEYS + Long.BYTES);
  private final UnsafeBuffer keys = new UnsafeBuffer(memory);
  private final CqlIdentifier peerKeyspace = CqlIdentifier.fromInternal(KEYSPACE);
  private TokenMap map = ClusterShape.of("0x0").tokenMap();
  private DefaultTokenMap peerMap = new PeerCluster(List.of(), Map.of()).tokenMap();
  private final Replicas replicas = new Replicas();
  private int next;
  private long token;

  /** Made by JMH. */
  public ReplicaLookupBenchmark() {}

  /** Makes both maps, and sees that they say the same. */
  @Setup
  public void makeMaps() {
    ClusterShape shape = ClusterShape.of(cluster);
    map = shape.tokenMap();
    peerMap = new PeerCluster(shape.nodes(), shape.replication()).tokenMap();
    SplittableRandom random = new SplittableRandom(29);
    for (int i = 0; i < KEYS; i += Long.BYTES) {
      keys.putLong(i, random.nextLong());
    }
    for (int i = 0; i < 1_000; i++) {
      next = i;
      int theirs = peer();
      next = i;
      if (theirs != byKey() || theirs == 0) {
        throw new IllegalStateException("key " + i + " should have " + theirs + " replicas");
      }
    }
  }

  /**
   * The Java driver, by the key's bytes.
   *
   * @return how many replicas there are
   */
  @Benchmark
  public int peer() {
    int key = next;
    int size =
        peerMap.getReplicas(peerKeyspace, memory.limit(key + Long.BYTES).position(key)).size();
    next = key + size & KEYS - 1;
    return size;
  }

  /**
   * By the key's bytes. As many replicas are known before the search has ended, it is the first of
   * them that says which key is next.
   *
   * @return how many replicas there are
   */
  @Benchmark
  public int byKey() {
    int key = next;
    map.find(KEYSPACE, keys, key, Long.BYTES, replicas);
    next = key + 9 + (replicas.get(0).hashCode() & 1) & KEYS - 1;
    return replicas.size();
  }

  /**
   * By a token.
   *
   * @return how many replicas there are
   */
  @Benchmark
  public int byToken() {
    token = token * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
    return map.replicas(KEYSPACE, token).size();
  }
}
