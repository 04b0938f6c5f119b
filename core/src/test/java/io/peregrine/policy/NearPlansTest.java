package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Node;
import io.peregrine.metadata.NodeTokens;
import io.peregrine.metadata.Partitioner;
import io.peregrine.metadata.Replicas;
import io.peregrine.metadata.TokenMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What policies make of a token map beforehand changes nothing but the time that a plan takes. */
class NearPlansTest {
  private final Random random = new Random(5);
  private final List<Node> nodes = new ArrayList<>();
  private final List<NodeTokens> tokens = new ArrayList<>();

  NearPlansTest() {
    for (int i = 0; i < 24; i++) {
      Node node = new PlainNode(i, "dc" + i % 2, "r" + random.nextInt(3));
      List<String> own = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        own.add(Long.toString(random.nextLong()));
      }
      nodes.add(node);
      tokens.add(new NodeTokens(node, own));
    }
  }

  private TokenMap map() {
    Map<String, String> three = Map.of("class", "NetworkTopologyStrategy", "dc0", "3", "dc1", "3");
    Map<String, String> seven = Map.of("class", "NetworkTopologyStrategy", "dc0", "7");
    Map<String, String> simple = Map.of("class", "SimpleStrategy", "replication_factor", "3");
    return TokenMap.of(
        Partitioner.MURMUR3, tokens, Map.of("three", three, "seven", seven, "simple", simple));
  }

  /** Once without places, then with them, and with some nodes that are not connected. */
  private void assertSamePlans(Supplier<LoadBalancingPolicy> make, TokenMap map, TokenMap told) {
    assertSamePlans(make, map, told, new PlainRequest(), new PlainRequest());
    assertSamePlans(
        make, map, told, new PlainRequest().conditional(), new PlainRequest().conditional());
    PlainRequest knowing = new PlainRequest().knowing(told);
    PlainRequest same = new PlainRequest();
    for (int i = 0; i < nodes.size(); i += 5) {
      knowing.inFlight(nodes.get(i), Integer.MAX_VALUE);
      same.inFlight(nodes.get(i), Integer.MAX_VALUE);
    }
    assertSamePlans(make, map, told, knowing, same);
    assertThat(knowing.placesFound() > 0).isEqualTo(map == told);
    assertSamePlans(
        make,
        map,
        told,
        new PlainRequest().knowing(told).conditional(),
        new PlainRequest().conditional());
  }

  private void assertSamePlans(
      Supplier<LoadBalancingPolicy> make,
      TokenMap map,
      TokenMap told,
      PlainRequest request,
      PlainRequest same) {
    LoadBalancingPolicy untold = make.get();
    LoadBalancingPolicy telling = make.get();
    PolicyContext context = new PolicyContext(nodes, Set.of());
    untold.init(context);
    telling.init(context);
    telling.onTokenMap(told);
    for (int i = 0; i < 1_000; i++) {
      String keyspace = List.of("three", "seven", "simple").get(i % 3);
      UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
      key.putLong(0, random.nextLong());
      Replicas replicas = new Replicas();
      map.find(keyspace, key, 0, Long.BYTES, replicas);
      Node busy = nodes.get(random.nextInt(nodes.size()));
      if (same.inFlight(busy) != Integer.MAX_VALUE) {
        int inFlight = random.nextInt(3);
        request.inFlight(busy, inFlight);
        same.inFlight(busy, inFlight);
      }
      // A copy, because replicas that one policy has looked at are found for the other.
      assertThat(request.replicas(replicas.copy()).planOf(telling))
          .isEqualTo(same.replicas(replicas.copy()).planOf(untold));
    }
  }

  @Test
  void plansAreTheSameWhetherOrNotThePolicyWasToldOfTheTokenMap() {
    TokenMap map = map();
    TokenMap other = map();
    List<Supplier<LoadBalancingPolicy>> policies =
        List.of(
            () -> new DefaultLoadBalancingPolicy().localDatacenter("dc0"),
            () -> new DefaultLoadBalancingPolicy().localDatacenter("dc0").localRack("r1"),
            DefaultLoadBalancingPolicy::new,
            () -> new TokenAwarePolicy(new DcAwareRoundRobinPolicy("dc1")),
            () ->
                new HostFilterPolicy(
                    new TokenAwarePolicy(new RoundRobinPolicy()), node -> node != nodes.get(3)));
    for (Supplier<LoadBalancingPolicy> policy : policies) {
      assertSamePlans(policy, map, map);
      assertSamePlans(policy, map, other);
    }
  }

  @Test
  void shuffledNearReplicasComeInEveryOrder() {
    TokenAwarePolicy policy =
        new TokenAwarePolicy(
            new DcAwareRoundRobinPolicy("dc0"), TokenAwarePolicy.ReplicaOrder.SHUFFLED);
    policy.init(new PolicyContext(nodes, Set.of()));
    TokenMap map = map();
    policy.onTokenMap(map);
    for (PlainRequest request : List.of(new PlainRequest(), new PlainRequest().knowing(map))) {
      request.replicas(map.replicas("three", 5L));
      Set<List<Node>> seen = new HashSet<>();
      for (int i = 0; i < 1_000; i++) {
        seen.add(request.planOf(policy).subList(0, 3));
      }
      assertThat(seen).hasSize(6);
    }
  }

  @Test
  void nodeThatIsNearerThanBeforeIsANearReplicaFromThenOn() {
    List<Node> wanted = new ArrayList<>();
    LoadBalancingPolicy child =
        new HostFilterPolicy(new DcAwareRoundRobinPolicy("dc0"), wanted::contains);
    TokenAwarePolicy policy = new TokenAwarePolicy(child);
    policy.init(new PolicyContext(nodes, Set.of()));
    TokenMap map = map();
    policy.onTokenMap(map);
    Replicas replicas = map.replicas("seven", 9L);
    PlainRequest request = new PlainRequest().replicas(replicas);
    assertThat(request.planOf(policy)).isEmpty();

    List<Node> expected = replicas.toList().subList(2, 5);
    wanted.addAll(expected);
    policy.onUp(expected.get(0));
    assertThat(request.planOf(policy)).isEqualTo(expected);
    wanted.remove(expected.get(1));
    policy.onDown(expected.get(1));
    assertThat(request.planOf(policy)).containsExactly(expected.get(0), expected.get(2));
  }
}
