package io.peregrine.testkit.server;

import java.util.Arrays;

/**
 * Bytes with one index to read at and one to write at. Not thread-safe.
 *
 * <p>Slices share the bytes of the buffer they were cut from.
 */
final class WireBuffer {
  final byte[] bytes;
  int reader;
  int writer;
  int mark;

  WireBuffer(int capacity) {
    this(new byte[capacity], 0, 0);
  }

  private WireBuffer(byte[] bytes, int reader, int writer) {
    this.bytes = bytes;
    this.reader = reader;
    this.writer = writer;
  }

  static WireBuffer of(byte[] bytes) {
    return new WireBuffer(bytes, 0, bytes.length);
  }

  int readable() {
    return writer - reader;
  }

  WireBuffer readSlice(int length) {
    int from = take(length);
    return new WireBuffer(bytes, from, from + length);
  }

  /** Moves the read index over {@code length} bytes and says where they begin. */
  int take(int length) {
    if (length < 0 || length > readable()) {
      throw new IllegalArgumentException(
          "a field of " + length + " bytes where only " + readable() + " bytes are left");
    }
    int from = reader;
    reader += length;
    return from;
  }

  byte[] toBytes() {
    return Arrays.copyOfRange(bytes, reader, writer);
  }
}
