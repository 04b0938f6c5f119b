package io.peregrine.io;

import static io.peregrine.io.FlightRecordDescriptor.NEVER;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The last envelopes of one connection: their headers and times, never their bodies. The agent's
 * thread writes it; any thread may {@link #copy} it.
 *
 * <p>The number of records is published with each. What may have been overwritten while it was
 * copied is left out of the copy.
 */
final class FlightRecorder {
  private static final int TRAILER_LENGTH = 64;

  private final Connection connection;
  private final DirectMemory memory;
  private final ByteBuffer bytes;
  private final UnsafeBuffer buffer;

  /** Where the memory is: the agent writes without looking, as places are always within it. */
  private final long address;

  private final int envelopes;
  private final int published;
  private long count;
  private long countAtRead = -1;
  private int read = -1;
  private long readAt;
  private long firstByteAt;
  private long current;
  private boolean split;
  private boolean inEnvelope;
  private boolean freed;

  FlightRecorder(Connection connection, DirectMemory memory, int least) {
    this.connection = connection;
    this.memory = memory;
    this.envelopes = BitUtil.findNextPositivePowerOfTwo(least);
    this.published = FlightRecordDescriptor.memoryLength(envelopes);
    this.bytes = memory.allocate(published + TRAILER_LENGTH);
    this.buffer = new UnsafeBuffer(bytes);
    this.address = buffer.addressOffset();
  }

  /** A request goes into the send buffer. */
  void onRequest(DirectBuffer source, int offset, long queuedAt, long writtenAt) {
    long at = address + FlightRecordDescriptor.envelopeAt(count, envelopes);
    put(
        at,
        source.getLong(offset),
        source.getByte(offset + FlightRecordDescriptor.LAST_HEADER_BYTE) & 0xFF,
        FlightRecordDescriptor.REQUEST);
    UnsafeApi.putLong(at + FlightRecordDescriptor.QUEUED_AT, queuedAt);
    UnsafeApi.putLong(at + FlightRecordDescriptor.WRITTEN_AT, writtenAt);
    publish();
  }

  /** Bytes are about to be read, the first perhaps in the middle of an envelope. */
  void onRead(long now, boolean midEnvelope) {
    if (!midEnvelope) {
      firstByteAt = now;
    }
    split = midEnvelope;
    readAt = now;
    // There are not more reads than envelopes, because one that brought none gives its record up.
    if (count != countAtRead) {
      countAtRead = count;
      read++;
    }
    long at = address + FlightRecordDescriptor.readAt(read, envelopes);
    UnsafeApi.putLong(at + FlightRecordDescriptor.READ_AT, now);
    UnsafeApi.putLong(at + FlightRecordDescriptor.FIRST_BYTE_AT, firstByteAt);
    UnsafeApi.putLong(at + FlightRecordDescriptor.HANDLED_AT, NEVER);
  }

  /** An envelope has come; nothing of it has been checked yet. */
  void onEnvelope(DirectBuffer source, int offset) {
    long at = address + FlightRecordDescriptor.envelopeAt(count, envelopes);
    putRead(
        at,
        source.getLong(offset),
        source.getByte(offset + FlightRecordDescriptor.LAST_HEADER_BYTE),
        FlightRecordDescriptor.UNASKED);
    publish();
    current = at;
    inEnvelope = true;
  }

  /** The envelope answers a request. */
  void onAnswer(long queuedAt, long writtenAt) {
    long at = current;
    UnsafeApi.putLong(at + FlightRecordDescriptor.QUEUED_AT, queuedAt);
    UnsafeApi.putLong(at + FlightRecordDescriptor.WRITTEN_AT, writtenAt);
    UnsafeApi.putByte(at + FlightRecordDescriptor.KIND, FlightRecordDescriptor.ANSWER);
  }

  /** The envelope is dealt with. */
  void onEnvelopeDone() {
    inEnvelope = false;
  }

  /** All that was read is dealt with. */
  void onReadDone(long now) {
    long at = address + FlightRecordDescriptor.readAt(read, envelopes);
    UnsafeApi.putLong(at + FlightRecordDescriptor.HANDLED_AT, now);
  }

  /**
   * What was read cannot be understood: the envelope that was begun is to blame, or no envelope.
   */
  void onUnreadable() {
    if (!inEnvelope && read >= 0) {
      long at = address + FlightRecordDescriptor.envelopeAt(count, envelopes);
      putRead(at, 0, 0, FlightRecordDescriptor.UNREADABLE);
      publish();
    }
  }

  private void put(long at, long header, long lastHeaderByte, long kind) {
    UnsafeApi.putLong(at + FlightRecordDescriptor.HEADER, header);
    long rest = lastHeaderByte | kind << FlightRecordDescriptor.KIND_SHIFT;
    UnsafeApi.putLongUnaligned(null, at + FlightRecordDescriptor.LAST_HEADER_BYTE, rest, false);
  }

  private void putRead(long at, long header, int lastHeaderByte, long kind) {
    long place =
        (split ? 1L << FlightRecordDescriptor.SPLIT_SHIFT : 0)
            | (long) read << FlightRecordDescriptor.READ_SHIFT;
    put(at, header, lastHeaderByte & 0xFF | place, kind);
    split = false;
    firstByteAt = readAt;
  }

  /** Who sees a byte of the next record sees that this one is done. */
  private void publish() {
    UnsafeApi.putLongRelease(null, address + published, ++count);
    VarHandle.storeStoreFence();
  }

  /** What is recorded now, as seen at some time of the agent's clock. For any thread. */
  FlightRecords copy(long now) {
    // The next record may have been begun by now, in the place of the oldest.
    return copy(now, envelopes - 1);
  }

  /** The same for the agent's thread, which is not writing meanwhile. */
  FlightRecords copyAtEnd(long now) {
    return copy(now, envelopes);
  }

  private synchronized FlightRecords copy(long now, int most) {
    if (freed) {
      return new FlightRecords(connection, new byte[0], 0, 0, now);
    }
    long end = buffer.getLongVolatile(published);
    byte[] records = new byte[published];
    buffer.getBytes(0, records);
    VarHandle.loadLoadFence();
    long oldest = buffer.getLongVolatile(published) - most;
    return new FlightRecords(connection, records, Math.min(end, Math.max(0, oldest)), end, now);
  }

  synchronized void free() {
    if (!freed) {
      freed = true;
      buffer.wrap(0, 0);
      memory.free(bytes);
    }
  }
}
