package io.peregrine;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The rows of one request in continuous paging, for one subscriber. Any thread may subscribe,
 * request and cancel.
 *
 * <p>Signals go out one after the other: who finds another thread at it leaves the work to that.
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
    PageSubscription subscription = new PageSubscription(subscriber);
    if (subscribed.compareAndSet(false, true)) {
      stream.want();
      subscriber.onSubscribe(subscription);
      subscription.work();
      return;
    }
    subscription.over = true;
    subscriber.onSubscribe(subscription);
    subscriber.onError(
        new IllegalStateException(
            "The rows have a subscriber already; execute the statement again for another"));
  }

  /** What the subscriber has asked for, and the page that its rows are taken from. */
  private final class PageSubscription implements Flow.Subscription {
    private final Flow.Subscriber<? super Row> subscriber;
    private final AtomicLong requested = new AtomicLong();

    /** How many calls want work done; who raises it from 0 does it, for all. */
    private final AtomicInteger calls = new AtomicInteger();

    private volatile boolean badRequest;
    private volatile boolean waiting;

    /** Used by whoever does the work, one at a time. */
    private ResultPage page = ResultPage.empty();

    private volatile boolean over;

    private PageSubscription(Flow.Subscriber<? super Row> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        badRequest = true;
      } else {
        requested.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
      }
      work();
    }

    @Override
    public void cancel() {
      if (!over) {
        over = true;
        stream.cancel();
      }
    }

    private void work() {
      if (calls.getAndIncrement() != 0) {
        return;
      }
      int seen = 1;
      do {
        try {
          if (!over) {
            step();
          }
        } catch (Throwable t) {
          // A subscriber that throws gets nothing more.
          cancel();
          calls.set(0);
          throw t;
        }
        seen = calls.addAndGet(-seen);
      } while (seen != 0);
    }

    private void step() {
      if (badRequest) {
        cancel();
        subscriber.onError(
            new IllegalArgumentException("A request for no rows; request(n) takes 1 or more"));
        return;
      }
      while (!over && hasRow()) {
        if (requested.get() == 0) {
          return;
        }
        Row row = page.nextRow();
        requested.accumulateAndGet(1, (a, b) -> a == Long.MAX_VALUE ? a : a - b);
        if (row != null) {
          subscriber.onNext(row);
        }
      }
    }

    /** Whether there is a row; if there will be none it is told, and if one may come waited for. */
    private boolean hasRow() {
      while (page.rowsLeft() == 0) {
        // In this order: what has ended by now has put all of its pages.
        PageQueue.End end = stream.queue().end();
        PageQueue.Arrival next = stream.take();
        if (next != null) {
          page = next.rows();
        } else {
          if (end != null) {
            end(end);
          } else if (!waiting) {
            waiting = true;
            stream.queue().arrival().thenRun(this::onArrival);
          }
          return false;
        }
      }
      return true;
    }

    private void onArrival() {
      waiting = false;
      work();
    }

    private void end(PageQueue.End end) {
      over = true;
      if (end.error() != null) {
        subscriber.onError(end.error());
      } else if (end == PageQueue.COMPLETE) {
        subscriber.onComplete();
      }
    }
  }
}
