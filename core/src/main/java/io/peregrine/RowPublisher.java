package io.peregrine;

import io.peregrine.conductor.FailedFuture;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one request, for one subscriber. Any thread may subscribe, request and cancel.
 *
 * <p>Signals go out one after the other: who finds another thread at it leaves the work to that.
 */
final class RowPublisher implements Flow.Publisher<Row> {
  private final ResponseFuture first;
  private final AtomicBoolean subscribed = new AtomicBoolean();

  RowPublisher(ResponseFuture first) {
    this.first = first;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Row> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    if (subscribed.compareAndSet(false, true)) {
      RowSubscription subscription = new RowSubscription(subscriber);
      subscriber.onSubscribe(subscription);
      subscription.await(first);
      return;
    }
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

  /** What the subscriber has asked for, and where its rows are taken from. */
  private static final class RowSubscription implements Flow.Subscription {
    private final Flow.Subscriber<? super Row> subscriber;
    private final AtomicLong requested = new AtomicLong();

    /** How many calls want work done; who raises it from 0 does it, for all. */
    private final AtomicInteger calls = new AtomicInteger();

    private volatile boolean cancelled;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable ResultSet arrived;
    private volatile boolean badRequest;

    /** Used by whoever does the work, one at a time. */
    private @Nullable ResultSet page;

    private boolean fetching = true;
    private boolean over;

    private RowSubscription(Flow.Subscriber<? super Row> subscriber) {
      this.subscriber = subscriber;
    }

    private void await(ResponseFuture future) {
      future.whenComplete(
          (result, error) -> {
            if (error == null) {
              arrived = result;
            } else {
              failure = FailedFuture.cause(error);
            }
            work();
          });
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
      cancelled = true;
      work();
    }

    private void work() {
      if (calls.getAndIncrement() != 0) {
        return;
      }
      int seen = 1;
      do {
        try {
          step();
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

    private void step() {
      if (over || cancelled) {
        abandon();
        return;
      }
      if (badRequest) {
        fail(new IllegalArgumentException("A request for no rows; request(n) takes 1 or more"));
        return;
      }
      Throwable failure = this.failure;
      if (failure != null) {
        fail(failure);
        return;
      }
      ResultSet arrived = this.arrived;
      if (arrived != null) {
        this.arrived = null;
        page = arrived;
        fetching = false;
      }
      ResultSet page = this.page;
      if (page != null && !fetching) {
        emit(page);
      }
    }

    private void emit(ResultSet page) {
      long left = requested.get();
      long given = 0;
      while (given < left && page.availableWithoutFetching() > 0) {
        if (cancelled) {
          return;
        }
        Row row = page.one();
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
      if (cancelled || page.availableWithoutFetching() > 0) {
        return;
      }
      if (!page.hasMorePages()) {
        over = true;
        this.page = null;
        subscriber.onComplete();
      } else if (requested.get() > 0) {
        fetching = true;
        await(page.fetchNextPage());
      }
    }

    /** Nothing more is handed over; pages that come by themselves are not to come. */
    private void abandon() {
      ResultSet arrived = this.arrived;
      this.arrived = null;
      if (arrived != null) {
        arrived.abandon();
      }
      ResultSet page = this.page;
      this.page = null;
      if (page != null) {
        page.abandon();
      }
    }

    private void fail(Throwable failure) {
      over = true;
      abandon();
      subscriber.onError(failure);
    }
  }
}
