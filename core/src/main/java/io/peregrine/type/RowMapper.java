package io.peregrine.type;

import io.peregrine.Row;
import io.peregrine.codec.row.ColumnDefinitions;

/**
 * Makes an object of each row of a result. Any thread may use it, many at once, if it is shared.
 *
 * @param <R> what is made
 */
@FunctionalInterface
public interface RowMapper<R> {
  /**
   * Makes an object of one row.
   *
   * @param row the row; it may be kept
   * @return the object
   */
  R map(Row row);

  /**
   * The mapper for one result, for mappers that have columns to look up or to check. It is called
   * once for a result, before its first row, and again if a page comes with other columns.
   *
   * @param columns the columns
   * @param codecs how values are read as objects
   * @return this, unless overridden
   * @throws io.peregrine.codec.DriverException if the columns do not fit
   */
  default RowMapper<R> bind(ColumnDefinitions columns, TypeCodecs codecs) {
    return this;
  }
}
