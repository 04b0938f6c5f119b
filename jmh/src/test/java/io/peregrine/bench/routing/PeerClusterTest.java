package io.peregrine.bench.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.internal.core.metadata.token.DefaultTokenMap;
import com.datastax.oss.driver.internal.core.metadata.token.Murmur3Token;
import io.peregrine.metadata.NodeTokens;
import io.peregrine.metadata.Partitioner;
import io.peregrine.metadata.TokenMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PeerClusterTest {
  private static final int CLUSTERS = 300;

  private final Random random = new Random(3);
  private final List<NodeTokens> nodes = new ArrayList<>();
  private final List<Long> asked = new ArrayList<>();

  private void makeNodes() {
    nodes.clear();
    asked.clear();
    int datacenters = 1 + random.nextInt(3);
    int racks = 1 + random.nextInt(4);
    int count = 1 + random.nextInt(20);
    for (int i = 0; i < count; i++) {
      String datacenter = "dc" + random.nextInt(datacenters);
      List<String> tokens = new ArrayList<>();
      for (int t = 0; t < 1 + random.nextInt(6); t++) {
        long token = random.nextLong();
        tokens.add(Long.toString(token));
        asked.addAll(List.of(token, token + 1, random.nextLong()));
      }
      nodes.add(
          new NodeTokens(new PlacedNode(i, datacenter, "rack" + random.nextInt(racks)), tokens));
    }
  }

  private Map<String, Map<String, String>> replication() {
    Map<String, String> network = new HashMap<>(Map.of("class", "NetworkTopologyStrategy"));
    for (int i = 0; i < 4; i++) {
      if (random.nextInt(4) > 0) {
        network.put("dc" + i, Integer.toString(1 + random.nextInt(5)));
      }
    }
    String simple = Integer.toString(1 + random.nextInt(25));
    return Map.of(
        "network",
        withPackage(network),
        "simple",
        withPackage(
            new HashMap<>(Map.of("class", "SimpleStrategy", "replication_factor", simple))));
  }

  private static Map<String, String> withPackage(Map<String, String> settings) {
    settings.computeIfPresent("class", (key, name) -> "org.apache.cassandra.locator." + name);
    return settings;
  }

  @Test
  void javaDriverFindsTheSameReplicas() {
    for (int i = 0; i < CLUSTERS; i++) {
      makeNodes();
      Map<String, Map<String, String>> replication = replication();
      TokenMap ours = TokenMap.of(Partitioner.MURMUR3, nodes, replication);
      DefaultTokenMap theirs = new PeerCluster(nodes, replication).tokenMap();
      for (String keyspace : replication.keySet()) {
        for (long token : asked) {
          assertThat(hostIds(theirs, keyspace, token))
              .as("cluster %d, token %d, %s", i, token, replication.get(keyspace))
              .isEqualTo(
                  ours.replicas(keyspace, token).toList().stream()
                      .map(io.peregrine.Node::hostId)
                      .collect(Collectors.toSet()));
        }
      }
    }
  }

  private static Set<UUID> hostIds(DefaultTokenMap map, String keyspace, long token) {
    return map.getReplicas(CqlIdentifier.fromInternal(keyspace), new Murmur3Token(token)).stream()
        .map(Node::getHostId)
        .collect(Collectors.toSet());
  }
}
