package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.value.ValueDecoder;
import org.jspecify.annotations.Nullable;

/**
 * The getters of one value, shared by every reader that stands on one: a cell, an element, a field.
 * Not thread-safe: a reader belongs to one thread.
 *
 * <p>The rules, everywhere: null reads as 0, false or null, and so does an empty value (length 0)
 * of a type of fixed size; {@link #isNull} tells null from 0. A length that does not fit the getter
 * is a {@link MalformedMessageException}. Where the CQL type is known, a getter of another type is
 * a {@link WrongTypeException}; where it is not, the lengths alone are checked. There is no
 * widening: {@code int} is read with {@code getInt} alone.
 */
public abstract class ValueGetters extends ScalarGetters {
  ValueGetters() {}

  /**
   * Reads the value as a Java object, by its type (see {@link ValueDecoder}). Allocates.
   *
   * @return the object, or null for null
   * @throws WrongTypeException if the type is not known here
   */
  public final @Nullable Object getObject() {
    int bytes = positionedLength();
    DataType known = type;
    if (known == null) {
      throw wrongType("getObject", "a known type: give the column definitions or the type");
    }
    return bytes < 0 ? null : ValueDecoder.decode(known, buffer, offset, bytes);
  }

  /**
   * Lays a reader over a {@code list} or {@code set}.
   *
   * @param into the reader
   * @return false for null, with the reader over an empty list
   */
  public final boolean getList(ListReader into) {
    if (!ListReader.reads(type)) {
      throw wrongType("getList", "list or set");
    }
    return into.wrap(buffer, offset, positionedLength(), type).isPresent();
  }

  /**
   * Lays a reader over a {@code map}.
   *
   * @param into the reader
   * @return false for null, with the reader over an empty map
   */
  public final boolean getMap(MapReader into) {
    if (type != null && !(type instanceof DataType.MapType)) {
      throw wrongType("getMap", "map");
    }
    return into.wrap(buffer, offset, positionedLength(), type).isPresent();
  }

  /**
   * Lays a reader over a tuple or a value of a user-defined type.
   *
   * @param into the reader
   * @return false for null, with the reader over nulls
   */
  public final boolean getTuple(TupleReader into) {
    if (!TupleReader.reads(type)) {
      throw wrongType("getTuple", "tuple or user-defined type");
    }
    return into.wrap(buffer, offset, positionedLength(), type).isPresent();
  }

  /**
   * Lays a reader over a {@code vector}. The type must be known, as the bytes alone do not say how
   * they are to be cut.
   *
   * @param into the reader
   * @return false for null, with the reader over an empty vector
   */
  public final boolean getVector(VectorReader into) {
    int bytes = positionedLength();
    if (!(type instanceof DataType.VectorType vector)) {
      throw wrongType("getVector", "vector");
    }
    return into.wrap(buffer, offset, bytes, vector).isPresent();
  }

  /**
   * Lays a reader over a DSE {@code 'PointType'}, {@code 'LineStringType'} or {@code
   * 'PolygonType'}.
   *
   * @param into the reader
   * @return false for null, with the reader over no points
   */
  public final boolean getGeometry(GeometryReader into) {
    if (!GeometryReader.reads(type)) {
      throw wrongType("getGeometry", "'PointType', 'LineStringType' or 'PolygonType'");
    }
    return into.wrap(buffer, offset, positionedLength(), type).isPresent();
  }

  /**
   * Lays a reader over a DSE {@code 'DateRangeType'}.
   *
   * @param into the reader
   * @return false for null, with the reader over no dates
   */
  public final boolean getDateRange(DateRangeReader into) {
    if (type != null && type != DataType.DseType.DATE_RANGE) {
      throw wrongType("getDateRange", "'DateRangeType'");
    }
    return into.wrap(buffer, offset, positionedLength()).isPresent();
  }
}
