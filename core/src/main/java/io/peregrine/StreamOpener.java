package io.peregrine;

import io.peregrine.io.Offer;

/**
 * Offers statements in continuous paging. Any thread may use it, unless the session belongs to one.
 */
final class StreamOpener {
  private final RequestRouter router;

  StreamOpener(RequestRouter router) {
    this.router = router;
  }

  /**
   * Offers a statement whose pages are waited for, and waits for room to do so if need be.
   *
   * @param begin when the request was made
   */
  PageStream insist(Statement<?> statement, ContinuousPagingOptions options, long begin) {
    RequestDefaults defaults = statement.settings().defaults(router.profiles());
    PageStream stream = stream(statement, options, statement.settings().timeoutNanos(defaults));
    try (ContinuousRequest request = new ContinuousRequest(statement, options, defaults)) {
      long timeout = stream.timeoutNanos();
      long result = request.offer(router, stream, timeout);
      if (result != Offer.ACCEPTED) {
        router.insist(result, begin, timeout, left -> request.offer(router, stream, left));
      }
    }
    return stream;
  }

  /** Offers a statement whose pages may be asked for later, or never. Never waits. */
  PageStream open(Statement<?> statement, ContinuousPagingOptions options) {
    RequestDefaults defaults = statement.settings().defaults(router.profiles());
    PageStream stream = stream(statement, options, statement.settings().timeoutNanos(defaults));
    stream.awaitTaker();
    try (ContinuousRequest request = new ContinuousRequest(statement, options, defaults)) {
      long result = request.offer(router, stream, stream.timeoutNanos());
      if (result != Offer.ACCEPTED) {
        stream.queue().end(new PageQueue.End(router.refusal(result)));
      }
    }
    return stream;
  }

  /**
   * Offers a statement whose answer, or first page if its profile has reads streamed, goes to a
   * future, within the time that is left for it.
   */
  long offer(Statement<?> statement, ResponseFuture future, long timeoutNanos) {
    RequestDefaults defaults = future.defaults();
    ContinuousPagingOptions options = defaults.continuousPaging();
    if (options == null
        || !statement.isRead()
        || statement.settings().pageSize(defaults) == 0
        || defaults.decoder() != null) {
      return router.offer(statement, future, timeoutNanos);
    }
    PageStream stream = stream(statement, options, future.timeoutNanos());
    stream.awaitTaker();
    try (ContinuousRequest request = new ContinuousRequest(statement, options, defaults)) {
      long result = request.offer(router, stream, timeoutNanos);
      if (result == Offer.ACCEPTED) {
        new StreamedPages(router, stream).fetch(future);
      }
      return result;
    }
  }

  private PageStream stream(
      Statement<?> statement, ContinuousPagingOptions options, long timeoutNanos) {
    return new PageStream(router, statement, options, timeoutNanos);
  }
}
