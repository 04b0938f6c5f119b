package io.peregrine.codec.row;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One of {@link KeptRows}, as small an object as it can be: a place in their bytes. Not
 * thread-safe: it may be handed on, but belongs to one thread at a time.
 *
 * <p>A cell is found by stepping over those before it, from the one that was read last on: reading
 * from left to right costs no more than with an index, and no index is allocated. A wide row that
 * is read to and fro gets one.
 */
public abstract class KeptRow extends NamedGetters {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Up to so many columns are stepped over again rather than remembered. */
  private static final int NARROW = 8;

  private final KeptRows rows;
  private final int start;
  private int column;

  /** Where the length of the cell in {@link #column} stands. */
  private int at;

  /** Where the length of each cell stands, once it has paid to know. */
  private int @Nullable [] index;

  /**
   * A row.
   *
   * @param rows what it belongs to
   * @param start where it begins, as {@link KeptRows#takeRow} says
   */
  protected KeptRow(KeptRows rows, int start) {
    this.rows = rows;
    this.start = start;
    this.at = start;
  }

  /** Where a cell's length stands. What was found by the walk over the row needs no more checks. */
  private int locate(int i) {
    int column = this.column;
    int at = this.at;
    if (i <= column) {
      return i == column ? at : before(i);
    }
    if (i >= rows.columnDefinitions().size()) {
      throw outOfRange(i);
    }
    byte[] bytes = rows.bytes();
    do {
      at += 4 + Math.max(0, (int) INT.get(bytes, at));
      column++;
    } while (column < i);
    this.column = i;
    this.at = at;
    return at;
  }

  private int before(int i) {
    if (i < 0) {
      throw outOfRange(i);
    }
    int columns = rows.columnDefinitions().size();
    int[] index = this.index;
    if (index == null && columns > NARROW) {
      index = index(columns);
      this.index = index;
    }
    int at = start;
    if (index != null) {
      at = index[i];
    } else {
      byte[] bytes = rows.bytes();
      for (int column = 0; column < i; column++) {
        at += 4 + Math.max(0, (int) INT.get(bytes, at));
      }
    }
    this.column = i;
    this.at = at;
    return at;
  }

  private int[] index(int columns) {
    byte[] bytes = rows.bytes();
    int[] index = new int[columns];
    int at = start;
    for (int column = 0; column < columns; column++) {
      index[column] = at;
      at += 4 + Math.max(0, (int) INT.get(bytes, at));
    }
    return index;
  }

  private IndexOutOfBoundsException outOfRange(int i) {
    return new IndexOutOfBoundsException(
        "column " + i + " of a row of " + columnCount() + " columns, counted from 0");
  }

  /** Whether a getter may read a cell without a second look. */
  private boolean isPlain(int i, int at, int getter, int size) {
    return (rows.columnDefinitions().shapes()[i] & getter) != 0
        && (int) INT.get(rows.bytes(), at) == size;
  }

  @Override
  public final ValueGetters cell(int i) {
    int at = locate(i);
    Cell cell = new Cell(rows.columnDefinitions(), i);
    cell.bind(rows.buffer(), 0);
    cell.moveTo(at + 4, (int) INT.get(rows.bytes(), at), rows.columnDefinitions().type(i));
    return cell;
  }

  @Override
  public final int columnCount() {
    return rows.columnDefinitions().size();
  }

  @Override
  public final ColumnDefinitions columnDefinitions() {
    return rows.columnDefinitions();
  }

  @Override
  public final DirectBuffer buffer() {
    return rows.buffer();
  }

  @Override
  public final boolean getBoolean(int i) {
    int at = locate(i);
    return isPlain(i, at, CellShape.BOOLEAN, 1) ? rows.bytes()[at + 4] != 0 : cell(i).getBoolean();
  }

  @Override
  public final byte getByte(int i) {
    int at = locate(i);
    return isPlain(i, at, CellShape.BYTE, 1) ? rows.bytes()[at + 4] : cell(i).getByte();
  }

  @Override
  public final short getShort(int i) {
    int at = locate(i);
    return isPlain(i, at, CellShape.SHORT, 2)
        ? (short) SHORT.get(rows.bytes(), at + 4)
        : cell(i).getShort();
  }

  @Override
  public final int getInt(int i) {
    int at = locate(i);
    return isPlain(i, at, CellShape.INT, 4)
        ? (int) INT.get(rows.bytes(), at + 4)
        : cell(i).getInt();
  }

  @Override
  public final long getLong(int i) {
    int at = locate(i);
    return isPlain(i, at, CellShape.LONG, 8)
        ? (long) LONG.get(rows.bytes(), at + 4)
        : cell(i).getLong();
  }

  @Override
  public final float getFloat(int i) {
    int at = locate(i);
    return isPlain(i, at, CellShape.FLOAT, 4)
        ? Float.intBitsToFloat((int) INT.get(rows.bytes(), at + 4))
        : cell(i).getFloat();
  }

  @Override
  public final double getDouble(int i) {
    int at = locate(i);
    return isPlain(i, at, CellShape.DOUBLE, 8)
        ? Double.longBitsToDouble((long) LONG.get(rows.bytes(), at + 4))
        : cell(i).getDouble();
  }

  @Override
  public final long getUuidMostSignificantBits(int i) {
    int at = locate(i);
    return isPlain(i, at, CellShape.UUID, 16)
        ? (long) LONG.get(rows.bytes(), at + 4)
        : cell(i).getUuidMostSignificantBits();
  }

  @Override
  public final long getUuidLeastSignificantBits(int i) {
    int at = locate(i);
    return isPlain(i, at, CellShape.UUID, 16)
        ? (long) LONG.get(rows.bytes(), at + 12)
        : cell(i).getUuidLeastSignificantBits();
  }

  @Override
  public final int valueOffset(int i) {
    return locate(i) + 4;
  }

  @Override
  public final int valueLength(int i) {
    return Math.max(-1, (int) INT.get(rows.bytes(), locate(i)));
  }

  @Override
  public final @Nullable String getString(int i) {
    int at = locate(i);
    if ((rows.columnDefinitions().shapes()[i] & CellShape.TEXT) == 0) {
      return cell(i).getString();
    }
    int length = (int) INT.get(rows.bytes(), at);
    return length < 0 ? null : new String(rows.bytes(), at + 4, length, StandardCharsets.UTF_8);
  }

  /** A cell for the getters that have no short form; it names the column in errors. */
  private static final class Cell extends ValueGetters {
    private final ColumnDefinitions columns;
    private final int index;

    Cell(ColumnDefinitions columns, int index) {
      this.columns = columns;
      this.index = index;
    }

    @Override
    String describe() {
      return "column " + index + " '" + columns.name(index) + "'";
    }
  }
}
