package io.peregrine;

import io.peregrine.type.RowMapper;
import io.peregrine.type.TypeCodecs;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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
  private final RowMapping<R> mapping;

  MappedRows(ResultSet rows, RowMapper<R> mapper, TypeCodecs codecs) {
    this.rows = rows;
    this.mapping = new RowMapping<>(mapper, codecs, rows.columnDefinitions());
  }

  /**
   * The next row.
   *
   * @return what was made of it, or null if there are no more
   */
  public @Nullable R one() {
    Row row = rows.one();
    return row == null ? null : mapping.map(row);
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
      all.add(mapping.map(row));
    }
    return all;
  }

  /**
   * What is made of the rows that are left, as a stream. It takes rows from the result, and fetches
   * pages, as a loop does; a parallel stream shares them as {@link ResultSet#stream} says, and
   * calls the mapper on all of its threads.
   *
   * @return a sequential stream, in order
   */
  public Stream<R> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  /**
   * What is made of the rows that are left, in order: see {@link #stream}.
   *
   * @return what takes rows from the result
   */
  @Override
  public Spliterator<R> spliterator() {
    return new MappedSpliterator<>(rows.spliterator(), mapping);
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
        return mapping.map(iterator.next());
      }
    };
  }
}
