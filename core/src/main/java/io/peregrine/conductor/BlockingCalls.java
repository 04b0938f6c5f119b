package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Runs what may wait, such as a name server's answer, where nobody else has to. Any thread may use
 * it; results come on the conductor's thread.
 */
final class BlockingCalls {
  private final ClusterConductor conductor;
  private final Executor executor;

  /**
   * Calls that go to threads which end with them.
   *
   * @param conductor gets the results
   * @param threads whether there may be threads; without them, the caller waits
   */
  BlockingCalls(ClusterConductor conductor, boolean threads) {
    this(conductor, threads ? BlockingCalls::startThread : Runnable::run);
  }

  /**
   * Calls that somebody else runs.
   *
   * @param conductor gets the results
   * @param executor runs the calls; may throw if it cannot
   */
  BlockingCalls(ClusterConductor conductor, Executor executor) {
    this.conductor = conductor;
    this.executor = executor;
  }

  /**
   * Calls something.
   *
   * @return what it returns; fails if it throws, or if there is no thread for it
   */
  <T> CompletableFuture<T> call(Supplier<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      executor.execute(() -> complete(result, call));
    } catch (Throwable e) {
      // A process may have as many threads as it can, for a while; who waits for this has to know.
      conductor.run(
          () ->
              result.completeExceptionally(
                  new DriverException(
                      "A thread for what may block could not be started: " + e, e)));
    }
    return result;
  }

  private <T> void complete(CompletableFuture<T> result, Supplier<T> call) {
    try {
      T value = call.get();
      conductor.run(() -> result.complete(value));
    } catch (Throwable e) {
      conductor.run(() -> result.completeExceptionally(e));
    }
  }

  private static void startThread(Runnable call) {
    Thread thread = new Thread(call, "peregrine-lookup");
    thread.setDaemon(true);
    thread.start();
  }
}
