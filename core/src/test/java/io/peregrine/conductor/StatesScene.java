package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.NodeStateListener;
import io.peregrine.codec.DriverException;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.AddressTranslator;
import io.peregrine.policy.ConvictionPolicy;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.policy.RoutingRequest;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.AgentInvoker;
import org.jspecify.annotations.Nullable;

/**
 * Node states without connections: everybody whom they talk to is played, and writes down what
 * happens. Confined to the test's thread.
 */
final class StatesScene {
  /** Nodes that have been silent for a second do not hold up others. */
  static final long CONNECT_TIMEOUT = TimeUnit.SECONDS.toNanos(20);

  static final DriverException LOST = new DriverException("connection reset");

  /** What has happened, in order: who, what, and to which node. */
  final List<String> log = new ArrayList<>();

  /** The attempts that have begun and not ended. */
  final List<Attempted> attempts = new ArrayList<>();

  final List<Throwable> faults = new ArrayList<>();
  final Map<Node, NodeDistance> distances = new HashMap<>();
  final PlayedPolicy policy = new PlayedPolicy();
  final List<NodeStateListener> listeners = new ArrayList<>();
  final NodeStates states;
  boolean convicts = true;
  @Nullable RuntimeException convictionFault;
  @Nullable RuntimeException scheduleFault;
  int convictionsReset;
  long credentialChanges;
  int schedules;
  private final AtomicLong now = new AtomicLong(1);
  private final AgentInvoker invoker;

  /**
   * A node that is tried.
   *
   * @param node the node
   * @param result to be completed
   * @param onConnected to be run when it has answered
   */
  record Attempted(ClusterNode node, CompletableFuture<Void> result, Runnable onConnected) {}

  StatesScene(int atOnce) {
    this(atOnce, true);
  }

  /**
   * @param warm whether nodes can be tried already
   */
  StatesScene(int atOnce, boolean warm) {
    ClusterConductor conductor = new ClusterConductor(now::get, faults::add, false);
    invoker = new AgentInvoker(faults::add, null, conductor);
    invoker.start();
    listeners.add(new PlayedListener());
    states =
        new NodeStates(
            conductor,
            new PolicySet(
                new PolicyGroup(List.of(policy)),
                this::newSchedule,
                node -> new PlayedConviction(),
                AddressTranslator.IDENTITY,
                () -> credentialChanges),
            new AttemptGate(conductor, atOnce, CONNECT_TIMEOUT),
            listeners,
            new NodeStates.Owner() {
              @Override
              public void onUnreachable(ClusterNode node) {
                note("control", "leaves", node);
              }

              @Override
              public void onReachable(ClusterNode node) {}
            });
    if (warm) {
      warm();
    }
  }

  /** From now on nodes can be tried. */
  void warm() {
    states.warmUp(
        (node, onConnected) -> {
          Attempted attempt = new Attempted(node, new CompletableFuture<>(), onConnected);
          attempts.add(attempt);
          note("warm-up", "tries", node);
          return attempt.result();
        });
  }

  static ClusterNode node(int number) {
    return new ClusterNode(
        new UUID(0, number),
        new ClusterNode.Details(
            InetSocketAddress.createUnresolved("node" + number, 9042), "dc1", "rack1", "5.0"));
  }

  /** One node that is up. */
  ClusterNode started() {
    ClusterNode node = node(1);
    states.start(List.of(node));
    log.clear();
    return node;
  }

  /** One node that is down, of which nobody tries anything now. */
  ClusterNode down() {
    ClusterNode node = started();
    states.onConnectionFailed(node, LOST);
    log.clear();
    return node;
  }

  /** Ends the attempt that has begun first. */
  void succeed() {
    attempts.remove(0).result().complete(null);
  }

  void fail(Throwable cause) {
    attempts.remove(0).result().completeExceptionally(cause);
  }

  void pass(long seconds) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    invoker.invoke();
    if (!faults.isEmpty()) {
      throw new AssertionError("faults: " + faults, faults.get(0));
    }
  }

  /** One second, then two, then three, and no more. */
  private ReconnectionPolicy.Schedule newSchedule() {
    if (scheduleFault != null) {
      throw scheduleFault;
    }
    schedules++;
    int[] tries = {0};
    return () -> ++tries[0] > 3 ? -1 : TimeUnit.SECONDS.toNanos(tries[0]);
  }

  private void note(String who, String what, Node node) {
    log.add(who + " " + what + " " + node.hostId().getLeastSignificantBits());
  }

  /** A session without connections that may do as if it had them. */
  final class PlayedSession implements NodeConnections {
    final Set<Node> connected = new HashSet<>();
    final List<ClusterNode> retried = new ArrayList<>();
    final String name;
    boolean refuses;
    int distanceChanges;
    @Nullable CompletableFuture<Boolean> pending;

    PlayedSession(String name) {
      this.name = name;
      states.sessions().add(this);
    }

    @Override
    public CompletableFuture<Boolean> onUp(ClusterNode node) {
      note(name, "up", node);
      if (pending != null) {
        return pending;
      }
      if (!refuses && node.distance() != NodeDistance.IGNORED) {
        connected.add(node);
      }
      return CompletableFuture.completedFuture(!refuses);
    }

    @Override
    public void onProvedUp(ClusterNode node) {
      note(name, "knows", node);
      if (node.distance() != NodeDistance.IGNORED) {
        connected.add(node);
      }
    }

    @Override
    public void retry(Set<ClusterNode> which) {
      retried.addAll(which);
    }

    @Override
    public void onDown(ClusterNode node, DriverException cause) {
      note(name, "down", node);
      connected.remove(node);
    }

    @Override
    public CompletableFuture<Void> onDistancesChanged() {
      distanceChanges++;
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onTokenMap(TokenMap tokens) {
      log.add(name + " tokens");
    }

    @Override
    public boolean isConnected(ClusterNode node) {
      return connected.contains(node);
    }
  }

  /** Everything is local unless the test says otherwise. */
  final class PlayedPolicy implements LoadBalancingPolicy {
    @Nullable RuntimeException fault;
    @Nullable RuntimeException distanceFault;
    boolean ignoresDown;
    private final Set<Node> down = new HashSet<>();

    @Override
    public NodeDistance distance(Node node) {
      if (ignoresDown && down.contains(node)) {
        return NodeDistance.IGNORED;
      }
      if (distanceFault != null) {
        throw distanceFault;
      }
      return distances.getOrDefault(node, NodeDistance.LOCAL);
    }

    @Override
    public void plan(RoutingRequest request, QueryPlan plan) {
      distances.keySet().forEach(plan::add);
    }

    @Override
    public void onAdd(Node node) {
      hear("add", node);
    }

    @Override
    public void onUp(Node node) {
      down.remove(node);
      hear("up", node);
    }

    @Override
    public void onDown(Node node) {
      down.add(node);
      hear("down", node);
    }

    @Override
    public void onRemove(Node node) {
      hear("remove", node);
    }

    private void hear(String what, Node node) {
      note("policy", what, node);
      if (fault != null) {
        throw fault;
      }
    }
  }

  private final class PlayedConviction implements ConvictionPolicy {
    @Override
    public boolean addFailure(Throwable failure) {
      if (convictionFault != null) {
        throw convictionFault;
      }
      return convicts;
    }

    @Override
    public void reset() {
      convictionsReset++;
    }
  }

  private final class PlayedListener implements NodeStateListener {
    @Override
    public void onAdd(Node node) {
      note("listener", "add", node);
    }

    @Override
    public void onUp(Node node) {
      note("listener", "up", node);
    }

    @Override
    public void onDown(Node node) {
      note("listener", "down", node);
    }

    @Override
    public void onRemove(Node node) {
      note("listener", "remove", node);
    }
  }
}
