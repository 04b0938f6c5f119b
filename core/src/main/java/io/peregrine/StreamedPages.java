package io.peregrine;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a stream behind some page, for a result that goes on to the next one when it is
 * asked to. Any thread may use it.
 */
final class StreamedPages {
  private final RequestRouter router;
  private final PageStream stream;

  /** What waits for the next page, or has it: a stream brings each page once. */
  private final AtomicReference<@Nullable ResponseFuture> next = new AtomicReference<>();

  StreamedPages(RequestRouter router, PageStream stream) {
    this.router = router;
    this.stream = stream;
  }

  /**
   * Gives the next page to a future, when it is here.
   *
   * @return that future, or the one that was given here before
   */
  ResponseFuture fetch(ResponseFuture future) {
    ResponseFuture first = next.compareAndExchange(null, future);
    if (first != null) {
      return first;
    }
    await(future);
    return future;
  }

  /** Nobody wants the pages behind this one: the server is told. */
  void cancel() {
    stream.cancel();
  }

  private void await(ResponseFuture future) {
    // In this order: what has ended by now has put all of its pages.
    PageQueue.End end = stream.queue().end();
    PageQueue.Arrival arrival = stream.take();
    if (arrival != null) {
      ResultPage page = arrival.rows();
      page.behind(arrival.isLast() ? null : new StreamedPages(router, stream));
      complete(future, page, arrival.info());
    } else if (end == null) {
      stream.queue().arrival().thenRun(() -> await(future));
    } else if (end.error() != null) {
      future.completeExceptionally(end.error());
    } else {
      complete(future, ResultPage.empty(), stream.info().last());
    }
  }

  private void complete(ResponseFuture future, ResultPage page, ExecutionInfo info) {
    future.streamed(info);
    future.complete(new ResultSet(page, router, future));
  }
}
