package io.peregrine.conductor;

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
    this.conductor = conductor;
    this.executor = threads ? BlockingCalls::startThread : Runnable::run;
  }

  <T> CompletableFuture<T> call(Supplier<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    executor.execute(
        () -> {
          try {
            T value = call.get();
            conductor.run(() -> result.complete(value));
          } catch (Throwable e) {
            conductor.run(() -> result.completeExceptionally(e));
          }
        });
    return result;
  }

  private static void startThread(Runnable call) {
    Thread thread = new Thread(call, "peregrine-lookup");
    thread.setDaemon(true);
    thread.start();
  }
}
