package io.peregrine.codec.row;

import io.peregrine.codec.MalformedMessageException;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where the cells of a row are. Not thread-safe: a row belongs to one thread.
 *
 * <p>The walk over a row checks each length once; what it has found is read without further checks
 * of the memory.
 */
abstract class RowCells extends NamedGetters {
  private static final long[] NO_CELLS = {};
  private static final int OFFSET_SHIFT = 32;
  private static final long NULL = 0xFFFF_FFFFL;
  private static final DirectBuffer NOTHING = new UnsafeBuffer(0, 0);
  private static final int[] NO_SHAPES = CellShape.unknown(0);

  DirectBuffer buffer = NOTHING;

  /** Where the buffer's memory is: the cells' bounds are checked once a row, by the walk. */
  byte @Nullable [] base;

  private int origin;
  private long address;
  @Nullable ColumnDefinitions definitions;

  /** Offset and length of each cell, in one word. */
  private long[] cells = NO_CELLS;

  /** Made when a result says nothing of its columns: a row of a known one is smaller without. */
  private int @Nullable [] unknownShapes;

  private int unknownColumns;
  private int[] shapes = NO_SHAPES;
  int available;

  RowCells() {}

  /** Lies over a buffer whose bounds the caller has checked, on no row yet. */
  void bind(DirectBuffer source, int origin) {
    if (buffer != source) {
      buffer = source;
    }
    if (base != source.byteArray()) {
      base = source.byteArray();
    }
    address = source.addressOffset();
    available = 0;
    this.origin = origin;
  }

  /** Takes the columns of the rows to come; the caller has seen that so many can be there. */
  final void define(int columnCount, @Nullable ColumnDefinitions known) {
    if (definitions != known) {
      definitions = known;
    }
    if (columnCount > cells.length) {
      cells = new long[columnCount];
    }
    int[] wanted = known == null ? unknownShapes(columnCount) : known.shapes();
    if (shapes != wanted) {
      shapes = wanted;
    }
  }

  /** As many shapes as there are columns, each of which any getter may read. */
  private int[] unknownShapes(int columnCount) {
    int[] unknown = unknownShapes;
    if (unknown != null && columnCount < unknown.length) {
      unknown[unknownColumns] = CellShape.UNKNOWN;
      unknown[columnCount] = CellShape.END;
    } else {
      unknown = CellShape.unknown(columnCount);
      unknownShapes = unknown;
    }
    unknownColumns = columnCount;
    return unknown;
  }

  final void leaveRow() {
    available = 0;
  }

  /** Notes where the cells are and returns the index behind them. */
  final int walk(int from, int limit) {
    available = 0;
    long[] cells = this.cells;
    int[] shapes = this.shapes;
    byte[] base = this.base;
    long address = this.address;
    int at = from;
    int i = 0;
    int shape;
    while ((shape = shapes[i]) != CellShape.END) {
      if (limit - at < 4) {
        throw cutOff(at, limit);
      }
      int length = UnsafeApi.getIntUnaligned(base, address + at, true);
      int likely = CellShape.likelyLength(shape);
      at += 4;
      // Two branches that do the same: in the first one the next cell's place does not wait for
      // this one's length to come from memory.
      if (length == likely) {
        if (likely > limit - at) {
          throw tooLong(length, at, limit);
        }
        cells[i] = (long) at << OFFSET_SHIFT | likely;
        at += likely;
      } else if (length < 0) {
        cells[i] = (long) at << OFFSET_SHIFT | NULL;
      } else {
        if (length > limit - at) {
          throw tooLong(length, at, limit);
        }
        cells[i] = (long) at << OFFSET_SHIFT | length;
        at += length;
      }
      i++;
    }
    available = i;
    return at;
  }

  private MalformedMessageException cutOff(int at, int limit) {
    return new MalformedMessageException(
        "cell", at - origin, "4 bytes are needed for its length, " + (limit - at) + " are left");
  }

  private MalformedMessageException tooLong(int length, int at, int limit) {
    return new MalformedMessageException(
        "cell",
        at - 4 - origin,
        "length " + length + " runs past the " + (limit - at) + " bytes left");
  }

  /**
   * Whether a getter can read a cell without a second look: it fits the type, and the length is
   * right.
   */
  final boolean isPlain(int i, int getter, int size) {
    return i >= 0 && i < available && (shapes[i] & getter) != 0 && (int) cells[i] == size;
  }

  /** Whether a cell has text, and is not null. */
  final boolean isText(int i) {
    return i >= 0 && i < available && (shapes[i] & CellShape.TEXT) != 0 && (int) cells[i] >= 0;
  }

  /** What offsets in errors count from. */
  final int origin() {
    return origin;
  }

  final long addressOf(int i) {
    return address + (cells[i] >>> OFFSET_SHIFT);
  }

  final int offsetOf(int i) {
    return (int) (cells[i] >>> OFFSET_SHIFT);
  }

  /** The length of a cell that is there; -1 for null. */
  final int lengthOf(int i) {
    return (int) cells[i];
  }

  final void checkIndex(int i) {
    if (i < 0 || i >= available) {
      throw outOfRange(i);
    }
  }

  private IndexOutOfBoundsException outOfRange(int i) {
    return new IndexOutOfBoundsException(
        available == 0
            ? "column " + i + ": there is no current row, call next() first"
            : "column " + i + " of a row of " + available + " columns, counted from 0");
  }
}
