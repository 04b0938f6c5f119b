package io.peregrine.conductor;

import io.peregrine.ClusterClosedException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What the conductor was asked and has not answered yet. Any thread may use it; answers come on the
 * conductor's thread, and if that has ended, on the asking one.
 */
final class PendingAnswers {
  private final ClusterConductor conductor;
  private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();

  PendingAnswers(ClusterConductor conductor) {
    this.conductor = conductor;
    conductor.ended().thenRun(this::failPending);
  }

  /** Does something on the conductor's thread; once that has ended, it fails. */
  <T> CompletableFuture<T> ask(Supplier<CompletableFuture<T>> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    pending.add(answer);
    answer.whenComplete((result, error) -> pending.remove(answer));
    conductor.run(
        () -> {
          CompletableFuture<T> done;
          try {
            done = task.get();
          } catch (Throwable e) {
            done = CompletableFuture.failedFuture(e);
          }
          done.whenComplete(
              (result, error) -> {
                if (error == null) {
                  answer.complete(result);
                } else {
                  answer.completeExceptionally(FailedFuture.cause(error));
                }
              });
        });
    if (conductor.ended().isDone()) {
      failPending();
    }
    return answer;
  }

  private void failPending() {
    for (CompletableFuture<?> answer : pending) {
      answer.completeExceptionally(
          new ClusterClosedException("The cluster was closed; build a new one"));
    }
  }
}
