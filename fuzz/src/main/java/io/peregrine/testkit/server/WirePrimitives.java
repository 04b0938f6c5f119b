package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.PrimitiveCodec;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The notations of the specification's section 3 over a {@link WireBuffer}. Stateless: any thread
 * may use it.
 */
final class WirePrimitives implements PrimitiveCodec<WireBuffer> {
  @Override
  public WireBuffer allocate(int size) {
    return new WireBuffer(size);
  }

  @Override
  public void release(WireBuffer buffer) {}

  @Override
  public int sizeOf(WireBuffer buffer) {
    return buffer.readable();
  }

  @Override
  public WireBuffer concat(WireBuffer left, WireBuffer right) {
    WireBuffer both = new WireBuffer(left.readable() + right.readable());
    append(both, left.bytes, left.reader, left.readable());
    append(both, right.bytes, right.reader, right.readable());
    return both;
  }

  @Override
  public void markReaderIndex(WireBuffer buffer) {
    buffer.mark = buffer.reader;
  }

  @Override
  public void resetReaderIndex(WireBuffer buffer) {
    buffer.reader = buffer.mark;
  }

  @Override
  public byte readByte(WireBuffer buffer) {
    return buffer.bytes[buffer.take(1)];
  }

  @Override
  public int readInt(WireBuffer buffer) {
    return ByteBuffer.wrap(buffer.bytes).getInt(buffer.take(Integer.BYTES));
  }

  @Override
  public int readInt(WireBuffer buffer, int offset) {
    return ByteBuffer.wrap(buffer.bytes).getInt(buffer.reader + offset);
  }

  @Override
  public long readLong(WireBuffer buffer) {
    return ByteBuffer.wrap(buffer.bytes).getLong(buffer.take(Long.BYTES));
  }

  @Override
  public int readUnsignedShort(WireBuffer buffer) {
    return Short.toUnsignedInt(ByteBuffer.wrap(buffer.bytes).getShort(buffer.take(Short.BYTES)));
  }

  @Override
  public InetAddress readInetAddr(WireBuffer buffer) {
    int length = readByte(buffer);
    try {
      return InetAddress.getByAddress(readExactly(buffer, length));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address of " + length + " bytes", e);
    }
  }

  @Override
  public @Nullable ByteBuffer readBytes(WireBuffer buffer) {
    int length = readInt(buffer);
    return length < 0 ? null : ByteBuffer.wrap(readExactly(buffer, length));
  }

  @Override
  public byte[] readShortBytes(WireBuffer buffer) {
    return readExactly(buffer, readUnsignedShort(buffer));
  }

  @Override
  public String readString(WireBuffer buffer) {
    return new String(readShortBytes(buffer), StandardCharsets.UTF_8);
  }

  @Override
  public String readLongString(WireBuffer buffer) {
    return new String(readExactly(buffer, readInt(buffer)), StandardCharsets.UTF_8);
  }

  @Override
  public WireBuffer readRetainedSlice(WireBuffer buffer, int length) {
    return buffer.readSlice(length);
  }

  @Override
  public void updateCrc(WireBuffer buffer, CRC32 crc) {
    crc.update(buffer.bytes, buffer.reader, buffer.readable());
  }

  @Override
  public void writeByte(byte value, WireBuffer buffer) {
    buffer.bytes[buffer.writer++] = value;
  }

  @Override
  public void writeInt(int value, WireBuffer buffer) {
    ByteBuffer.wrap(buffer.bytes).putInt(buffer.writer, value);
    buffer.writer += Integer.BYTES;
  }

  @Override
  public void writeLong(long value, WireBuffer buffer) {
    ByteBuffer.wrap(buffer.bytes).putLong(buffer.writer, value);
    buffer.writer += Long.BYTES;
  }

  @Override
  public void writeUnsignedShort(int value, WireBuffer buffer) {
    ByteBuffer.wrap(buffer.bytes).putShort(buffer.writer, (short) value);
    buffer.writer += Short.BYTES;
  }

  @Override
  public void writeInetAddr(InetAddress address, WireBuffer buffer) {
    byte[] raw = address.getAddress();
    writeByte((byte) raw.length, buffer);
    append(buffer, raw, 0, raw.length);
  }

  @Override
  public void writeString(String value, WireBuffer buffer) {
    writeShortBytes(value.getBytes(StandardCharsets.UTF_8), buffer);
  }

  @Override
  public void writeLongString(String value, WireBuffer buffer) {
    writeBytes(value.getBytes(StandardCharsets.UTF_8), buffer);
  }

  @Override
  public void writeBytes(@Nullable ByteBuffer value, WireBuffer buffer) {
    if (value == null) {
      writeInt(-1, buffer);
    } else {
      int length = value.remaining();
      writeInt(length, buffer);
      value.duplicate().get(buffer.bytes, buffer.writer, length);
      buffer.writer += length;
    }
  }

  @Override
  public void writeBytes(byte @Nullable [] value, WireBuffer buffer) {
    writeBytes(value == null ? null : ByteBuffer.wrap(value), buffer);
  }

  @Override
  public void writeShortBytes(byte[] value, WireBuffer buffer) {
    writeUnsignedShort(value.length, buffer);
    append(buffer, value, 0, value.length);
  }

  private static byte[] readExactly(WireBuffer buffer, int length) {
    int from = buffer.take(length);
    byte[] value = new byte[length];
    System.arraycopy(buffer.bytes, from, value, 0, length);
    return value;
  }

  private static void append(WireBuffer buffer, byte[] source, int offset, int length) {
    System.arraycopy(source, offset, buffer.bytes, buffer.writer, length);
    buffer.writer += length;
  }
}
