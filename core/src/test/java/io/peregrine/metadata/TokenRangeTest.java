package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenRangeTest {
  private static final int RANGES = 2_000;

  private final Random random = new Random(11);

  private static TokenRange range(long start, long end) {
    return new TokenRange(new Murmur3Token(start), new Murmur3Token(end));
  }

  private static TokenRange ordered(String start, String end) {
    return new TokenRange(
        Partitioner.BYTE_ORDERED.parse(start), Partitioner.BYTE_ORDERED.parse(end));
  }

  private Token token(Partitioner partitioner) {
    return switch (partitioner) {
      case MURMUR3 ->
          new Murmur3Token(random.nextBoolean() ? random.nextLong() : random.nextInt(12) - 5);
      case RANDOM ->
          new RandomToken(
              random.nextBoolean()
                  ? new BigInteger(127, random)
                  : BigInteger.valueOf(random.nextInt(10)));
      case BYTE_ORDERED -> {
        byte[] bytes = new byte[random.nextInt(3)];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) (random.nextInt(4) - 2);
        }
        yield new ByteOrderedToken(bytes);
      }
    };
  }

  private TokenRange anyRange(Partitioner partitioner) {
    Token start = random.nextInt(6) == 0 ? partitioner.minimum() : token(partitioner);
    Token end = random.nextInt(6) == 0 ? partitioner.minimum() : token(partitioner);
    return new TokenRange(start, end);
  }

  private List<Token> probes(Partitioner partitioner, Stream<TokenRange> ranges) {
    List<Token> probes = new ArrayList<>();
    ranges.forEach(range -> probes.addAll(List.of(range.start(), range.end())));
    for (int i = 0; i < 20; i++) {
      probes.add(token(partitioner));
    }
    probes.removeIf(partitioner.minimum()::equals); // no key has it
    return probes;
  }

  @ParameterizedTest
  @EnumSource
  void partsOfASplitAreTheWholeWithoutOverlap(Partitioner partitioner) {
    for (int i = 0; i < RANGES; i++) {
      TokenRange whole = anyRange(partitioner);
      if (!whole.isEmpty()) {
        int count = 1 + random.nextInt(9);
        List<TokenRange> parts = whole.splitEvenly(count);
        assertThat(parts).hasSizeBetween(1, count);
        assertThat(parts.get(0).start()).isEqualTo(whole.start());
        assertThat(parts.get(parts.size() - 1).end()).isEqualTo(whole.end());
        assertThat(parts).noneMatch(TokenRange::isEmpty);
        for (Token token : probes(partitioner, parts.stream())) {
          assertThat(parts.stream().filter(part -> part.contains(token)).count())
              .as("%s in %s of %s", token, parts, whole)
              .isEqualTo(whole.contains(token) ? 1 : 0);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void unwrappedPartsAreTheWholeAndDoNotWrap(Partitioner partitioner) {
    for (int i = 0; i < RANGES; i++) {
      TokenRange whole = anyRange(partitioner);
      List<TokenRange> parts = whole.unwrap();
      assertThat(parts).hasSize(whole.isWrappedAround() ? 2 : 1);
      assertThat(parts).noneMatch(TokenRange::isWrappedAround);
      for (Token token : probes(partitioner, Stream.of(whole))) {
        assertThat(parts.stream().filter(part -> part.contains(token)).count())
            .isEqualTo(whole.contains(token) ? 1 : 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatTwoRangesHaveInCommonIsInBoth(Partitioner partitioner) {
    for (int i = 0; i < RANGES; i++) {
      TokenRange one = anyRange(partitioner);
      TokenRange other = anyRange(partitioner);
      List<TokenRange> common = one.intersectWith(other);
      assertThat(common).hasSizeLessThanOrEqualTo(2).noneMatch(TokenRange::isEmpty);
      assertThat(one.intersects(other)).isEqualTo(!common.isEmpty());
      for (Token token : probes(partitioner, Stream.of(one, other))) {
        assertThat(common.stream().filter(part -> part.contains(token)).count())
            .as("%s in %s of %s and %s", token, common, one, other)
            .isEqualTo(one.contains(token) && other.contains(token) ? 1 : 0);
      }
    }
  }

  @Test
  void partsOfASplitDifferByOneTokenAtMost() {
    assertThat(range(0, 10).splitEvenly(3)).containsExactly(range(0, 3), range(3, 6), range(6, 10));
    assertThat(range(0, 2).splitEvenly(Integer.MAX_VALUE))
        .containsExactly(range(0, 1), range(1, 2));
  }

  @Test
  void wholeRingIsSplitIntoQuarters() {
    long min = Long.MIN_VALUE;
    assertThat(range(min, min).splitEvenly(4))
        .containsExactly(
            range(min, min / 2 - 1),
            range(min / 2 - 1, -1),
            range(-1, -(min / 2) - 1),
            range(-(min / 2) - 1, min));
  }

  @Test
  void splitGoesOnAtTheBeginningOfTheRing() {
    assertThat(range(Long.MAX_VALUE - 1, Long.MIN_VALUE + 2).splitEvenly(3))
        .containsExactly(
            range(Long.MAX_VALUE - 1, Long.MAX_VALUE),
            range(Long.MAX_VALUE, Long.MIN_VALUE + 1),
            range(Long.MIN_VALUE + 1, Long.MIN_VALUE + 2));
  }

  @Test
  void keysOfBytesAreSplitBetweenTheirNumbers() {
    assertThat(ordered("10", "12").splitEvenly(2))
        .containsExactly(ordered("10", "1100000000"), ordered("1100000000", "12"));
    assertThat(ordered("10", "1000").splitEvenly(2)).containsExactly(ordered("10", "1000"));
    assertThat(ordered("", "").splitEvenly(2).get(0).end())
        .isEqualTo(Partitioner.BYTE_ORDERED.parse("80000000"));
  }

  @Test
  void rangeHasItsEndAndNotItsStart() {
    assertThat(range(1, 5).contains(new Murmur3Token(1))).isFalse();
    assertThat(range(1, 5).contains(new Murmur3Token(5))).isTrue();
    assertThat(range(5, 1).contains(new Murmur3Token(5))).isFalse();
    assertThat(range(5, 1).contains(new Murmur3Token(1))).isTrue();
    assertThat(range(5, 1).contains(new Murmur3Token(3))).isFalse();
  }

  @Test
  void rangesThatTouchAtTheMinimumAreOne() {
    assertThat(range(5, 1).intersectWith(range(7, 2))).containsExactly(range(7, 1));
    assertThat(range(5, 1).intersectWith(range(0, 7)))
        .containsExactlyInAnyOrder(range(5, 7), range(0, 1));
  }

  @Test
  void rangeFromATokenToItselfIsNothingUnlessItIsTheMinimum() {
    assertThat(range(1, 1).isEmpty()).isTrue();
    assertThat(range(1, 1).isWholeRing()).isFalse();
    assertThat(range(1, 1).contains(new Murmur3Token(1))).isFalse();
    assertThat(range(Long.MIN_VALUE, Long.MIN_VALUE).isEmpty()).isFalse();
    assertThat(range(Long.MIN_VALUE, Long.MIN_VALUE).isWholeRing()).isTrue();
    assertThat(range(Long.MIN_VALUE, Long.MIN_VALUE).contains(new Murmur3Token(1))).isTrue();
  }

  @Test
  void splitIntoNothingOrOfNothingIsRefused() {
    assertThatThrownBy(() -> range(1, 1).splitEvenly(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(1, 1]");
    assertThatThrownBy(() -> range(1, 2).splitEvenly(0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
