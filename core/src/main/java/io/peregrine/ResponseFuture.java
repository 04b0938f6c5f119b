package io.peregrine;

import java.util.concurrent.CompletableFuture;

/**
 * The result of a request that is under way. Any thread may use it.
 *
 * <p>It completes on a thread of the driver, and runs there what was attached to it without an
 * executor: such code must not block. It fails with a {@link io.peregrine.codec.DriverException}.
 * To wait for it on a thread of the driver waits forever; {@link Session#execute} refuses to.
 */
public final class ResponseFuture extends CompletableFuture<ResultSet> {
  private final RequestDefaults defaults;
  private final long timeoutNanos;

  ResponseFuture(RequestDefaults defaults, long timeoutNanos) {
    this.defaults = defaults;
    this.timeoutNanos = timeoutNanos;
  }

  /** What the request has of its profile. */
  RequestDefaults defaults() {
    return defaults;
  }

  long timeoutNanos() {
    return timeoutNanos;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
