package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Tables whose buckets are as full as they get, against the whole ring. */
class NearTableTest {
  private static final int LANE_BITS = 15;
  private static final int LAST_LANE = (1 << LANE_BITS) - 1;

  /** With 24 tokens there are 16 buckets: a token's upper 4 bits are the bucket's number. */
  private static final int TOKENS = 24;

  private static final int BUCKET_SHIFT = 60;
  private static final int LANE_SHIFT = BUCKET_SHIFT - LANE_BITS;

  private final SplittableRandom random = new SplittableRandom(3);

  private static long token(int bucket, int lane, long below) {
    return (((long) bucket << LANE_BITS | lane) << LANE_SHIFT | below) ^ Long.MIN_VALUE;
  }

  /** Checks each token, what is beside it, and what is in the lanes beside it. */
  private static void assertFindsWhatTheRingHas(List<Long> tokens) {
    List<NodeTokens> owners = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      Node node = new PlacedNode(i, "dc", "r" + i % 2);
      owners.add(new NodeTokens(node, List.of(Long.toString(tokens.get(i)))));
    }
    Map<String, String> settings = Map.of("class", "SimpleStrategy", "replication_factor", "2");
    TokenMap map = TokenMap.of(Partitioner.MURMUR3, owners, Map.of("ks", settings));
    NearReplicas near = map.near(node -> true, node -> node.rack().equals("r0"));
    List<Long> asked = new ArrayList<>(List.of(Long.MIN_VALUE, 0L, Long.MAX_VALUE));
    for (long token : tokens) {
      long lane = 1L << LANE_SHIFT;
      asked.addAll(List.of(token, token - 1, token + 1, token - lane, token + lane));
      asked.addAll(List.of(token | lane - 1, token & -lane, (token & -lane) - 1));
    }
    for (int bucket = 0; bucket < 16; bucket++) {
      asked.add(token(bucket, 0, 0));
      asked.add(token(bucket, LAST_LANE, (1L << LANE_SHIFT) - 1));
    }
    for (long token : asked) {
      Replicas all = map.replicas("ks", token);
      Replicas filled = new Replicas();
      filled.lookIn(map, "ks", all.table());
      filled.fill(token);
      assertThat(near.find(filled)).isEqualTo(near.pack(all.table(), all.start()));
    }
  }

  @Test
  void bucketsOfAnyNumberOfTokensAreSearched() {
    for (int[] sizes :
        new int[][] {
          {4, 0, 5, 8, 7}, {6, 7, 0, 5, 6}, {24}, {0, 0, 16, 8}, {1, 2, 3, 3, 4, 1, 10}
        }) {
      for (int round = 0; round < 50; round++) {
        List<Long> tokens = new ArrayList<>();
        for (int bucket = 0; bucket < sizes.length; bucket++) {
          for (int i = 0; i < sizes[bucket]; i++) {
            long below = random.nextLong(1L << LANE_SHIFT);
            tokens.add(token(3 * bucket, random.nextInt(LAST_LANE + 1), below));
          }
        }
        assertThat(tokens).hasSize(TOKENS);
        assertFindsWhatTheRingHas(tokens);
      }
    }
  }

  @Test
  void firstAndLastLanesAreLanesLikeOthers() {
    List<Long> tokens = new ArrayList<>();
    for (int bucket = 0; bucket < 6; bucket++) {
      for (int lane : new int[] {0, 1, LAST_LANE - 1, LAST_LANE}) {
        tokens.add(token(bucket, lane, random.nextLong(1L << LANE_SHIFT)));
      }
    }
    assertFindsWhatTheRingHas(tokens);
  }

  @Test
  void tokensOfOneLaneAreToldApart() {
    List<Long> tokens = new ArrayList<>();
    for (int i = 0; i < TOKENS; i++) {
      tokens.add(token(i % 4, 77 + i % 2, random.nextLong(1L << LANE_SHIFT)));
    }
    assertFindsWhatTheRingHas(tokens);
  }
}
