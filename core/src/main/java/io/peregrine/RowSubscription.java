package io.peregrine;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many rows a subscriber has asked for, and how it gets them. Any thread may request and
 * cancel.
 *
 * <p>Signals go out one after the other: who finds another thread at it leaves the work to that.
 */
abstract class RowSubscription implements Flow.Subscription {
  private final Flow.Subscriber<? super Row> subscriber;
  private final AtomicLong requested = new AtomicLong();

  /** How many calls want work done; who raises it from 0 does it, for all. */
  private final AtomicInteger calls = new AtomicInteger();

  private volatile boolean cancelled;
  private volatile boolean badRequest;

  /** Used by whoever does the work, one at a time. */
  private boolean over;

  RowSubscription(Flow.Subscriber<? super Row> subscriber) {
    this.subscriber = subscriber;
  }

  /** Tells a subscriber that it has come too late. */
  static void refuse(Flow.Subscriber<? super Row> subscriber) {
    subscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {}

          @Override
          public void cancel() {}
        });
    subscriber.onError(
        new IllegalStateException(
            "The rows have a subscriber already; execute the statement again for another"));
  }

  /** Hands over what can be, and has more come if that is wanted; one thread at a time. */
  abstract void step();

  /** Whether there is a row to hand over now. */
  abstract boolean hasRow();

  /** Takes the row that there is. */
  abstract @Nullable Row takeRow();

  /**
   * The subscriber wants no more. Called by whoever says so, at once: who is at work may be a
   * subscriber that takes long over a row.
   */
  void onCancel() {}

  /** Nothing more is handed over, and none is to come; perhaps not for the first time. */
  abstract void abandon();

  @Override
  public final void request(long n) {
    if (n <= 0) {
      badRequest = true;
    } else {
      requested.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    }
    work();
  }

  @Override
  public final void cancel() {
    cancelled = true;
    onCancel();
    work();
  }

  /** Has the work done, by this thread if no other is at it. */
  final void work() {
    if (calls.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      try {
        workOnce();
      } catch (Throwable t) {
        // A subscriber that throws gets nothing more.
        over = true;
        abandon();
        calls.set(0);
        throw t;
      }
      seen = calls.addAndGet(-seen);
    } while (seen != 0);
  }

  private void workOnce() {
    if (isOver()) {
      abandon();
    } else if (badRequest) {
      fail(new IllegalArgumentException("A request for no rows; request(n) takes 1 or more"));
    } else {
      step();
    }
  }

  /** Hands over the rows that there are, as many as are asked for. */
  final void handOver() {
    long left = requested.get();
    long given = 0;
    while (given < left && !isOver() && hasRow()) {
      Row row = takeRow();
      given++;
      if (row != null) {
        subscriber.onNext(row);
      }
      if (given == left) {
        left = requested.get();
      }
    }
    if (left != Long.MAX_VALUE) {
      requested.addAndGet(-given);
    }
  }

  /** Whether a row is asked for that has not been handed over. */
  final boolean isWanted() {
    return requested.get() > 0;
  }

  /** Whether nothing is to be handed over any more. */
  final boolean isOver() {
    return over || cancelled;
  }

  final void complete() {
    over = true;
    subscriber.onComplete();
  }

  final void fail(Throwable failure) {
    over = true;
    abandon();
    subscriber.onError(failure);
  }
}
