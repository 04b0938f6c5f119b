package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Calls something that may never return: nobody waits for it without end, and no more than a few
 * threads do. Confined to the conductor's thread; what is called runs on others.
 */
final class BoundedCalls {
  /** So many times what a query may take: a name server may be asked of each node. */
  private static final int MOST_TIMEOUTS = 20;

  /** Each has a thread for as long as it takes, which may be for ever. */
  private static final int MOST_CALLS = 4;

  private final ClusterConductor conductor;
  private final BlockingCalls calls;
  private final String what;
  private final long longestNanos;
  private int underWay;

  /**
   * No calls yet.
   *
   * @param what is called; begins a sentence
   * @param timeoutNanos how long a query of the driver's own may take, in ns
   */
  BoundedCalls(ClusterConductor conductor, BlockingCalls calls, String what, long timeoutNanos) {
    this.conductor = conductor;
    this.calls = calls;
    this.what = what;
    this.longestNanos =
        timeoutNanos > Long.MAX_VALUE / MOST_TIMEOUTS
            ? Long.MAX_VALUE
            : MOST_TIMEOUTS * timeoutNanos;
  }

  /**
   * Calls it.
   *
   * @param call calls it
   * @return what it returns; fails if it throws, if it takes too long, and at once if too many
   *     calls have not returned
   */
  <T> CompletableFuture<T> call(Supplier<T> call) {
    return call(call, late -> {});
  }

  /**
   * Calls it, for who has a use for what comes too late.
   *
   * @param call calls it
   * @param onReturned is told what it returns, however late
   * @return the same; fails if it throws, if it takes too long, and at once if too many calls have
   *     not returned
   */
  <T> CompletableFuture<T> call(Supplier<T> call, Consumer<T> onReturned) {
    if (underWay == MOST_CALLS) {
      return CompletableFuture.failedFuture(
          new DriverException(
              what
                  + " has not returned from any of "
                  + MOST_CALLS
                  + " calls, and is not called again until it does: have it give up sooner"));
    }
    underWay++;
    CompletableFuture<T> inTime = new CompletableFuture<>();
    // A deadline stays with the conductor until it is due, so it must not hold what was returned.
    CompletableFuture<Void> deadline = new CompletableFuture<>();
    deadline.whenComplete(
        (met, late) -> {
          if (late != null) {
            inTime.completeExceptionally(late);
          }
        });
    calls
        .call(call)
        .whenComplete(
            (result, error) -> {
              underWay--;
              if (error == null) {
                onReturned.accept(result);
                inTime.complete(result);
              } else {
                inTime.completeExceptionally(error);
              }
              deadline.complete(null);
            });
    if (longestNanos != Long.MAX_VALUE) {
      conductor.failLater(deadline, longestNanos, this::late);
    }
    return inTime;
  }

  private DriverException late() {
    return new DriverException(
        what
            + " has not returned for "
            + TimeUnit.NANOSECONDS.toMillis(longestNanos)
            + " ms, which is "
            + MOST_TIMEOUTS
            + " times the control connection's timeout: have it give up sooner, or give it more"
            + " time (controlConnectionTimeout)");
  }
}
