package io.peregrine;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one request in continuous paging, for one subscriber. Any thread may subscribe,
 * request and cancel.
 */
final class ContinuousPublisher implements Flow.Publisher<Row> {
  private final PageStream stream;
  private final AtomicBoolean subscribed = new AtomicBoolean();

  /**
   * @param stream one that awaits who takes its pages
   */
  ContinuousPublisher(PageStream stream) {
    this.stream = stream;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Row> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    if (!subscribed.compareAndSet(false, true)) {
      RowSubscription.refuse(subscriber);
      return;
    }
    stream.want();
    PageSubscription subscription = new PageSubscription(subscriber, stream);
    subscriber.onSubscribe(subscription);
    subscription.work();
  }

  /** Takes rows from the pages of a stream, which come by themselves. */
  private static final class PageSubscription extends RowSubscription {
    private final PageStream stream;
    private volatile boolean waiting;

    /** Used by whoever does the work, one at a time. */
    private ResultPage page = ResultPage.empty();

    private PageSubscription(Flow.Subscriber<? super Row> subscriber, PageStream stream) {
      super(subscriber);
      this.stream = stream;
    }

    @Override
    void step() {
      handOver();
      if (!isOver() && !hasRow()) {
        awaitMore();
      }
    }

    /** Takes the next page if need be. */
    @Override
    boolean hasRow() {
      while (page.rowsLeft() == 0) {
        PageQueue.Arrival next = stream.take();
        if (next == null) {
          return false;
        }
        page = next.rows();
      }
      return true;
    }

    @Override
    @Nullable Row takeRow() {
      return page.nextRow();
    }

    /** There is no row: tells it if there will be none, and waits if one may come. */
    private void awaitMore() {
      PageQueue.End end = stream.queue().end();
      if (end == null) {
        if (!waiting) {
          waiting = true;
          stream.queue().arrival().thenRun(this::onArrival);
        }
      } else if (hasRow()) {
        // What has ended by now has put all of its pages, the last of them perhaps just before.
        step();
      } else if (end.error() != null) {
        fail(end.error());
      } else if (end == PageQueue.COMPLETE) {
        complete();
      }
    }

    private void onArrival() {
      waiting = false;
      work();
    }

    @Override
    void onCancel() {
      stream.cancel();
    }

    @Override
    void abandon() {
      stream.cancel();
      page = ResultPage.empty();
    }
  }
}
