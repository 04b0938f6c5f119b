package io.peregrine;

import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a mapper makes of rows, for streams. Belongs to one thread at a time.
 *
 * @param <R> what the rows are made into
 */
final class MappedSpliterator<R> implements Spliterator<R> {
  private final Spliterator<Row> rows;
  private final RowMapping<R> mapping;

  MappedSpliterator(Spliterator<Row> rows, RowMapping<R> mapping) {
    this.rows = rows;
    this.mapping = mapping;
  }

  @Override
  public boolean tryAdvance(Consumer<? super R> action) {
    Objects.requireNonNull(action, "action");
    return rows.tryAdvance(row -> action.accept(mapping.map(row)));
  }

  @Override
  public void forEachRemaining(Consumer<? super R> action) {
    Objects.requireNonNull(action, "action");
    rows.forEachRemaining(row -> action.accept(mapping.map(row)));
  }

  @Override
  public @Nullable Spliterator<R> trySplit() {
    Spliterator<Row> prefix = rows.trySplit();
    return prefix == null ? null : new MappedSpliterator<>(prefix, mapping.copy());
  }

  @Override
  public long estimateSize() {
    return rows.estimateSize();
  }

  @Override
  public int characteristics() {
    return rows.characteristics();
  }
}
