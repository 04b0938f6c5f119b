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

  @Override
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

  @Override
  public int columnCount() {
    return available;
  }

  @Override
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
  public DirectBuffer buffer() {
    return buffer;
  }

  @Override
  public boolean getBoolean(int i) {
    return isPlain(i, CellShape.BOOLEAN, 1)
        ? UnsafeApi.getByte(base, addressOf(i)) != 0
        : cell(i).getBoolean();
  }

  @Override
  public byte getByte(int i) {
    return isPlain(i, CellShape.BYTE, 1)
        ? UnsafeApi.getByte(base, addressOf(i))
        : cell(i).getByte();
  }

  @Override
  public short getShort(int i) {
    return isPlain(i, CellShape.SHORT, 2)
        ? UnsafeApi.getShortUnaligned(base, addressOf(i), true)
        : cell(i).getShort();
  }

  @Override
  public int getInt(int i) {
    return isPlain(i, CellShape.INT, 4)
        ? UnsafeApi.getIntUnaligned(base, addressOf(i), true)
        : cell(i).getInt();
  }

  @Override
  public long getLong(int i) {
    return isPlain(i, CellShape.LONG, 8)
        ? UnsafeApi.getLongUnaligned(base, addressOf(i), true)
        : cell(i).getLong();
  }

  @Override
  public float getFloat(int i) {
    return isPlain(i, CellShape.FLOAT, 4)
        ? Float.intBitsToFloat(UnsafeApi.getIntUnaligned(base, addressOf(i), true))
        : cell(i).getFloat();
  }

  @Override
  public double getDouble(int i) {
    return isPlain(i, CellShape.DOUBLE, 8)
        ? Double.longBitsToDouble(UnsafeApi.getLongUnaligned(base, addressOf(i), true))
        : cell(i).getDouble();
  }

  @Override
  public long getUuidMostSignificantBits(int i) {
    return isPlain(i, CellShape.UUID, 16)
        ? UnsafeApi.getLongUnaligned(base, addressOf(i), true)
        : cell(i).getUuidMostSignificantBits();
  }

  @Override
  public long getUuidLeastSignificantBits(int i) {
    return isPlain(i, CellShape.UUID, 16)
        ? UnsafeApi.getLongUnaligned(base, addressOf(i) + 8, true)
        : cell(i).getUuidLeastSignificantBits();
  }

  @Override
  public int valueOffset(int i) {
    checkIndex(i);
    return offsetOf(i);
  }

  @Override
  public int valueLength(int i) {
    checkIndex(i);
    return lengthOf(i);
  }

  @Override
  public @Nullable String getString(int i) {
    return isText(i)
        ? buffer.getStringWithoutLengthUtf8(offsetOf(i), lengthOf(i))
        : cell(i).getString();
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
