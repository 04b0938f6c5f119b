package io.peregrine.bench.codec;

import com.datastax.oss.protocol.internal.PrimitiveCodec;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The peer's notations over a {@link ByteBuffer}. Stateless; any thread may use it.
 *
 * <p>As lean as can be, so that the peer has no handicap: the driver's own copies each cell, this
 * one gives a slice.
 */
final class ByteBufferPrimitives implements PrimitiveCodec<ByteBuffer> {
  @Override
  public ByteBuffer allocate(int size) {
    return ByteBuffer.allocate(size);
  }

  @Override
  public void release(ByteBuffer buffer) {}

  @Override
  public int sizeOf(ByteBuffer buffer) {
    return buffer.remaining();
  }

  @Override
  public ByteBuffer concat(ByteBuffer left, ByteBuffer right) {
    return ByteBuffer.allocate(left.remaining() + right.remaining()).put(left).put(right).flip();
  }

  @Override
  public void markReaderIndex(ByteBuffer buffer) {
    buffer.mark();
  }

  @Override
  public void resetReaderIndex(ByteBuffer buffer) {
    buffer.reset();
  }

  @Override
  public byte readByte(ByteBuffer buffer) {
    return buffer.get();
  }

  @Override
  public int readInt(ByteBuffer buffer) {
    return buffer.getInt();
  }

  @Override
  public int readInt(ByteBuffer buffer, int offset) {
    return buffer.getInt(buffer.position() + offset);
  }

  @Override
  public long readLong(ByteBuffer buffer) {
    return buffer.getLong();
  }

  @Override
  public int readUnsignedShort(ByteBuffer buffer) {
    return Short.toUnsignedInt(buffer.getShort());
  }

  @Override
  public InetAddress readInetAddr(ByteBuffer buffer) {
    int length = buffer.get();
    try {
      return InetAddress.getByAddress(readExactly(buffer, length));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address of " + length + " bytes", e);
    }
  }

  @Override
  public @Nullable ByteBuffer readBytes(ByteBuffer buffer) {
    int length = buffer.getInt();
    return length < 0 ? null : readRetainedSlice(buffer, length);
  }

  @Override
  public byte[] readShortBytes(ByteBuffer buffer) {
    return readExactly(buffer, readUnsignedShort(buffer));
  }

  @Override
  public String readString(ByteBuffer buffer) {
    return new String(readShortBytes(buffer), StandardCharsets.UTF_8);
  }

  @Override
  public String readLongString(ByteBuffer buffer) {
    return new String(readExactly(buffer, buffer.getInt()), StandardCharsets.UTF_8);
  }

  @Override
  public ByteBuffer readRetainedSlice(ByteBuffer buffer, int length) {
    int at = buffer.position();
    ByteBuffer slice = buffer.slice(at, length);
    buffer.position(at + length);
    return slice;
  }

  @Override
  public void updateCrc(ByteBuffer buffer, CRC32 crc) {
    int at = buffer.position();
    crc.update(buffer);
    buffer.position(at);
  }

  @Override
  public void writeByte(byte value, ByteBuffer buffer) {
    buffer.put(value);
  }

  @Override
  public void writeInt(int value, ByteBuffer buffer) {
    buffer.putInt(value);
  }

  @Override
  public void writeLong(long value, ByteBuffer buffer) {
    buffer.putLong(value);
  }

  @Override
  public void writeUnsignedShort(int value, ByteBuffer buffer) {
    buffer.putShort((short) value);
  }

  @Override
  public void writeInetAddr(InetAddress address, ByteBuffer buffer) {
    byte[] raw = address.getAddress();
    buffer.put((byte) raw.length).put(raw);
  }

  @Override
  public void writeString(String value, ByteBuffer buffer) {
    writeShortBytes(value.getBytes(StandardCharsets.UTF_8), buffer);
  }

  @Override
  public void writeLongString(String value, ByteBuffer buffer) {
    writeBytes(value.getBytes(StandardCharsets.UTF_8), buffer);
  }

  @Override
  public void writeBytes(@Nullable ByteBuffer value, ByteBuffer buffer) {
    if (value == null) {
      buffer.putInt(-1);
    } else {
      int length = value.remaining();
      int at = buffer.position();
      buffer.putInt(length);
      buffer.put(at + 4, value, value.position(), length);
      buffer.position(at + 4 + length);
    }
  }

  @Override
  public void writeBytes(byte @Nullable [] value, ByteBuffer buffer) {
    if (value == null) {
      buffer.putInt(-1);
    } else {
      buffer.putInt(value.length).put(value);
    }
  }

  @Override
  public void writeShortBytes(byte[] value, ByteBuffer buffer) {
    buffer.putShort((short) value.length).put(value);
  }

  private static byte[] readExactly(ByteBuffer buffer, int length) {
    byte[] value = new byte[length];
    buffer.get(value);
    return value;
  }
}
