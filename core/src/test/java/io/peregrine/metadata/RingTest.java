package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Both rings against a sorted set. */
class RingTest {
  private static final Random RANDOM = new Random(5);

  private static void checkAgainstASortedSet(int size, LongSupplier next) {
    long[] tokens = new long[size];
    List<Token> boxed = new ArrayList<>();
    TreeSet<Long> sorted = new TreeSet<>();
    for (int i = 0; i < size; i++) {
      tokens[i] = next.getAsLong();
      boxed.add(new Murmur3Token(tokens[i]));
      sorted.add(tokens[i]);
    }
    List<Long> asked = new ArrayList<>(List.of(Long.MIN_VALUE, Long.MAX_VALUE, 0L));
    for (long token : tokens) {
      asked.addAll(List.of(token, token - 1, token + 1, next.getAsLong(), RANDOM.nextLong()));
    }
    for (Ring ring :
        List.of(
            new Murmur3Ring(List.of(tokens), Pace.UNBROKEN),
            new TokenRing(Partitioner.MURMUR3, List.of(boxed), Pace.UNBROKEN))) {
      assertThat(ring.size()).isEqualTo(sorted.size());
      for (long token : asked) {
        Long expected = sorted.ceiling(token) == null ? sorted.first() : sorted.ceiling(token);
        assertThat(ring.token(ring.find(new Murmur3Token(token))))
            .isEqualTo(new Murmur3Token(expected));
      }
    }
  }

  @Test
  void evenlySpreadTokensAreFound() {
    for (int size = 1; size < 200; size++) {
      checkAgainstASortedSet(size, RANDOM::nextLong);
    }
    checkAgainstASortedSet(20_000, RANDOM::nextLong);
  }

  @Test
  void crowdedTokensAreFound() {
    for (int size = 1; size < 200; size++) {
      checkAgainstASortedSet(size, () -> RANDOM.nextInt(500));
      checkAgainstASortedSet(size, () -> Long.MAX_VALUE - RANDOM.nextInt(50));
      checkAgainstASortedSet(size, () -> Long.MIN_VALUE + RANDOM.nextInt(50));
    }
    checkAgainstASortedSet(20_000, () -> RANDOM.nextInt(10_000_000));
  }

  @Test
  void tokensThatComeSeveralTimesAreThereOnce() {
    for (int size = 1; size <= 20; size++) {
      for (int different = 1; different <= size; different++) {
        long[] tokens = new long[size];
        for (int i = 0; i < size; i++) {
          tokens[i] = (i % different - 10L) << 59;
        }
        Murmur3Ring ring = new Murmur3Ring(List.of(tokens), Pace.UNBROKEN);
        assertThat(ring.size()).isEqualTo(Math.min(different, size));
        for (int i = 1; i < ring.size(); i++) {
          assertThat(ring.value(i)).isGreaterThan(ring.value(i - 1));
        }
      }
    }
  }

  @Test
  void tokensOfManyPiecesComeInTheirOrder() {
    List<LongSupplier> kinds =
        List.of(
            RANDOM::nextLong,
            () -> RANDOM.nextLong() >> RANDOM.nextInt(Long.SIZE),
            () ->
                RANDOM.nextInt(1_000) == 0 ? RANDOM.nextLong() : Long.MAX_VALUE - RANDOM.nextInt());
    for (LongSupplier next : kinds) {
      List<long[]> unsorted = new ArrayList<>();
      for (int i = 0; i < 150; i++) {
        long[] some = new long[RANDOM.nextInt(700)];
        Arrays.setAll(some, unused -> next.getAsLong());
        unsorted.add(some);
      }
      long[] sorted = unsorted.stream().flatMapToLong(Arrays::stream).sorted().distinct().toArray();
      Murmur3Ring ring = new Murmur3Ring(unsorted, Pace.UNBROKEN);
      assertThat(ring.size()).isEqualTo(sorted.length);
      long[] values = new long[sorted.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = ring.value(i);
        assertThat(ring.find(values[i])).isEqualTo(i);
      }
      assertThat(values).isEqualTo(sorted);
    }
  }

  @Test
  void tokensOfWhichSomeAreCrowdedAreFound() {
    for (int size = 1; size < 200; size++) {
      checkAgainstASortedSet(
          size, () -> RANDOM.nextBoolean() ? RANDOM.nextLong() : RANDOM.nextInt(100));
    }
    checkAgainstASortedSet(20_000, () -> RANDOM.nextLong() >> RANDOM.nextInt(Long.SIZE));
    checkAgainstASortedSet(
        20_000, () -> RANDOM.nextLong() >> RANDOM.nextInt(Long.SIZE) ^ Long.MIN_VALUE);
  }

  @Test
  void tokensAtBucketLimitsAreFound() {
    checkAgainstASortedSet(500, () -> RANDOM.nextLong() << 50);
    checkAgainstASortedSet(500, () -> (RANDOM.nextLong() << 50) - 1);
  }

  @Test
  void emptyRingHasNoSize() {
    assertThat(new Murmur3Ring(List.of(), Pace.UNBROKEN).size()).isZero();
    assertThat(new Murmur3Ring(List.of(), Pace.UNBROKEN).find(5)).isZero();
    TokenRing empty = new TokenRing(Partitioner.RANDOM, List.of(List.of()), Pace.UNBROKEN);
    assertThat(empty.find(Partitioner.RANDOM.minimum())).isZero();
  }
}
