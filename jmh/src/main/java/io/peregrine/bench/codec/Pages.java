package io.peregrine.bench.codec;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.codec.row.ValueWriter;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * RESULT envelopes of version 5, one behind the other in one piece of off-heap memory, as the
 * network leaves them there; all three read the same bytes. Not thread-safe: each benchmark has its
 * own.
 *
 * <p>They differ, so that the processor learns none of them by heart.
 */
final class Pages {
  /** Where the number of rows stands in an answer without metadata, and where its rows begin. */
  static final int ROW_COUNT_OFFSET = 21;

  static final int ROWS_OFFSET = 25;

  private static final int RESPONSE = 0x80;
  private static final int NO_METADATA = 0x04;

  private final int capacity;
  private final UnsafeBuffer all;
  private final ByteBuffer[] memory;
  private final UnsafeBuffer[] buffers;
  private final int[] lengths;
  private final EnvelopeHeaderFlyweight header = new EnvelopeHeaderFlyweight();
  private final BodyReader body = new BodyReader();
  private final ResponsePrefix prefix = new ResponsePrefix();

  Pages(int count, int capacity) {
    this.capacity = capacity;
    ByteBuffer whole = BufferUtil.allocateDirectAligned(Math.multiplyExact(count, capacity), 64);
    all = new UnsafeBuffer(whole);
    memory = new ByteBuffer[count];
    buffers = new UnsafeBuffer[count];
    lengths = new int[count];
    for (int i = 0; i < count; i++) {
      memory[i] = whole.slice(i * capacity, capacity);
      buffers[i] = new UnsafeBuffer(memory[i]);
    }
  }

  /** Writes a page of rows without metadata. */
  void writeRows(int page, int columns, int rows, Consumer<ValueWriter> cells) {
    UnsafeBuffer buffer = buffers[page];
    ValueWriter writer = new ValueWriter().wrap(buffer, ROWS_OFFSET);
    for (int row = 0; row < rows; row++) {
      cells.accept(writer);
    }
    int length = writer.position();
    EnvelopeHeaderFlyweight.put(
        buffer,
        0,
        ProtocolVersion.V5,
        0,
        page,
        Opcode.RESULT,
        length - EnvelopeHeaderFlyweight.HEADER_LENGTH);
    buffer.putByte(0, (byte) (RESPONSE | ProtocolVersion.V5.code()));
    buffer.putInt(9, ResultKind.ROWS, BIG_ENDIAN);
    buffer.putInt(13, NO_METADATA, BIG_ENDIAN);
    buffer.putInt(17, columns, BIG_ENDIAN);
    buffer.putInt(ROW_COUNT_OFFSET, rows, BIG_ENDIAN);
    lengths[page] = length;
  }

  /** Writes any envelope. */
  void write(int page, ByteBuffer envelope) {
    lengths[page] = envelope.remaining();
    buffers[page].putBytes(0, envelope, envelope.position(), envelope.remaining());
  }

  int count() {
    return buffers.length;
  }

  UnsafeBuffer buffer(int page) {
    return buffers[page];
  }

  ByteBuffer memory(int page) {
    return memory[page];
  }

  int length(int page) {
    return lengths[page];
  }

  /** The body behind the kind, its header and prefix checked as the driver checks them. */
  BodyReader result(int page, int kind) {
    int offset = page * capacity;
    EnvelopeHeaderFlyweight header = this.header.wrap(all, offset);
    header.checkResponse(ProtocolVersion.V5);
    BodyReader body =
        this.body.wrap(all, offset + EnvelopeHeaderFlyweight.HEADER_LENGTH, header.bodyLength());
    prefix.wrap(header.flags(), body);
    if (header.opcode() != Opcode.RESULT || body.readInt("result kind") != kind) {
      throw new IllegalStateException("not a result of kind " + kind);
    }
    return body;
  }

  /** Lays a cursor over a page of rows. */
  RowCursor rows(int page, RowCursor cursor, ColumnDefinitions known) {
    BodyReader body = result(page, ResultKind.ROWS);
    return cursor.wrap(ProtocolVersion.V5, body.buffer(), body.position(), body.remaining(), known);
  }

  /** Throws if the three anchors read different things. */
  static void checkEqual(long peer, long peregrine, long floor) {
    if (peer != peregrine || peer != floor) {
      throw new IllegalStateException(
          "peer " + peer + ", peregrine " + peregrine + ", floor " + floor);
    }
  }
}
