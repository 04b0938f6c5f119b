package io.peregrine.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes the specification's notations for tests, apart from the code under test. */
public final class WireBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Nothing yet. */
  public WireBytes() {}

  /** Hex digits, spaces allowed. */
  public static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  /** The bytes of a buffer as hex digits. */
  public static String hex(DirectBuffer buffer, int offset, int length) {
    byte[] copy = new byte[length];
    buffer.getBytes(offset, copy);
    return HexFormat.of().formatHex(copy);
  }

  /** A reader over exactly these bytes: one step further is out of bounds. */
  public static BodyReader reader(byte[] bytes) {
    return new BodyReader().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
  }

  /** Appends one byte. */
  public WireBytes putByte(int value) {
    bytes.write(value);
    return this;
  }

  /** Appends a short. */
  public WireBytes putShort(int value) {
    bytes.writeBytes(ByteBuffer.allocate(2).putShort((short) value).array());
    return this;
  }

  /** Appends an int. */
  public WireBytes putInt(int value) {
    bytes.writeBytes(ByteBuffer.allocate(4).putInt(value).array());
    return this;
  }

  /** Appends a string. */
  public WireBytes putString(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return putShort(utf8.length).putRaw(utf8);
  }

  /** Appends bytes as they are. */
  public WireBytes putRaw(byte[] raw) {
    bytes.writeBytes(raw);
    return this;
  }

  /** Appends bytes as they are. */
  public WireBytes putHex(String digits) {
    return putRaw(hex(digits));
  }

  /** All of it. */
  public byte[] toArray() {
    return bytes.toByteArray();
  }

  /** A reader over all of it. */
  public BodyReader toReader() {
    return reader(toArray());
  }
}
