package io.peregrine.io;

import static io.peregrine.io.FlightRecordDescriptor.LENGTH;
import static io.peregrine.io.FlightRecordDescriptor.LENGTH_BITS;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The last envelopes of one connection: their headers and times, never their bodies. The agent's
 * thread writes it; any thread may {@link #copy} it.
 *
 * <p>What is being overwritten while it is copied is left out: the writer says first which record
 * it begins, and afterwards that it is done.
 */
final class FlightRecorder {
  private static final int BEGUN = 0;
  private static final int DONE = 8;
  private static final int TRAILER_LENGTH = LENGTH;

  private final Connection connection;
  private final DirectMemory memory;
  private final ByteBuffer bytes;
  private final UnsafeBuffer buffer;
  private final int capacity;
  private final int trailer;
  private long count;
  private long readBegin;
  private long firstByteAt;
  private long readAt;
  private int current;
  private boolean inEnvelope;
  private boolean freed;

  FlightRecorder(Connection connection, DirectMemory memory, int envelopes) {
    this.connection = connection;
    this.memory = memory;
    this.capacity = BitUtil.findNextPositivePowerOfTwo(envelopes) << LENGTH_BITS;
    this.trailer = capacity;
    this.bytes = memory.allocate(capacity + TRAILER_LENGTH);
    this.buffer = new UnsafeBuffer(bytes);
  }

  /** A request goes into the send buffer. */
  void onRequest(DirectBuffer source, int offset, long queuedAt, long writtenAt) {
    UnsafeBuffer buffer = this.buffer;
    int at = begin();
    putHeader(at, source, offset, FlightRecordDescriptor.REQUEST);
    buffer.putLong(at + FlightRecordDescriptor.QUEUED_AT, queuedAt);
    buffer.putLong(at + FlightRecordDescriptor.WRITTEN_AT, writtenAt);
    end();
  }

  /** Bytes have come that are decoded from here on. */
  void onRead(long now, boolean midEnvelope) {
    readBegin = count;
    readAt = now;
    if (!midEnvelope) {
      firstByteAt = now;
    }
  }

  /** An envelope has come; nothing of it has been checked yet. */
  void onEnvelope(DirectBuffer source, int offset) {
    UnsafeBuffer buffer = this.buffer;
    int at = begin();
    putHeader(at, source, offset, FlightRecordDescriptor.UNASKED);
    buffer.putLong(at + FlightRecordDescriptor.FIRST_BYTE_AT, firstByteAt);
    buffer.putLong(at + FlightRecordDescriptor.DECODED_AT, readAt);
    buffer.putLong(at + FlightRecordDescriptor.HANDLED_AT, FlightRecordDescriptor.NEVER);
    end();
    firstByteAt = readAt;
    current = at;
    inEnvelope = true;
  }

  /** The envelope answers a request. */
  void onAnswer(long queuedAt, long writtenAt) {
    UnsafeBuffer buffer = this.buffer;
    int at = current;
    buffer.putLong(at + FlightRecordDescriptor.QUEUED_AT, queuedAt);
    buffer.putLong(at + FlightRecordDescriptor.WRITTEN_AT, writtenAt);
    buffer.putByte(at + FlightRecordDescriptor.KIND, FlightRecordDescriptor.ANSWER);
  }

  /** The envelope is dealt with. */
  void onEnvelopeDone() {
    inEnvelope = false;
  }

  /** All that was read is dealt with. */
  void onReadDone(long now) {
    long end = count;
    UnsafeBuffer buffer = this.buffer;
    int mask = capacity - 1;
    // Handlers may have written requests in between, whose place this is not.
    for (long i = Math.max(readBegin, end - (capacity >> LENGTH_BITS)); i < end; i++) {
      int at = (int) (i << LENGTH_BITS) & mask;
      if (buffer.getByte(at + FlightRecordDescriptor.KIND) != FlightRecordDescriptor.REQUEST) {
        buffer.putLong(at + FlightRecordDescriptor.HANDLED_AT, now);
      }
    }
  }

  /**
   * What was read cannot be understood: the envelope that was begun is to blame, or no envelope.
   */
  void onUnreadable() {
    if (!inEnvelope) {
      UnsafeBuffer buffer = this.buffer;
      int at = begin();
      buffer.putLong(at + FlightRecordDescriptor.HEADER, 0);
      buffer.putByte(at + FlightRecordDescriptor.LAST_HEADER_BYTE, (byte) 0);
      buffer.putByte(at + FlightRecordDescriptor.KIND, FlightRecordDescriptor.UNREADABLE);
      buffer.putLong(at + FlightRecordDescriptor.FIRST_BYTE_AT, firstByteAt);
      buffer.putLong(at + FlightRecordDescriptor.DECODED_AT, FlightRecordDescriptor.NEVER);
      buffer.putLong(at + FlightRecordDescriptor.HANDLED_AT, FlightRecordDescriptor.NEVER);
      end();
    }
  }

  private int begin() {
    long next = count + 1;
    buffer.putLongOrdered(trailer + BEGUN, next);
    VarHandle.storeStoreFence();
    int at = (int) (count << LENGTH_BITS) & capacity - 1;
    count = next;
    return at;
  }

  private void putHeader(int at, DirectBuffer source, int offset, byte kind) {
    UnsafeBuffer buffer = this.buffer;
    buffer.putLong(at + FlightRecordDescriptor.HEADER, source.getLong(offset));
    buffer.putByte(
        at + FlightRecordDescriptor.LAST_HEADER_BYTE,
        source.getByte(offset + FlightRecordDescriptor.LAST_HEADER_BYTE));
    buffer.putByte(at + FlightRecordDescriptor.KIND, kind);
  }

  private void end() {
    buffer.putLongOrdered(trailer + DONE, count);
  }

  Connection connection() {
    return connection;
  }

  /** What is recorded now, as seen at some time of the agent's clock. */
  synchronized FlightRecords copy(long now) {
    if (freed) {
      return new FlightRecords(connection, new byte[0], 0, 0, now);
    }
    long done = buffer.getLongVolatile(trailer + DONE);
    byte[] records = new byte[capacity];
    buffer.getBytes(0, records);
    VarHandle.loadLoadFence();
    long begun = buffer.getLongVolatile(trailer + BEGUN);
    long oldest = Math.min(done, Math.max(0, begun - (capacity >> LENGTH_BITS)));
    return new FlightRecords(connection, records, oldest, done, now);
  }

  synchronized void free() {
    if (!freed) {
      freed = true;
      buffer.wrap(0, 0);
      memory.free(bytes);
    }
  }
}
