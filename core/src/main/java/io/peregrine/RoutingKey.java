package io.peregrine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flyweight over the bytes of a partition key: those of its only column, or for several the
 * composite that Cassandra makes of them, {@code [short length][bytes][0]} each. Confined to one
 * thread.
 */
final class RoutingKey {
  private static final int LONGEST_PART = 0xFFFF;

  private final UnsafeBuffer wrapped = new UnsafeBuffer(0, 0);
  private @Nullable ExpandableArrayBuffer composite;
  private DirectBuffer buffer = wrapped;
  private int offset;
  private int length;

  void wrap(byte[] key) {
    wrapped.wrap(key);
    wrap(wrapped, 0, key.length);
  }

  void wrap(DirectBuffer buffer, int offset, int length) {
    // To see that it is there already is cheaper than to store it again.
    if (this.buffer != buffer) {
      this.buffer = buffer;
    }
    this.offset = offset;
    this.length = length;
  }

  /** Begins a key of several columns. */
  void begin() {
    ExpandableArrayBuffer composite = this.composite;
    if (composite == null) {
      composite = new ExpandableArrayBuffer(64);
      this.composite = composite;
    }
    wrap(composite, 0, 0);
  }

  /**
   * Adds a column.
   *
   * @return false if it is too long to be part of a key
   */
  boolean add(DirectBuffer source, int offset, int length) {
    ExpandableArrayBuffer composite = this.composite;
    if (composite == null || length > LONGEST_PART) {
      return false;
    }
    int position = this.length;
    composite.putShort(position, (short) length, ByteOrder.BIG_ENDIAN);
    composite.putBytes(position + Short.BYTES, source, offset, length);
    composite.putByte(position + Short.BYTES + length, (byte) 0);
    this.length = position + Short.BYTES + length + 1;
    return true;
  }

  DirectBuffer buffer() {
    return buffer;
  }

  int offset() {
    return offset;
  }

  int length() {
    return length;
  }

  byte[] toBytes() {
    byte[] bytes = new byte[length];
    buffer.getBytes(offset, bytes);
    return bytes;
  }

  static byte[] toBytes(ByteBuffer... parts) {
    if (parts.length == 1) {
      byte[] only = new byte[parts[0].remaining()];
      parts[0].duplicate().get(only);
      return only;
    }
    RoutingKey key = new RoutingKey();
    key.begin();
    for (ByteBuffer part : parts) {
      if (!key.add(new UnsafeBuffer(part.slice()), 0, part.remaining())) {
        throw new IllegalArgumentException(
            "A part of a partition key has "
                + part.remaining()
                + " bytes, and Cassandra takes no more than "
                + LONGEST_PART
                + " of each of several");
      }
    }
    return key.toBytes();
  }
}
