package io.peregrine.bench.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Makes the token map of a cluster of 1,000 nodes with 256 tokens each, by turns as the Java driver
 * does and as this one, and prints how long that took and how much heap the map keeps. A program of
 * one thread.
 */
public final class TokenMapFootprint {
  private static final int ROUNDS = 5;

  private TokenMapFootprint() {}

  /**
   * Runs it.
   *
   * @param arguments how many nodes and tokens, such as 1000x256, which is the default
   */
  public static void main(String[] arguments) {
    ClusterShape shape = ClusterShape.of(arguments.length == 0 ? "1000x256" : arguments[0]);
    PeerCluster peer = new PeerCluster(shape.nodes(), shape.replication());
    List<Object> kept = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      measure("Java driver", peer::tokenMap, kept);
      measure("Peregrine", shape::tokenMap, kept);
    }
  }

  private static void measure(String name, Supplier<Object> build, List<Object> kept) {
    long before = usedHeap();
    long start = System.nanoTime();
    kept.add(build.get());
    long time = System.nanoTime() - start;
    long bytes = usedHeap() - before;
    kept.clear();
    System.out.printf(
        Locale.ROOT, "%-12s %8.1f ms %8.1f MB%n", name, time / 1e6, bytes / (1024.0 * 1024));
  }

  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
