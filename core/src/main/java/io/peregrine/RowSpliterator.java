package io.peregrine;

import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a result, for streams. Belongs to one thread at a time.
 *
 * <p>What it splits off is of the present page and can be had without waiting. While pages follow,
 * that is all that is left of the page, which splits further, and the pages behind stay together.
 * Nothing is split off where a page that follows has to be brought by this thread, or would be
 * waited for by it: another thread that asked for it would wait for ever.
 */
final class RowSpliterator implements Spliterator<Row> {
  private final RowSource rows;
  private final Patience patience;
  private final int characteristics;

  RowSpliterator(RowSource rows, Patience patience) {
    this.rows = rows;
    this.patience = patience;
    this.characteristics = ORDERED | NONNULL | (rows.isLastPage() ? SIZED | SUBSIZED : 0);
  }

  @Override
  public int characteristics() {
    return characteristics;
  }

  /** Exact on the last page; before it, as if another page of the same size followed. */
  @Override
  public long estimateSize() {
    ResultPage page = rows.page();
    int left = page.rowsLeft();
    return rows.isLastPage() ? left : left + Math.max(1L, page.rowCount());
  }

  @Override
  public boolean tryAdvance(Consumer<? super Row> action) {
    Objects.requireNonNull(action, "action");
    Row row = rows.one();
    if (row != null) {
      action.accept(row);
    }
    return row != null;
  }

  @Override
  public @Nullable Spliterator<Row> trySplit() {
    ResultPage page = rows.page();
    int left = page.rowsLeft();
    boolean isLast = rows.isLastPage();
    int count = isLast ? left / 2 : left;
    if (count == 0 || !isLast && !patience.mayBeLeft()) {
      return null;
    }
    Spliterator<Row> prefix = page.take(count);
    rows.onTaken();
    return prefix;
  }
}
