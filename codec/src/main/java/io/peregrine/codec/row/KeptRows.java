package io.peregrine.codec.row;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.MalformedMessageException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one result, copied out of the buffer that they arrived in. Not thread-safe: who takes
 * rows is one thread at a time; each row that was taken may be read by another.
 *
 * <p>Nothing is made of a row before it is taken, and little then: see {@link KeptRow}. Each is
 * checked once, when it is taken.
 */
public abstract class KeptRows {
  /** What {@link #takeRow} answers when all are taken. */
  protected static final int NO_ROW = -1;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final byte[] NO_BYTES = {};
  private static final int NO_METADATA_HERE = -1;
  private static final int FLAGS = 0;
  private static final int COLUMNS_COUNT = 4;

  private final byte[] bytes;
  private final int metadataOffset;
  private final int rowsOffset;
  private final int rowCount;
  private int nextRowOffset;
  private int rowsLeft;
  private @Nullable ColumnDefinitions columns;

  /** Most rows are read without. */
  private volatile @Nullable UnsafeBuffer buffer;

  /** No rows, of no columns. */
  protected KeptRows() {
    bytes = NO_BYTES;
    metadataOffset = NO_METADATA_HERE;
    rowsOffset = 0;
    rowCount = 0;
    columns = ColumnDefinitions.EMPTY;
  }

  /**
   * A copy.
   *
   * @param rows lies over the result; its rows are all copied, whichever it stands on
   */
  protected KeptRows(RowCursor rows) {
    int from = rows.origin();
    int length = rows.rowsOffset() + rows.rowsLength() - from;
    // Not set to 0 first: the copy covers all of it.
    byte[] bytes = (byte[]) UnsafeApi.allocateUninitializedArray(byte.class, length);
    rows.buffer().getBytes(from, bytes);
    this.bytes = bytes;
    metadataOffset = rows.carriesMetadata() ? rows.metadataOffset() - from : NO_METADATA_HERE;
    rowsOffset = rows.rowsOffset() - from;
    nextRowOffset = rowsOffset;
    rowCount = rows.rowCount();
    rowsLeft = rowCount;
    columns = rows.columnCount() == 0 ? ColumnDefinitions.EMPTY : rows.knownDefinitions();
  }

  /**
   * What the columns are. Decoded at the first call, if the result itself says it.
   *
   * @return the definitions; none if there are no columns
   * @throws IllegalStateException if the result does not say it and nothing was given
   */
  public final ColumnDefinitions columnDefinitions() {
    ColumnDefinitions known = columns;
    return known == null ? decodeColumns() : known;
  }

  private ColumnDefinitions decodeColumns() {
    if (metadataOffset == NO_METADATA_HERE) {
      throw new IllegalStateException(
          "the result carries no column definitions, and none were given with its statement");
    }
    BodyReader reader =
        new BodyReader().wrap(buffer(), metadataOffset, bytes.length - metadataOffset);
    int flags = (int) INT.get(bytes, FLAGS);
    int count = (int) INT.get(bytes, COLUMNS_COUNT);
    ColumnDefinitions decoded =
        ColumnDefinitions.decode(reader, count, (flags & RowCursor.GLOBAL_TABLE) != 0);
    columns = decoded;
    return decoded;
  }

  /**
   * How many rows can be taken yet.
   *
   * @return 0 or more
   */
  public final int rowsLeft() {
    return rowsLeft;
  }

  /**
   * How many rows there are, taken or not.
   *
   * @return 0 or more
   */
  public final int rowCount() {
    return rowCount;
  }

  /** Leaves the rows that have not been taken: none can be any more. */
  protected final void dropRows() {
    rowsLeft = 0;
  }

  /**
   * Finds the rows that can be taken yet, and takes none.
   *
   * @return where each begins, in order
   * @throws MalformedMessageException if one runs past the end
   */
  protected final int[] rowOffsets() {
    return offsets(nextRowOffset, rowsLeft);
  }

  /**
   * Finds all rows, taken or not.
   *
   * @return where each begins, in order
   * @throws MalformedMessageException if one runs past the end
   */
  protected final int[] allRowOffsets() {
    return offsets(rowsOffset, rowCount);
  }

  private int[] offsets(int from, int count) {
    int[] offsets = new int[count];
    int at = from;
    for (int i = 0; i < count; i++) {
      offsets[i] = at;
      at = behind(at);
    }
    return offsets;
  }

  /**
   * Takes the next row.
   *
   * @return where it begins, for a {@link KeptRow} to be made; {@link #NO_ROW} after the last
   * @throws MalformedMessageException if it runs past the end
   */
  protected final int takeRow() {
    if (rowsLeft == 0) {
      return NO_ROW;
    }
    int offset = nextRowOffset;
    nextRowOffset = behind(offset);
    rowsLeft--;
    return offset;
  }

  /** Steps over a row, and checks that its cells lie within the bytes. */
  private int behind(int from) {
    byte[] bytes = this.bytes;
    int[] shapes = columnDefinitions().shapes();
    int at = from;
    int i = 0;
    int shape;
    while ((shape = shapes[i]) != CellShape.END) {
      if (bytes.length - at < 4) {
        throw cutOff(at);
      }
      int length = (int) INT.get(bytes, at);
      int likely = CellShape.likelyLength(shape);
      at += 4;
      // As in RowCells: the next place does not wait for a length that was guessed right.
      if (length == likely) {
        if (likely > bytes.length - at) {
          throw tooLong(length, at);
        }
        at += likely;
      } else if (length > 0) {
        if (length > bytes.length - at) {
          throw tooLong(length, at);
        }
        at += length;
      }
      i++;
    }
    return at;
  }

  private MalformedMessageException cutOff(int at) {
    return new MalformedMessageException(
        "cell", at, "4 bytes are needed for its length, " + (bytes.length - at) + " are left");
  }

  private MalformedMessageException tooLong(int length, int at) {
    return new MalformedMessageException(
        "cell",
        at - 4,
        "length " + length + " runs past the " + (bytes.length - at) + " bytes left");
  }

  final byte[] bytes() {
    return bytes;
  }

  final DirectBuffer buffer() {
    UnsafeBuffer buffer = this.buffer;
    if (buffer == null) {
      buffer = new UnsafeBuffer(bytes);
      this.buffer = buffer;
    }
    return buffer;
  }
}
