package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.type.RowMapper;
import io.peregrine.type.TypeCodecs;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a result, each as an object. Not thread-safe: it belongs to one thread at a time.
 *
 * <p>It takes its rows from the result: what was taken there does not come here, and the other way
 * round.
 *
 * @param <R> what the rows are made into
 */
public final class MappedRows<R> implements Iterable<R> {
  private final ResultSet rows;
  private final TypeCodecs codecs;
  private ColumnDefinitions columns;
  private final RowMapper<R> unbound;
  private RowMapper<R> mapper;

  MappedRows(ResultSet rows, RowMapper<R> mapper, TypeCodecs codecs) {
    this.rows = rows;
    this.codecs = codecs;
    this.columns = rows.columnDefinitions();
    this.unbound = mapper;
    this.mapper = mapper.bind(columns, codecs);
  }

  /**
   * The next row.
   *
   * @return what was made of it, or null if there are no more
   */
  public @Nullable R one() {
    Row row = rows.one();
    return row == null ? null : map(row);
  }

  /**
   * All rows that are left, of all pages; see {@link ResultSet#all}.
   *
   * @return what was made of them, in order
   */
  public List<R> all() {
    rows.onMaterialising();
    List<R> all = new ArrayList<>(rows.availableWithoutFetching());
    for (Row row = rows.one(); row != null; row = rows.one()) {
      all.add(map(row));
    }
    return all;
  }

  private R map(Row row) {
    ColumnDefinitions columns = row.columnDefinitions();
    if (columns != this.columns) {
      mapper = unbound.bind(columns, codecs);
      this.columns = columns;
    }
    return mapper.map(row);
  }

  @Override
  public Iterator<R> iterator() {
    Iterator<Row> iterator = rows.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return iterator.hasNext();
      }

      @Override
      public R next() {
        return map(iterator.next());
      }
    };
  }
}
