package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A cluster of any shape, the same for the same seed. Immutable once made. */
final class GeneratedCluster {
  final List<NodeTokens> nodes = new ArrayList<>();
  final Map<String, Map<String, String>> replication = new LinkedHashMap<>();

  /** Who owns which token: of several, the one with the smallest host id. */
  final TreeMap<Long, Node> owners = new TreeMap<>();

  private final Random random;

  GeneratedCluster(long seed) {
    random = new Random(seed);
    int datacenters = 1 + random.nextInt(3);
    int racks = 1 + random.nextInt(5);
    int count = random.nextInt(random.nextInt(8) == 0 ? 60 : 12);
    int tokensEach = 1 + random.nextInt(random.nextInt(4) == 0 ? 40 : 4);
    int shape = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      Node node = new PlacedNode(i, "dc" + random.nextInt(datacenters), "rack" + skewed(racks));
      List<String> tokens = new ArrayList<>();
      int own = random.nextInt(10) == 0 ? 0 : tokensEach;
      for (int t = 0; t < own; t++) {
        long token = token(shape);
        tokens.add(Long.toString(token));
        owners.putIfAbsent(token, node);
      }
      nodes.add(new NodeTokens(node, tokens));
    }
    Collections.shuffle(nodes, random);
    replication.put("simple", settings("SimpleStrategy", "replication_factor", factor()));
    for (int i = 0; i < 4; i++) {
      Map<String, String> network = settings("NetworkTopologyStrategy", "dc" + i, factor());
      for (int dc = 0; dc < datacenters; dc++) {
        if (random.nextInt(4) > 0) {
          network.put("dc" + dc, factor());
        }
      }
      replication.put("network" + i, network);
    }
    replication.put("everywhere", settings("EverywhereStrategy", "x", "y"));
  }

  TokenMap tokenMap() {
    return TokenMap.of(Partitioner.MURMUR3, nodes, replication);
  }

  /** Tokens of nodes, their neighbours, and a few that mean nothing. */
  List<Long> interestingTokens() {
    List<Long> tokens = new ArrayList<>(List.of(Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE));
    List<Long> owned = new ArrayList<>(owners.keySet());
    Collections.shuffle(owned, random);
    for (long token : owned.subList(0, Math.min(8, owned.size()))) {
      tokens.addAll(List.of(token - 1, token, token + 1, random.nextLong()));
    }
    return tokens;
  }

  private int skewed(int bound) {
    return random.nextInt(1 + random.nextInt(bound));
  }

  private long token(int shape) {
    return switch (shape) {
      case 0 -> random.nextLong();
      case 1 -> random.nextInt(100); // many of them twice
      case 2 -> Long.MIN_VALUE + random.nextInt(1000);
      default -> random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE - random.nextInt(500);
    };
  }

  private String factor() {
    int all = random.nextInt(random.nextInt(5) == 0 ? 70 : 6);
    return random.nextInt(4) == 0 ? all + "/" + random.nextInt(all + 1) : Integer.toString(all);
  }

  private static Map<String, String> settings(String name, String key, String value) {
    return new HashMap<>(Map.of("class", "org.apache.cassandra.locator." + name, key, value));
  }
}
