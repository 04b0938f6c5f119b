package io.peregrine.codec.row;

import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The getters of a row that take a column by its index, from 0 on. Not thread-safe: a row belongs
 * to one thread.
 *
 * <p>They follow the rules of {@link ValueGetters}. An index out of range is an {@link
 * IndexOutOfBoundsException}, a getter that does not fit a known type a {@link
 * io.peregrine.codec.WrongTypeException}.
 */
public abstract class RowGetters {
  RowGetters() {}

  /**
   * Stands on a cell, for the getters that the row has no short form of.
   *
   * @param i the column
   * @return the cell's getters, which every other getter of the row may move on
   */
  public abstract ValueGetters cell(int i);

  /**
   * How many columns the row has.
   *
   * @return 0 or more
   */
  public abstract int columnCount();

  /**
   * What the columns are.
   *
   * @return the definitions
   * @throws IllegalStateException if they are not known
   */
  public abstract ColumnDefinitions columnDefinitions();

  /**
   * Where the row is.
   *
   * @return the buffer that {@link #valueOffset(int)} is an index of
   */
  public abstract DirectBuffer buffer();

  /**
   * Whether a cell is null.
   *
   * @param i the column
   * @return true for null; an empty value is not null
   */
  public final boolean isNull(int i) {
    return valueLength(i) < 0;
  }

  /**
   * Reads a {@code boolean}.
   *
   * @param i the column
   * @return the value, false for null
   */
  public abstract boolean getBoolean(int i);

  /**
   * Reads a {@code tinyint}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public abstract byte getByte(int i);

  /**
   * Reads a {@code smallint}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public abstract short getShort(int i);

  /**
   * Reads an {@code int}, or the raw unsigned days of a {@code date}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public abstract int getInt(int i);

  /**
   * Reads a {@code bigint}, {@code counter}, {@code timestamp} or {@code time}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public abstract long getLong(int i);

  /**
   * Reads a {@code float}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public abstract float getFloat(int i);

  /**
   * Reads a {@code double}.
   *
   * @param i the column
   * @return the value, 0 for null
   */
  public abstract double getDouble(int i);

  /**
   * Reads the upper half of a {@code uuid} or {@code timeuuid}.
   *
   * @param i the column
   * @return the first 64 bits, 0 for null
   */
  public abstract long getUuidMostSignificantBits(int i);

  /**
   * Reads the lower half of a {@code uuid} or {@code timeuuid}.
   *
   * @param i the column
   * @return the last 64 bits, 0 for null
   */
  public abstract long getUuidLeastSignificantBits(int i);

  /**
   * Where a cell's value begins.
   *
   * @param i the column
   * @return an index into {@link #buffer()}; without meaning for null
   */
  public abstract int valueOffset(int i);

  /**
   * How many bytes a cell's value has.
   *
   * @param i the column
   * @return the length, or -1 for null
   */
  public abstract int valueLength(int i);

  /**
   * Reads {@code text} or {@code ascii}. Allocates the text.
   *
   * @param i the column
   * @return the text, or null for null
   */
  public abstract @Nullable String getString(int i);

  /**
   * Reads a value as a Java object, by the column's type. Allocates.
   *
   * @param i the column
   * @return the object, or null for null
   */
  public final @Nullable Object getObject(int i) {
    return definedCell(i).getObject();
  }

  /**
   * Lays a view over a cell's bytes, whatever its type.
   *
   * @param i the column
   * @param view the view to wrap around them
   * @return false for null, with the view left alone
   */
  public final boolean getBytes(int i, DirectBuffer view) {
    int length = valueLength(i);
    if (length < 0) {
      return false;
    }
    view.wrap(buffer(), valueOffset(i), length);
    return true;
  }

  /**
   * Appends {@code text} or {@code ascii} without allocating.
   *
   * @param i the column
   * @param into takes the characters; nothing is appended for null
   * @return how many chars were appended
   */
  public final int appendTo(int i, Appendable into) {
    return cell(i).appendTo(into);
  }

  /**
   * Lays a reader over a {@code list} or {@code set}.
   *
   * @param i the column
   * @param into the reader
   * @return false for null, with the reader over an empty list
   */
  public final boolean getList(int i, ListReader into) {
    return cell(i).getList(into);
  }

  /**
   * Lays a reader over a {@code map}.
   *
   * @param i the column
   * @param into the reader
   * @return false for null, with the reader over an empty map
   */
  public final boolean getMap(int i, MapReader into) {
    return cell(i).getMap(into);
  }

  /**
   * Lays a reader over a tuple or a value of a user-defined type.
   *
   * @param i the column
   * @param into the reader
   * @return false for null, with the reader over nulls
   */
  public final boolean getTuple(int i, TupleReader into) {
    return cell(i).getTuple(into);
  }

  /**
   * Lays a reader over a {@code vector}.
   *
   * @param i the column
   * @param into the reader
   * @return false for null, with the reader over an empty vector
   */
  public final boolean getVector(int i, VectorReader into) {
    return definedCell(i).getVector(into);
  }

  /** A cell whose type is needed, so that a result that carries it is asked for it. */
  private ValueGetters definedCell(int i) {
    columnDefinitions();
    return cell(i);
  }
}
