package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flyweight over the bytes of one value. Not thread-safe: a reader belongs to one thread.
 *
 * <p>It is valid as long as the buffer is.
 */
public final class ValueReader extends ValueGetters {
  private String name = "value";

  /** A reader that lies over nothing yet. */
  public ValueReader() {}

  ValueReader(String name) {
    this.name = name;
  }

  /**
   * Lays the reader over a value's bytes, the length in front of them not counted.
   *
   * @param buffer where they are
   * @param offset where they begin
   * @param length how many there are; negative for null
   * @param type the value's type, or null if it is not known
   * @return this
   */
  public ValueReader wrap(DirectBuffer buffer, int offset, int length, @Nullable DataType type) {
    if (length > 0) {
      buffer.boundsCheck(offset, length);
    }
    bind(buffer, offset);
    moveTo(offset, length, type);
    return this;
  }

  @Override
  String describe() {
    return name;
  }
}
