package io.peregrine.bench.rig;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ResultKind;
import org.agrona.DirectBuffer;

/**
 * Reads answers by hand, for just the shapes of the rig: the least that reading their cells can
 * cost. Stateless: any thread may use it.
 */
final class AnswerCells {
  private static final int HAS_MORE_PAGES = 0x02;
  private static final int NO_METADATA = 0x04;
  private static final int BODY = EnvelopeHeaderFlyweight.HEADER_LENGTH;

  private AnswerCells() {}

  /** What the cells of an answer come to. */
  static long checksum(Shape shape, DirectBuffer buffer, int envelope) {
    if (EnvelopeHeaderFlyweight.opcode(buffer, envelope) != Opcode.RESULT) {
      throw new IllegalStateException(
          "an answer of kind " + Opcode.name(EnvelopeHeaderFlyweight.opcode(buffer, envelope)));
    }
    int at = envelope + BODY;
    int kind = buffer.getInt(at, BIG_ENDIAN);
    if (kind == ResultKind.VOID) {
      return 0;
    }
    int flags = buffer.getInt(at + 4, BIG_ENDIAN);
    int columns = buffer.getInt(at + 8, BIG_ENDIAN);
    if (kind != ResultKind.ROWS || columns != 4 || (flags & NO_METADATA) == 0) {
      throw new IllegalStateException(
          "a result of kind " + kind + " with flags " + flags + " and " + columns + " columns");
    }
    at += 12;
    if ((flags & HAS_MORE_PAGES) != 0) {
      at += 4 + Math.max(0, buffer.getInt(at, BIG_ENDIAN));
    }
    int rows = buffer.getInt(at, BIG_ENDIAN);
    return shape == Shape.SCAN ? numbers(buffer, at + 4, rows) : ticks(buffer, at + 4, rows);
  }

  private static long ticks(DirectBuffer buffer, int offset, int rows) {
    long sum = 0;
    int at = offset;
    for (int row = 0; row < rows; row++) {
      int size = buffer.getInt(cell(buffer, at, 4), BIG_ENDIAN);
      long ts = buffer.getLong(cell(buffer, at + 8, 8), BIG_ENDIAN);
      double price = Double.longBitsToDouble(buffer.getLong(cell(buffer, at + 20, 8), BIG_ENDIAN));
      int length = buffer.getInt(at + 32, BIG_ENDIAN);
      int text = at + 36;
      at = text + length;
      sum +=
          Ticks.tick(
              size, ts, price, Ticks.text(length, buffer.getByte(text), buffer.getByte(at - 1)));
    }
    return sum;
  }

  private static long numbers(DirectBuffer buffer, int offset, int rows) {
    long sum = 0;
    int at = offset;
    for (int row = 0; row < rows; row++) {
      int seq = buffer.getInt(cell(buffer, at, 4), BIG_ENDIAN);
      int size = buffer.getInt(cell(buffer, at + 8, 4), BIG_ENDIAN);
      long ts = buffer.getLong(cell(buffer, at + 16, 8), BIG_ENDIAN);
      double price = Double.longBitsToDouble(buffer.getLong(cell(buffer, at + 28, 8), BIG_ENDIAN));
      at += 40;
      sum += Ticks.numbers(seq, size, ts, price);
    }
    return sum;
  }

  private static int cell(DirectBuffer buffer, int at, int length) {
    if (buffer.getInt(at, BIG_ENDIAN) != length) {
      throw new IllegalStateException("a cell of " + buffer.getInt(at, BIG_ENDIAN) + " bytes");
    }
    return at + 4;
  }
}
