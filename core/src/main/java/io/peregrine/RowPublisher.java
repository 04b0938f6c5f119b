package io.peregrine;

import io.peregrine.conductor.FailedFuture;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The rows of one request, for one subscriber. Any thread may subscribe, request and cancel. */
final class RowPublisher implements Flow.Publisher<Row> {
  private final ResponseFuture first;
  private final AtomicBoolean subscribed = new AtomicBoolean();

  RowPublisher(ResponseFuture first) {
    this.first = first;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Row> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    if (!subscribed.compareAndSet(false, true)) {
      RowSubscription.refuse(subscriber);
      return;
    }
    ResultSubscription subscription = new ResultSubscription(subscriber);
    subscriber.onSubscribe(subscription);
    subscription.await(first);
  }

  /** Takes rows from results, and asks for the next one when the rows before it are taken. */
  private static final class ResultSubscription extends RowSubscription {
    private volatile @Nullable Throwable failure;
    private volatile @Nullable ResultSet arrived;

    /** Used by whoever does the work, one at a time. */
    private @Nullable ResultSet page;

    private boolean fetching = true;

    private ResultSubscription(Flow.Subscriber<? super Row> subscriber) {
      super(subscriber);
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
    void step() {
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
      if (page == null || fetching) {
        return;
      }
      handOver();
      if (isOver() || hasRow()) {
        return;
      }
      if (!page.hasMorePages()) {
        this.page = null;
        complete();
      } else if (isWanted()) {
        fetching = true;
        await(page.fetchNextPage());
      }
    }

    @Override
    boolean hasRow() {
      ResultSet page = this.page;
      return page != null && page.availableWithoutFetching() > 0;
    }

    @Override
    @Nullable Row takeRow() {
      ResultSet page = this.page;
      return page == null ? null : page.one();
    }

    /** Pages that come by themselves are not to come. */
    @Override
    void abandon() {
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
  }
}
