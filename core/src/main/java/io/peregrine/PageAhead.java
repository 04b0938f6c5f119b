package io.peregrine;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/**
 * The page behind a result's present one, asked for before it is needed. Not thread-safe: it
 * belongs to its result.
 */
final class PageAhead {
  private final RequestRouter router;
  private int rowsLeft;
  private @Nullable ResponseFuture asked;

  PageAhead(RequestRouter router) {
    this.router = router;
  }

  /** Sets how many rows the present page may have left when the next is asked for. */
  void askAt(int rowsLeft) {
    this.rowsLeft = rowsLeft;
  }

  /** So many rows of the page that a future has brought are left, or are about to be. */
  void look(ResultPage page, ResponseFuture future, int left) {
    if (left <= rowsLeft && asked == null && page.hasNext()) {
      asked = router.pages().fetch(page, future.next());
    }
  }

  /** What was asked for, to be waited for by somebody else; null if nothing was. */
  @Nullable ResponseFuture take() {
    ResponseFuture asked = this.asked;
    this.asked = null;
    return asked;
  }

  /** Waits for the page behind one; asks for it if it was not asked for, or nobody was reached. */
  ResultSet await(ResultPage page, ResponseFuture future) {
    ResponseFuture asked = take();
    if (asked == null) {
      return router.pages().fetchAndWait(page, future.next());
    }
    router.begin("Fetching the next page");
    Patience patience = router.patience();
    try {
      return patience.await(asked);
    } catch (DriverException e) {
      if (e instanceof BackPressureException || patience.invokes() && mayHaveLain(e)) {
        return router.pages().fetchAndWait(page, future.next());
      }
      throw e;
    }
  }

  /** Whether a request may have failed only because the application, which drives, let it lie. */
  private static boolean mayHaveLain(DriverException e) {
    return !(e instanceof ServerException || e instanceof DriverInterruptedException);
  }
}
