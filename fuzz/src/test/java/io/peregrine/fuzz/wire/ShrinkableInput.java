package io.peregrine.fuzz.wire;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/** Bytes that get shorter first, then smaller. Immutable. */
final class ShrinkableInput implements Shrinkable<byte[]> {
  private final byte[] bytes;

  ShrinkableInput(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public byte[] value() {
    return bytes.clone();
  }

  @Override
  public Stream<Shrinkable<byte[]>> shrink() {
    int length = bytes.length;
    Stream<byte[]> shorter =
        IntStream.of(length / 2, length / 4, 16, 4, 1)
            .filter(size -> size > 0 && size <= length)
            .distinct()
            .boxed()
            .flatMap(
                size ->
                    IntStream.rangeClosed(0, (length - size) / size)
                        .mapToObj(i -> without(length - size * (i + 1), size)));
    Stream<byte[]> smaller =
        IntStream.range(0, length).filter(i -> bytes[i] != 0).mapToObj(this::withZero);
    return Stream.concat(shorter, smaller).map(ShrinkableInput::new);
  }

  private byte[] without(int from, int size) {
    byte[] rest = Arrays.copyOf(bytes, bytes.length - size);
    System.arraycopy(bytes, from + size, rest, from, bytes.length - from - size);
    return rest;
  }

  private byte[] withZero(int at) {
    byte[] zeroed = bytes.clone();
    zeroed[at] = 0;
    return zeroed;
  }

  @Override
  public ShrinkingDistance distance() {
    return ShrinkingDistance.of(
        bytes.length, IntStream.range(0, bytes.length).filter(i -> bytes[i] != 0).count());
  }
}
