package io.peregrine;

import io.peregrine.io.SelectorAgent;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.ScriptedServer;
import io.peregrine.testkit.server.ScriptedServerBuilder;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that means no good, and a driver without threads: all that it does is done, and all that
 * it allocates is counted, on the test's thread, to which this is confined.
 *
 * <p>Closing it fails if the client broke the protocol: only servers may.
 */
final class HostileScene implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostileScene.class);

  /** A busy machine shall not end what cost is to be counted of. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  final ScriptedServer server;
  final Cluster cluster;
  private final AllocationProbe probe = AllocationProbe.of(Thread.currentThread());

  /**
   * What something has cost.
   *
   * @param heap bytes that were allocated on the heap, most of which may be garbage by now
   * @param offHeap bytes beside the heap beyond those before it, at their most
   */
  record Cost(long heap, long offHeap) {}

  private HostileScene(ScriptedServer server, Cluster cluster) {
    this.server = server;
    this.cluster = cluster;
  }

  static HostileScene open(UnaryOperator<ClusterBuilder> settings) {
    return open(builder -> builder, settings);
  }

  static HostileScene open(
      UnaryOperator<ScriptedServerBuilder> servers, UnaryOperator<ClusterBuilder> settings) {
    ScriptedServer server = servers.apply(ScriptedServer.builder()).start();
    try {
      ClusterBuilder builder =
          PatientCluster.builder()
              .addContactPoint(server.address())
              .invoked()
              .requestTimeout(PATIENCE);
      Cluster cluster = settings.apply(builder).build();
      HostileScene scene = new HostileScene(server, cluster);
      LeakCheck.track("off-heap bytes", scene::offHeap);
      LeakCheck.track("leased bytes", () -> cluster.agents().get(0).leasedBytes());
      LeakCheck.track("kept requests", () -> cluster.agents().get(0).keptRequests());
      return scene;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Drives it until something is true, and counts. */
  Cost costUntil(String what, BooleanSupplier condition) {
    List<SelectorAgent> agents = cluster.agents();
    long[] offHeap = {offHeap(), 0};
    probe.start();
    Observations.driveUntil(
        what,
        condition,
        () -> {
          int work = cluster.invoke();
          offHeap[1] = Math.max(offHeap[1], agents.get(0).offHeapBytes() - offHeap[0]);
          return work;
        });
    return told(what, new Cost(probe.allocatedBytes(), offHeap[1]));
  }

  /** Does something that drives it itself, and counts; what is beside the heap is what it left. */
  Cost costOf(String what, Runnable action) {
    long offHeap = offHeap();
    probe.start();
    action.run();
    return told(what, new Cost(probe.allocatedBytes(), Math.max(0, offHeap() - offHeap)));
  }

  long offHeap() {
    return cluster.agents().get(0).offHeapBytes();
  }

  private static Cost told(String what, Cost cost) {
    LOG.info("{}: {} KiB of heap, {} KiB beside", what, cost.heap >> 10, cost.offHeap >> 10);
    return cost;
  }

  @Override
  public void close() {
    cluster.close();
    server.close();
    server.observed().assertNoViolations();
  }
}
