package io.peregrine.codec.row;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.WrongTypeException;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.jspecify.annotations.Nullable;

/**
 * A flyweight over the cells of one row. Not thread-safe: a reader belongs to one thread.
 *
 * <p>The getters follow the rules of {@link ValueGetters}. A column is given by its index from 0,
 * or by its name as {@link ColumnDefinitions#indexOf} takes it. An index out of range is an {@link
 * IndexOutOfBoundsException}, an unknown name an {@link UnknownColumnException}, a getter that does
 * not fit a known type a {@link WrongTypeException}. The reader is valid as long as the buffer is.
 */
public class RowReader extends RowCells {
  /** Made when it is needed: most getters do without. */
  private @Nullable Cell cell;

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
    if (known != null && known.size() != columnCount) {
      throw new IllegalArgumentException(
          columnCount + " cells, but definitions of " + known.size() + " columns");
    }
    if (columnCount < 0 || columnCount > length / 4) {
      throw new MalformedMessageException(
          "row", 0, columnCount + " cells cannot fit the " + length + " bytes left");
    }
    define(columnCount, known);
    return walk(offset, offset + length);
  }

  @Override
  final void bind(DirectBuffer source, int origin) {
    super.bind(source, origin);
    Cell cell = this.cell;
    if (cell != null) {
      cell.bind(source, origin);
    }
  }

  /**
   * Stands on a cell, for the getters that the row has no short form of.
   *
   * @param i the column
   * @return the cell's getters, which every other getter of the row moves on
   */
  public final ValueGetters cell(int i) {
    checkIndex(i);
    ColumnDefinitions known = definitions;
    Cell cell = this.cell;
    if (cell == null) {
      cell = new Cell(this);
      cell.bind(buffer, origin());
      this.cell = cell;
    }
    cell.index = i;
    cell.moveTo(offsetOf(i), lengthOf(i), known == null ? null : known.type(i));
    return cell;
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
    return valueLength(i) < 0;
  }

  /**
   * Reads a {@code boolean}.
   *
   * @param i the column
   * @return the value, false for null
   */
  public boolean getBoolean(int i) {
    return isPlain(i, CellShape.BOOLEAN, 1)
        ? UnsafeApi.getByte(base, addressOf(i)) != 0
        : cell(i).getBoolean();
  }

  /**
   * Reads a {@code tinyint}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public byte getByte(int i) {
    return isPlain(i, CellShape.BYTE, 1)
        ? UnsafeApi.getByte(base, addressOf(i))
        : cell(i).getByte();
  }

  /**
   * Reads a {@code smallint}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public short getShort(int i) {
    return isPlain(i, CellShape.SHORT, 2)
        ? UnsafeApi.getShortUnaligned(base, addressOf(i), true)
        : cell(i).getShort();
  }

  /**
   * Reads an {@code int}, or the raw unsigned days of a {@code date}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public int getInt(int i) {
    return isPlain(i, CellShape.INT, 4)
        ? UnsafeApi.getIntUnaligned(base, addressOf(i), true)
        : cell(i).getInt();
  }

  /**
   * Reads a {@code bigint}, {@code counter}, {@code timestamp} or {@code time}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public long getLong(int i) {
    return isPlain(i, CellShape.LONG, 8)
        ? UnsafeApi.getLongUnaligned(base, addressOf(i), true)
        : cell(i).getLong();
  }

  /**
   * Reads a {@code float}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public float getFloat(int i) {
    return isPlain(i, CellShape.FLOAT, 4)
        ? Float.intBitsToFloat(UnsafeApi.getIntUnaligned(base, addressOf(i), true))
        : cell(i).getFloat();
  }

  /**
   * Reads a {@code double}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public double getDouble(int i) {
    return isPlain(i, CellShape.DOUBLE, 8)
        ? Double.longBitsToDouble(UnsafeApi.getLongUnaligned(base, addressOf(i), true))
        : cell(i).getDouble();
  }

  /**
   * Reads the upper half of a {@code uuid} or {@code timeuuid}.
   *
   * @param i the column
   * @return the first 64 bits, 0 for null
   */
  public long getUuidMostSignificantBits(int i) {
    return isPlain(i, CellShape.UUID, 16)
        ? UnsafeApi.getLongUnaligned(base, addressOf(i), true)
        : cell(i).getUuidMostSignificantBits();
  }

  /**
   * Reads the lower half of a {@code uuid} or {@code timeuuid}.
   *
   * @param i the column
   * @return the last 64 bits, 0 for null
   */
  public long getUuidLeastSignificantBits(int i) {
    return isPlain(i, CellShape.UUID, 16)
        ? UnsafeApi.getLongUnaligned(base, addressOf(i) + 8, true)
        : cell(i).getUuidLeastSignificantBits();
  }

  /**
   * Where a cell's value begins.
   *
   * @param i the column
   * @return an index into {@link #buffer()}; without meaning for null
   */
  public int valueOffset(int i) {
    checkIndex(i);
    return offsetOf(i);
  }

  /**
   * How many bytes a cell's value has.
   *
   * @param i the column
   * @return the length, or -1 for null
   */
  public int valueLength(int i) {
    checkIndex(i);
    return lengthOf(i);
  }

  /**
   * Reads {@code text} or {@code ascii}. Allocates the text.
   *
   * @param i the column
   * @return the text, or null for null
   */
  public @Nullable String getString(int i) {
    return isText(i)
        ? buffer.getStringWithoutLengthUtf8(offsetOf(i), lengthOf(i))
        : cell(i).getString();
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
    int length = valueLength(i);
    if (length < 0) {
      return false;
    }
    view.wrap(buffer, offsetOf(i), length);
    return true;
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
