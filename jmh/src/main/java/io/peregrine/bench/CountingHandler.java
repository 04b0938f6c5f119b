package io.peregrine.bench;

import io.peregrine.ErrorView;
import io.peregrine.RequestHandler;
import io.peregrine.codec.row.RowCursor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Reads the row of an answer and counts it. The agent's thread calls it; any thread may ask. */
final class CountingHandler implements RequestHandler {
  private final AtomicLong count = new AtomicLong();
  private volatile @Nullable RuntimeException error;
  private long sum;

  @Override
  public void onRows(long correlationId, RowCursor rows) {
    rows.next();
    sum += rows.getInt(0) + rows.getLong(1) + (long) rows.getDouble(2);
    count.lazySet(count.getPlain() + 1);
  }

  @Override
  public void onError(long correlationId, ErrorView view) {
    error = view.toException();
    count.lazySet(count.getPlain() + 1);
  }

  long count() {
    return count.get();
  }

  /** Fails the benchmark if a request failed, or if rows brought nothing. */
  void check() {
    RuntimeException error = this.error;
    if (error != null) {
      throw error;
    }
    if (count() > 0 && sum == 0) {
      throw new IllegalStateException("answers without rows");
    }
  }
}
