package io.peregrine.metadata;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A token of {@link Partitioner#BYTE_ORDERED}: the key itself. Immutable; any thread may use it.
 */
final class ByteOrderedToken implements Token {
  private final byte[] bytes;

  /**
   * A token.
   *
   * @param bytes the key, which is not copied and must not change
   */
  ByteOrderedToken(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The key.
   *
   * @return its bytes, which must not be changed
   */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public Partitioner partitioner() {
    return Partitioner.BYTE_ORDERED;
  }

  @Override
  public String literal() {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  @Override
  public int compareTo(Token other) {
    if (other instanceof ByteOrderedToken that) {
      return Arrays.compareUnsigned(bytes, that.bytes);
    }
    throw Partitioner.mixed(this, other);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ByteOrderedToken that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return literal();
  }
}
