package io.peregrine.codec.row;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.WrongTypeException;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flyweight over the cells of one row. Not thread-safe: a reader belongs to one thread.
 *
 * <p>The getters follow the rules of {@link ValueGetters}. A column is given by its index from 0,
 * or by its name as {@link ColumnDefinitions#indexOf} takes it. An index out of range is an {@link
 * IndexOutOfBoundsException}, an unknown name an {@link UnknownColumnException}, a getter that does
 * not fit a known type a {@link WrongTypeException}. The reader is valid as long as the buffer is.
 */
public class RowReader extends NamedGetters {
  private final Cell cell = new Cell(this);
  private DirectBuffer buffer = new UnsafeBuffer(0, 0);
  private @Nullable ColumnDefinitions definitions;
  private int[] offsets = new int[16];
  private int available;

  /** A reader that lies over nothing yet. */
  public RowReader() {}

  /**
   * Lays the reader over one row.
   *
   * @param buffer where it is
   * @param offset where its first cell's length begins
   * @param length how many bytes it has, or more
   * @param columnCount how many cells it has
   * @param known what the cells are, or null if that is not known
   * @return the index behind the row
   * @throws MalformedMessageException if a cell runs past the end
   */
  public final int wrapRow(
      DirectBuffer buffer,
      int offset,
      int length,
      int columnCount,
      @Nullable ColumnDefinitions known) {
    buffer.boundsCheck(offset, length);
    bind(buffer, offset);
    define(known);
    return walk(offset, offset + length, columnCount);
  }

  final void bind(DirectBuffer source, int origin) {
    buffer = source;
    available = 0;
    cell.bind(source, origin);
  }

  final void define(@Nullable ColumnDefinitions known) {
    definitions = known;
  }

  final void leaveRow() {
    available = 0;
  }

  /** Notes where the cells are and returns the index behind them. */
  final int walk(int from, int limit, int columnCount) {
    available = 0;
    if (columnCount < 0 || columnCount > (limit - from) / 4) {
      throw new MalformedMessageException(
          "row",
          from - cell.origin(),
          columnCount + " cells cannot fit the " + (limit - from) + " bytes left");
    }
    if (columnCount > offsets.length) {
      offsets = Arrays.copyOf(offsets, Math.max(columnCount, offsets.length * 2));
    }
    int[] cells = offsets;
    DirectBuffer source = buffer;
    int origin = cell.origin();
    int at = from;
    for (int i = 0; i < columnCount; i++) {
      int length = ValueDescriptor.length("cell", source, at, limit, origin);
      at += 4;
      cells[i] = at;
      at += Math.max(0, length);
    }
    available = columnCount;
    return at;
  }

  /**
   * Stands on a cell, for the getters that the row has no short form of.
   *
   * @param i the column
   * @return the cell's getters, which every other getter of the row moves on
   */
  public final ValueGetters cell(int i) {
    if (i < 0 || i >= available) {
      throw outOfRange(i);
    }
    int at = offsets[i];
    ColumnDefinitions known = definitions;
    cell.index = i;
    cell.moveTo(
        at, buffer.getInt(at - 4, ByteOrder.BIG_ENDIAN), known == null ? null : known.type(i));
    return cell;
  }

  private IndexOutOfBoundsException outOfRange(int i) {
    return new IndexOutOfBoundsException(
        available == 0
            ? "column " + i + ": there is no current row, call next() first"
            : "column " + i + " of a row of " + available + " columns, counted from 0");
  }

  /**
   * How many columns the row has.
   *
   * @return 0 or more
   */
  public int columnCount() {
    return available;
  }

  /**
   * What the columns are.
   *
   * @return the definitions
   * @throws IllegalStateException if they are not known
   */
  public ColumnDefinitions columnDefinitions() {
    ColumnDefinitions known = definitions;
    if (known == null) {
      throw new IllegalStateException(
          "the result carries no column definitions and none were given: read columns by index"
              + " with a typed getter, or give the prepared statement's definitions");
    }
    return known;
  }

  final @Nullable ColumnDefinitions knownDefinitions() {
    return definitions;
  }

  @Override
  public final ValueGetters cell(String name) {
    return cell(columnDefinitions().requiredIndexOf(name));
  }

  /**
   * Where the row is.
   *
   * @return the buffer that {@link #valueOffset(int)} is an index of
   */
  public DirectBuffer buffer() {
    return buffer;
  }

  /**
   * Whether a cell is null.
   *
   * @param i the column
   * @return true for null; an empty value is not null
   */
  public boolean isNull(int i) {
    return cell(i).isNull();
  }

  /**
   * Reads a {@code boolean}.
   *
   * @param i the column
   * @return the value, false for null
   */
  public boolean getBoolean(int i) {
    return cell(i).getBoolean();
  }

  /**
   * Reads a {@code tinyint}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public byte getByte(int i) {
    return cell(i).getByte();
  }

  /**
   * Reads a {@code smallint}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public short getShort(int i) {
    return cell(i).getShort();
  }

  /**
   * Reads an {@code int}, or the raw unsigned days of a {@code date}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public int getInt(int i) {
    return cell(i).getInt();
  }

  /**
   * Reads a {@code bigint}, {@code counter}, {@code timestamp} or {@code time}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public long getLong(int i) {
    return cell(i).getLong();
  }

  /**
   * Reads a {@code float}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public float getFloat(int i) {
    return cell(i).getFloat();
  }

  /**
   * Reads a {@code double}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public double getDouble(int i) {
    return cell(i).getDouble();
  }

  /**
   * Reads the upper half of a {@code uuid} or {@code timeuuid}.
   *
   * @param i the column
   * @return the first 64 bits, 0 for null
   */
  public long getUuidMostSignificantBits(int i) {
    return cell(i).getUuidMostSignificantBits();
  }

  /**
   * Reads the lower half of a {@code uuid} or {@code timeuuid}.
   *
   * @param i the column
   * @return the last 64 bits, 0 for null
   */
  public long getUuidLeastSignificantBits(int i) {
    return cell(i).getUuidLeastSignificantBits();
  }

  /**
   * Where a cell's value begins.
   *
   * @param i the column
   * @return an index into {@link #buffer()}; without meaning for null
   */
  public int valueOffset(int i) {
    return cell(i).valueOffset();
  }

  /**
   * How many bytes a cell's value has.
   *
   * @param i the column
   * @return the length, or -1 for null
   */
  public int valueLength(int i) {
    return cell(i).valueLength();
  }

  /**
   * Reads {@code text} or {@code ascii}. Allocates the text.
   *
   * @param i the column
   * @return the text, or null for null
   */
  public @Nullable String getString(int i) {
    return cell(i).getString();
  }

  /**
   * Reads a value as a Java object, by the column's type. Allocates.
   *
   * @param i the column
   * @return the object, or null for null
   */
  public @Nullable Object getObject(int i) {
    return definedCell(i).getObject();
  }

  /**
   * Lays a view over a cell's bytes, whatever its type.
   *
   * @param i the column
   * @param view the view to wrap around them
   * @return false for null, with the view left alone
   */
  public boolean getBytes(int i, DirectBuffer view) {
    return cell(i).getBytes(view);
  }

  /**
   * Appends {@code text} or {@code ascii} without allocating.
   *
   * @param i the column
   * @param into takes the characters; nothing is appended for null
   * @return how many chars were appended
   */
  public int appendTo(int i, Appendable into) {
    return cell(i).appendTo(into);
  }

  /**
   * Lays a reader over a {@code list} or {@code set}.
   *
   * @param i the column
   * @param into the reader
   * @return false for null, with the reader over an empty list
   */
  public boolean getList(int i, ListReader into) {
    return cell(i).getList(into);
  }

  /**
   * Lays a reader over a {@code map}.
   *
   * @param i the column
   * @param into the reader
   * @return false for null, with the reader over an empty map
   */
  public boolean getMap(int i, MapReader into) {
    return cell(i).getMap(into);
  }

  /**
   * Lays a reader over a tuple or a value of a user-defined type.
   *
   * @param i the column
   * @param into the reader
   * @return false for null, with the reader over nulls
   */
  public boolean getTuple(int i, TupleReader into) {
    return cell(i).getTuple(into);
  }

  /**
   * Lays a reader over a {@code vector}.
   *
   * @param i the column
   * @param into the reader
   * @return false for null, with the reader over an empty vector
   */
  public boolean getVector(int i, VectorReader into) {
    return definedCell(i).getVector(into);
  }

  /** A cell whose type is needed, so that a result that carries it is asked for it. */
  private ValueGetters definedCell(int i) {
    columnDefinitions();
    return cell(i);
  }

  /** The cell that the getters stand on; it names the column in errors. */
  private static final class Cell extends ValueGetters {
    private final RowReader row;
    private int index;

    Cell(RowReader row) {
      this.row = row;
    }

    @Override
    String describe() {
      ColumnDefinitions known = row.definitions;
      return known == null ? "column " + index : "column " + index + " '" + known.name(index) + "'";
    }
  }
}
