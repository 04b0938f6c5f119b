package io.peregrine.bench.demo;

import io.peregrine.ErrorView;
import io.peregrine.RequestHandler;
import io.peregrine.codec.row.RowCursor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts what comes back. The agent's thread is its only writer; any thread may ask for the counts.
 */
abstract class Answers implements RequestHandler {
  private final AtomicLong count = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private volatile @Nullable String firstError;

  /** An answer without an error; called on the agent's thread, and must not allocate. */
  abstract void onAnswer(long correlationId, RowCursor rows);

  @Override
  public final void onRows(long correlationId, RowCursor rows) {
    onAnswer(correlationId, rows);
    addOne(count);
  }

  @Override
  public final void onError(long correlationId, ErrorView error) {
    if (firstError == null) {
      firstError = error.message();
    }
    addOne(errors);
    addOne(count);
  }

  /** Answers and errors. Whoever sees a count also sees what {@link #onAnswer} did before it. */
  final long count() {
    return count.get();
  }

  final long answered() {
    return count.get() - errors.get();
  }

  /**
   * Ends the demo if a request failed.
   *
   * @throws DemoFailedException with the first error's words
   */
  final void checkNoErrors(String what) {
    long errors = this.errors.get();
    if (errors > 0) {
      throw new DemoFailedException(
          String.format("%,d %s failed; the first: %s", errors, what, firstError));
    }
  }

  /** With a single writer, an ordered store is all that it takes. */
  private static void addOne(AtomicLong counter) {
    counter.lazySet(counter.getPlain() + 1);
  }
}
