package io.peregrine.conductor;

import io.peregrine.NodeDistance;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.io.Connection;
import io.peregrine.io.SelectorAgent;
import io.peregrine.io.SelectorContext;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.ScriptedCluster;
import io.peregrine.testkit.server.ScriptedServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.agrona.concurrent.AgentInvoker;
import org.jspecify.annotations.Nullable;

/**
 * Scripted servers, a conductor and an agent that the test drives, and a clock that it moves.
 * Confined to the test's thread; closing it fails if something was left behind.
 */
final class PoolScene implements AutoCloseable {
  static final long TIMEOUT = TimeUnit.SECONDS.toNanos(5);
  static final PoolSize ONE_EACH = size(1, 1);

  final ScriptedCluster servers;
  final List<ClusterNode> nodes = new ArrayList<>();
  final List<ClusterNode> failed = new ArrayList<>();

  /** The nodes that are to be tried at once though they are down. */
  final List<ClusterNode> tried = new ArrayList<>();

  final List<SessionPool<Connection>> told = new ArrayList<>();
  final List<Throwable> faults = new ArrayList<>();
  final SelectorAgent agent;
  final ClusterConductor conductor;
  final ConnectTemplate template =
      new ConnectTemplate(ProtocolVersion.V5, Map.of(), Compression.NONE, TIMEOUT);
  boolean convicts;

  /** Whether nodes count as down already, so that pools hear nothing more of it. */
  boolean countsAsDown;

  final Set<ClusterNode> beingTried = new HashSet<>();
  private final AgentInvoker agentInvoker;
  private final AgentInvoker conductorInvoker;
  private final SelectorAgents agents;
  private final Health health = new Health();
  private long now = 1;

  PoolScene(int count) {
    this(count, 16);
  }

  PoolScene(int count, int atOnce) {
    servers = ScriptedCluster.start(count);
    for (NodeInfo info : servers.nodes()) {
      ClusterNode node =
          new ClusterNode(
              info.hostId(), new ClusterNode.Details(info.address(), "dc1", "rack1", "5.0"));
      node.distance(NodeDistance.LOCAL);
      nodes.add(node);
    }
    conductor = new ClusterConductor(() -> now, faults::add, false);
    agent =
        new SelectorAgent(
            new SelectorContext().clock(() -> now).parksInSelect(false).errorHandler(faults::add));
    agents = new SelectorAgents(List.of(agent), conductor, atOnce, TIMEOUT);
    agentInvoker = new AgentInvoker(faults::add, null, agent);
    conductorInvoker = new AgentInvoker(faults::add, null, conductor);
    agentInvoker.start();
    conductorInvoker.start();
    LeakCheck.track("off-heap bytes", agent::offHeapBytes);
  }

  static PoolSize size(int local, int remote) {
    return new PoolSize(new PoolSize.PerNode(local, remote), null, 0, false);
  }

  /** Notes what it is told; a node that it convicts is down for the pools at once. */
  private final class Health implements NodeHealth {
    @Override
    public boolean onConnectionFailed(ClusterNode node, DriverException cause) {
      failed.add(node);
      if (convicts) {
        told.forEach(pool -> pool.onDown(node, cause));
      }
      return convicts || countsAsDown;
    }

    @Override
    public boolean isBeingTried(ClusterNode node) {
      return beingTried.contains(node);
    }

    @Override
    public void tryNow(ClusterNode node) {
      tried.add(node);
    }

    /** One second, two seconds, and no more. */
    @Override
    public LongSupplier newSchedule() {
      return new LongSupplier() {
        private int tries;

        @Override
        public long getAsLong() {
          tries++;
          return tries > 2 ? -1 : TimeUnit.SECONDS.toNanos(tries);
        }
      };
    }
  }

  SessionPool<Connection> pool(PoolSize size, @Nullable String keyspace) {
    SessionPool<Connection> pool =
        new SessionPool<>(
            new PoolContext<>(
                conductor, agents, template, size, health, (node, connection) -> connection),
            keyspace,
            closing -> {});
    told.add(pool);
    return pool;
  }

  /** A pool with all its connections to all nodes. */
  SessionPool<Connection> open(PoolSize size) {
    SessionPool<Connection> pool = pool(size, null);
    await(pool.open(nodes));
    await(pool.onDistancesChanged());
    return pool;
  }

  ScriptedServer server(int index) {
    return servers.server(index);
  }

  ClusterNode node(int index) {
    return nodes.get(index);
  }

  long work() {
    return conductorInvoker.invoke() + agentInvoker.invoke();
  }

  void until(String what, BooleanSupplier condition) {
    Observations.driveUntil(what, condition, this::work);
  }

  /** Drives until nothing is left to do at this moment. */
  void settle() {
    while (work() > 0) {
      Thread.onSpinWait();
    }
  }

  <T> T await(CompletableFuture<T> future) {
    until("a future is done", future::isDone);
    return future.join();
  }

  /** Lets time pass for the driver, all at once. */
  void pass(long time, TimeUnit unit) {
    now += unit.toNanos(time);
    settle();
  }

  @Override
  public void close() {
    told.forEach(pool -> await(pool.close()));
    conductorInvoker.close();
    agentInvoker.close();
    servers.close();
    servers.assertNoViolations();
    if (!faults.isEmpty()) {
      throw new AssertionError("faults: " + faults, faults.get(0));
    }
  }
}
