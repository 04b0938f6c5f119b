package io.peregrine;

import io.peregrine.io.Offer;

/**
 * Asks for the pages behind the first. Any thread may use it, unless the session belongs to one.
 */
final class PageFetcher {
  private final RequestRouter router;

  PageFetcher(RequestRouter router) {
    this.router = router;
  }

  /** Asks for the page after one. */
  ResponseFuture fetch(ResultPage page, ResponseFuture future) {
    StreamedPages streamed = page.behind();
    if (streamed != null) {
      return streamed.fetch(future);
    }
    router.access().isOwner();
    try {
      long result = offer(page, new RawRequest(page.nextRequest()), future, page.timeoutNanos());
      if (result != Offer.ACCEPTED) {
        future.completeExceptionally(router.refusal(result));
      }
    } catch (RuntimeException e) {
      // A policy of the user's may throw, and nobody is called here but who has the future.
      future.completeExceptionally(e);
    }
    return future;
  }

  /** Asks for the page after one and waits for it, and for room to ask if need be. */
  ResultSet fetchAndWait(ResultPage page, ResponseFuture future) {
    long begin = router.begin("Fetching the next page");
    StreamedPages streamed = page.behind();
    if (streamed != null) {
      return router.patience().await(streamed.fetch(future));
    }
    RawRequest request = new RawRequest(page.nextRequest());
    long timeout = page.timeoutNanos();
    long result = offer(page, request, future, timeout);
    if (result != Offer.ACCEPTED) {
      router.insist(result, begin, timeout, left -> offer(page, request, future, left));
    }
    return router.patience().await(future);
  }

  private long offer(
      ResultPage page, RawRequest request, ResponseFuture future, long timeoutNanos) {
    return router.offer(
        Itinerary.again(future),
        request,
        null,
        future,
        page.pinned(),
        0,
        future.firstTimeout(timeoutNanos));
  }
}
