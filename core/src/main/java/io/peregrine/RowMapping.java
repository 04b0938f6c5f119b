package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.type.RowMapper;
import io.peregrine.type.TypeCodecs;

/**
 * A mapper as it is bound to the columns of the present rows. Belongs to one thread at a time.
 *
 * @param <R> what rows are made into
 */
final class RowMapping<R> {
  private final RowMapper<R> unbound;
  private final TypeCodecs codecs;
  private ColumnDefinitions columns;
  private RowMapper<R> mapper;

  /**
   * @throws io.peregrine.codec.DriverException if the columns do not fit the mapper
   */
  RowMapping(RowMapper<R> mapper, TypeCodecs codecs, ColumnDefinitions columns) {
    this.unbound = mapper;
    this.codecs = codecs;
    this.columns = columns;
    this.mapper = mapper.bind(columns, codecs);
  }

  private RowMapping(RowMapping<R> other) {
    this.unbound = other.unbound;
    this.codecs = other.codecs;
    this.columns = other.columns;
    this.mapper = other.mapper;
  }

  /** One for another thread. */
  RowMapping<R> copy() {
    return new RowMapping<>(this);
  }

  R map(Row row) {
    ColumnDefinitions columns = row.columnDefinitions();
    if (columns != this.columns) {
      mapper = unbound.bind(columns, codecs);
      this.columns = columns;
    }
    return mapper.map(row);
  }
}
