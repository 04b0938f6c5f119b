package io.peregrine.bench.routing;

import io.peregrine.Node;
import io.peregrine.bench.DriverFlags;
import io.peregrine.conductor.ClusterNode;
import io.peregrine.conductor.RoutingTable;
import io.peregrine.io.Admission;
import io.peregrine.io.Way;
import io.peregrine.metadata.NodeTokens;
import io.peregrine.metadata.Partitioner;
import io.peregrine.metadata.Replicas;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.DcAwareRoundRobinPolicy;
import io.peregrine.policy.DefaultLoadBalancingPolicy;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.NodePlaces;
import io.peregrine.policy.PolicyContext;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.RoutingRequest;
import io.peregrine.policy.TokenAwarePolicy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
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
 * What a policy's choice costs: the plan, its first node, and where that is in the routing table.
 * One thread. With a key, the hash and the token map are part of it, and are measured alone too.
 * The node that was chosen says which key is next, so that no two choices overlap; but for one
 * benchmark, where they may as far as the processor can.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-Xmx2g", DriverFlags.OPEN_MISC, DriverFlags.MISC})
public class PolicyChoiceBenchmark {
  private static final String KEYSPACE = "ks";
  private static final int LARGE = 1_000;
  private static final long MULTIPLIER = 6_364_136_223_846_793_005L;

  /** How many nodes: a small cluster of one data centre, or a large one of three. */
  @Param({"3", "1000"})
  public int nodes = LARGE;

  private final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
  private final QueryPlan plan = new QueryPlan();
  private final Request request = new Request();
  private LoadBalancingPolicy byDefault = new DefaultLoadBalancingPolicy();
  private LoadBalancingPolicy anyRack = byDefault;
  private LoadBalancingPolicy tokenAware = byDefault;
  private LoadBalancingPolicy roundRobin = byDefault;
  private RoutingTable<OpenWay> routes = new RoutingTable<>(Map.of());
  private TokenMap tokens = TokenMap.of(Partitioner.MURMUR3, List.of(), Map.of());
  private long seed = 23;

  /** A way that some requests are on, counted as the driver counts them. */
  record OpenWay(int number, Admission admission) implements Way {
    static OpenWay of(int number, int inFlight) {
      Admission admission = new Admission(LARGE);
      for (int i = 0; i < inFlight; i++) {
        admission.take();
      }
      return new OpenWay(number, admission);
    }
  }

  /** As the driver's own requests are. */
  private final class Request implements RoutingRequest {
    private final Replicas replicas = new Replicas();
    private boolean keyed;
    private boolean found;
    private int turn;

    @Override
    public Replicas replicas() {
      if (keyed && !found) {
        tokens.find(KEYSPACE, key, 0, Long.BYTES, replicas);
        found = true;
      }
      return found ? replicas : Replicas.NONE;
    }

    @Override
    public boolean isConditional() {
      return false;
    }

    @Override
    public @Nullable Node target() {
      return null;
    }

    @Override
    public int turn() {
      return turn;
    }

    @Override
    public int inFlight(Node node) {
      int index = routes.indexOf(node);
      return index == RoutingTable.NONE ? Integer.MAX_VALUE : routes.inFlight(index);
    }

    @Override
    public @Nullable NodePlaces places(Node[] nodes) {
      return routes.places(nodes);
    }
  }

  /** Made by JMH. */
  public PolicyChoiceBenchmark() {}

  /** Makes the cluster. */
  @Setup
  public void makeCluster() {
    int datacenters = nodes < LARGE ? 1 : 3;
    int tokensPerNode = nodes < LARGE ? 16 : 256;
    SplittableRandom random = new SplittableRandom(23);
    List<Node> all = new ArrayList<>();
    List<NodeTokens> owners = new ArrayList<>();
    Map<Node, List<OpenWay>> ways = new LinkedHashMap<>();
    for (int i = 0; i < nodes; i++) {
      ClusterNode node = node(i, "dc" + i % datacenters);
      all.add(node);
      List<String> own = new ArrayList<>();
      for (int t = 0; t < tokensPerNode; t++) {
        own.add(Long.toString(random.nextLong()));
      }
      owners.add(new NodeTokens(node, own));
      if (i % datacenters == 0) {
        ways.put(node, List.of(OpenWay.of(i, random.nextInt(8))));
      }
    }
    routes = new RoutingTable<>(ways);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("class", "NetworkTopologyStrategy");
    for (int i = 0; i < datacenters; i++) {
      settings.put("dc" + i, "3");
    }
    tokens = TokenMap.of(Partitioner.MURMUR3, owners, Map.of(KEYSPACE, settings));
    routes.align(tokens);
    byDefault = new DefaultLoadBalancingPolicy().localDatacenter("dc0").localRack("rack1");
    anyRack = new DefaultLoadBalancingPolicy().localDatacenter("dc0");
    tokenAware =
        new TokenAwarePolicy(
            new DcAwareRoundRobinPolicy("dc0"), TokenAwarePolicy.ReplicaOrder.SHUFFLED);
    roundRobin = new DcAwareRoundRobinPolicy("dc0");
    for (LoadBalancingPolicy policy : List.of(byDefault, anyRack, tokenAware, roundRobin)) {
      policy.init(new PolicyContext(all, Set.of()));
      policy.onTokenMap(tokens);
    }
    NodePlaces places = routes.places(tokens.nodes());
    if (places == null || places.place(0) == RoutingTable.NONE) {
      throw new IllegalStateException("a node of the local data centre is not connected");
    }
  }

  private static ClusterNode node(int number, String datacenter) {
    return new ClusterNode(
        new UUID(0, number),
        new ClusterNode.Details(
            InetSocketAddress.createUnresolved("node" + number, 9042),
            datacenter,
            "rack" + number / 3 % 3,
            "5.0.9"));
  }

  private OpenWay choose(LoadBalancingPolicy policy, boolean keyed) {
    Request request = this.request;
    QueryPlan plan = this.plan;
    request.keyed = keyed;
    request.found = false;
    request.turn = request.turn + 1 & Integer.MAX_VALUE;
    policy.plan(request, plan.clear());
    for (Node node = plan.next(); node != null; node = plan.next()) {
      int place = plan.place();
      int index = place == QueryPlan.UNKNOWN ? routes.indexOf(node) : place;
      if (index != RoutingTable.NONE) {
        return routes.way(index, 0);
      }
    }
    throw new IllegalStateException("no node");
  }

  private OpenWay chooseAlone(LoadBalancingPolicy policy, boolean keyed) {
    OpenWay way = choose(policy, keyed);
    nextKey(way.number());
    return way;
  }

  /** Another key, which no cache of the processor's has seen: as new as a request's own. */
  private void nextKey(int chosen) {
    seed = (seed + chosen) * MULTIPLIER + 1;
    key.putLong(0, seed);
  }

  /**
   * What is measured with each choice: to make the next key.
   *
   * @return the key
   */
  @Benchmark
  public long nextKeyAlone() {
    nextKey((int) key.getLong(0));
    return seed;
  }

  /**
   * The first of a key's replicas, without any policy.
   *
   * @return the node
   */
  @Benchmark
  public Node replicas() {
    tokens.find(KEYSPACE, key, 0, Long.BYTES, request.replicas);
    Node first = request.replicas.get(0);
    nextKey(first.hashCode());
    return first;
  }

  /**
   * The policy that is used by default, with a key and a local rack. With 3 nodes that rack has
   * none of them.
   *
   * @return the way that was chosen
   */
  @Benchmark
  public Way byDefaultWithKey() {
    return chooseAlone(byDefault, true);
  }

  /**
   * The same, where the next choice need not wait for this one.
   *
   * @return the way that was chosen
   */
  @Benchmark
  public Way byDefaultWithKeyOverlapping() {
    nextKey(0);
    return choose(byDefault, true);
  }

  /**
   * The policy that is used by default, with a key and no local rack: of two replicas the less
   * busy.
   *
   * @return the way that was chosen
   */
  @Benchmark
  public Way byDefaultOfAnyRack() {
    return chooseAlone(anyRack, true);
  }

  /**
   * The policy that is used by default, for a request whose key is not known.
   *
   * @return the way that was chosen
   */
  @Benchmark
  public Way byDefaultWithoutKey() {
    return chooseAlone(byDefault, false);
  }

  /**
   * Shuffled replicas, then round robin in the local data centre.
   *
   * @return the way that was chosen
   */
  @Benchmark
  public Way tokenAwareWithKey() {
    return chooseAlone(tokenAware, true);
  }

  /**
   * The same, where the next choice need not wait for this one.
   *
   * @return the way that was chosen
   */
  @Benchmark
  public Way tokenAwareWithKeyOverlapping() {
    nextKey(0);
    return choose(tokenAware, true);
  }

  /**
   * The policy that is used by default, with a key and no local rack, where the next choice need
   * not wait for this one.
   *
   * @return the way that was chosen
   */
  @Benchmark
  public Way byDefaultOfAnyRackOverlapping() {
    nextKey(0);
    return choose(anyRack, true);
  }

  /**
   * Round robin in the local data centre.
   *
   * @return the way that was chosen
   */
  @Benchmark
  public Way roundRobin() {
    return chooseAlone(roundRobin, false);
  }
}
