package io.peregrine.codec;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The CRC32 of a frame's payload (v5 specification, section 2.2). Not thread-safe: each owner has
 * its own.
 *
 * <p>Cassandra feeds four fixed bytes to the CRC before the payload; the specification does not say
 * so. As long as an owner stays with one buffer, nothing is allocated.
 */
public final class FrameChecksum {
  private static final byte[] SEED = {(byte) 0xFA, 0x2D, 0x55, (byte) 0xCA};
  private static final int SCRATCH_LENGTH = 1024;

  private final CRC32 crc = new CRC32();
  private @Nullable ByteBuffer source;
  private @Nullable ByteBuffer view;
  private byte @Nullable [] scratch;

  /** A checksum that has seen no buffer yet. */
  public FrameChecksum() {}

  /**
   * The checksum of some bytes.
   *
   * @param buffer where they are: over a {@code byte[]}, a ByteBuffer of either kind or a bare
   *     address
   * @param offset where they begin
   * @param length how many there are, at least 0
   * @return the CRC32, all 32 bits
   */
  public int compute(DirectBuffer buffer, int offset, int length) {
    buffer.boundsCheck(offset, length);
    CRC32 crc = this.crc;
    crc.reset();
    crc.update(SEED, 0, SEED.length);
    byte[] array = buffer.byteArray();
    if (array != null) {
      crc.update(array, buffer.wrapAdjustment() + offset, length);
      return (int) crc.getValue();
    }
    ByteBuffer byteBuffer = buffer.byteBuffer();
    if (byteBuffer != null) {
      int from = buffer.wrapAdjustment() + offset;
      crc.update(viewOf(byteBuffer).limit(from + length).position(from));
      return (int) crc.getValue();
    }
    return overAddress(buffer, offset, length);
  }

  private ByteBuffer viewOf(ByteBuffer byteBuffer) {
    ByteBuffer view = this.view;
    if (view == null || source != byteBuffer) {
      // The owner's position and limit must stay as they are.
      view = byteBuffer.duplicate();
      this.view = view;
      source = byteBuffer;
    }
    return view.clear();
  }

  private int overAddress(DirectBuffer buffer, int offset, int length) {
    byte[] scratch = this.scratch;
    if (scratch == null) {
      scratch = new byte[SCRATCH_LENGTH];
      this.scratch = scratch;
    }
    for (int done = 0; done < length; ) {
      int count = Math.min(scratch.length, length - done);
      buffer.getBytes(offset + done, scratch, 0, count);
      crc.update(scratch, 0, count);
      done += count;
    }
    return (int) crc.getValue();
  }
}
