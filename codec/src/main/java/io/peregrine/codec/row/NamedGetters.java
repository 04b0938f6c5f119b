package io.peregrine.codec.row;

import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The getters of a row that take a column by its name. Not thread-safe: a row belongs to one
 * thread.
 *
 * <p>The name is taken as by {@link ColumnDefinitions#indexOf}; one that the row does not have is
 * an {@link UnknownColumnException}. The rest is as with the getters by index, which are faster:
 * the hot path looks a name up once.
 */
public abstract class NamedGetters extends RowGetters {
  NamedGetters() {}

  private int indexOf(String name) {
    return columnDefinitions().requiredIndexOf(name);
  }

  /**
   * Stands on a cell, for the getters that the row has no short form of.
   *
   * @param name the column
   * @return the cell's getters, which every other getter of the row may move on
   */
  public final ValueGetters cell(String name) {
    return cell(indexOf(name));
  }

  /**
   * Whether a cell is null.
   *
   * @param name the column
   * @return true for null; an empty value is not null
   */
  public final boolean isNull(String name) {
    return isNull(indexOf(name));
  }

  /**
   * Reads a {@code boolean}.
   *
   * @param name the column
   * @return the value, false for null
   */
  public final boolean getBoolean(String name) {
    return getBoolean(indexOf(name));
  }

  /**
   * Reads a {@code tinyint}.
   *
   * @param name the column
   * @return the value, 0 for null
   */
  public final byte getByte(String name) {
    return getByte(indexOf(name));
  }

  /**
   * Reads a {@code smallint}.
   *
   * @param name the column
   * @return the value, 0 for null
   */
  public final short getShort(String name) {
    return getShort(indexOf(name));
  }

  /**
   * Reads an {@code int}, or the raw unsigned days of a {@code date}.
   *
   * @param name the column
   * @return the value, 0 for null
   */
  public final int getInt(String name) {
    return getInt(indexOf(name));
  }

  /**
   * Reads a {@code bigint}, {@code counter}, {@code timestamp} or {@code time}.
   *
   * @param name the column
   * @return the value, 0 for null
   */
  public final long getLong(String name) {
    return getLong(indexOf(name));
  }

  /**
   * Reads a {@code float}.
   *
   * @param name the column
   * @return the value, 0 for null
   */
  public final float getFloat(String name) {
    return getFloat(indexOf(name));
  }

  /**
   * Reads a {@code double}.
   *
   * @param name the column
   * @return the value, 0 for null
   */
  public final double getDouble(String name) {
    return getDouble(indexOf(name));
  }

  /**
   * Reads the upper half of a {@code uuid} or {@code timeuuid}.
   *
   * @param name the column
   * @return the first 64 bits, 0 for null
   */
  public final long getUuidMostSignificantBits(String name) {
    return getUuidMostSignificantBits(indexOf(name));
  }

  /**
   * Reads the lower half of a {@code uuid} or {@code timeuuid}.
   *
   * @param name the column
   * @return the last 64 bits, 0 for null
   */
  public final long getUuidLeastSignificantBits(String name) {
    return getUuidLeastSignificantBits(indexOf(name));
  }

  /**
   * Where a cell's value begins.
   *
   * @param name the column
   * @return an index into the buffer; without meaning for null
   */
  public final int valueOffset(String name) {
    return valueOffset(indexOf(name));
  }

  /**
   * How many bytes a cell's value has.
   *
   * @param name the column
   * @return the length, or -1 for null
   */
  public final int valueLength(String name) {
    return valueLength(indexOf(name));
  }

  /**
   * Reads {@code text} or {@code ascii}. Allocates the text.
   *
   * @param name the column
   * @return the text, or null for null
   */
  public final @Nullable String getString(String name) {
    return getString(indexOf(name));
  }

  /**
   * Reads a value as a Java object, by the column's type. Allocates.
   *
   * @param name the column
   * @return the object, or null for null
   */
  public final @Nullable Object getObject(String name) {
    return getObject(indexOf(name));
  }

  /**
   * Lays a view over a cell's bytes, whatever its type.
   *
   * @param name the column
   * @param view the view to wrap around them
   * @return false for null, with the view left alone
   */
  public final boolean getBytes(String name, DirectBuffer view) {
    return getBytes(indexOf(name), view);
  }

  /**
   * Appends {@code text} or {@code ascii} without allocating.
   *
   * @param name the column
   * @param into takes the characters; nothing is appended for null
   * @return how many chars were appended
   */
  public final int appendTo(String name, Appendable into) {
    return appendTo(indexOf(name), into);
  }

  /**
   * Lays a reader over a {@code list} or {@code set}.
   *
   * @param name the column
   * @param into the reader
   * @return false for null, with the reader over an empty list
   */
  public final boolean getList(String name, ListReader into) {
    return getList(indexOf(name), into);
  }

  /**
   * Lays a reader over a {@code map}.
   *
   * @param name the column
   * @param into the reader
   * @return false for null, with the reader over an empty map
   */
  public final boolean getMap(String name, MapReader into) {
    return getMap(indexOf(name), into);
  }

  /**
   * Lays a reader over a tuple or a value of a user-defined type.
   *
   * @param name the column
   * @param into the reader
   * @return false for null, with the reader over nulls
   */
  public final boolean getTuple(String name, TupleReader into) {
    return getTuple(indexOf(name), into);
  }

  /**
   * Lays a reader over a {@code vector}.
   *
   * @param name the column
   * @param into the reader
   * @return false for null, with the reader over an empty vector
   */
  public final boolean getVector(String name, VectorReader into) {
    return getVector(indexOf(name), into);
  }
}
