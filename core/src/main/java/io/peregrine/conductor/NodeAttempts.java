package io.peregrine.conductor;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tries whether nodes can be reached, no more of them at once than the gate lets in, and each by
 * one attempt at a time. Confined to the conductor's thread.
 */
final class NodeAttempts {
  private final AttemptGate gate;
  private final Predicate<NodeEntry> isKnown;
  private final Function<NodeEntry, CompletableFuture<Void>> openPools;
  private final BiConsumer<NodeEntry, @Nullable Throwable> onAttempted;
  private @Nullable NodeWarmUp warmUp;

  /**
   * No attempts yet, and none before {@link #warmUp}.
   *
   * @param isKnown whether a node still belongs to the cluster
   * @param openPools has sessions connect to a node that is warm
   * @param onAttempted is told whether that was done, or why not
   */
  NodeAttempts(
      AttemptGate gate,
      Predicate<NodeEntry> isKnown,
      Function<NodeEntry, CompletableFuture<Void>> openPools,
      BiConsumer<NodeEntry, @Nullable Throwable> onAttempted) {
    this.gate = gate;
    this.isKnown = isKnown;
    this.openPools = openPools;
    this.onAttempted = onAttempted;
  }

  /** From now on nodes can be tried. */
  void warmUp(NodeWarmUp warmUp) {
    this.warmUp = warmUp;
  }

  /**
   * Tries a node, unless it is ignored; if it is being tried, once more if that fails.
   *
   * @return done when it is known whether it can be reached
   */
  CompletableFuture<Void> attempt(NodeEntry entry) {
    CompletableFuture<Void> underWay = entry.attempt();
    if (underWay != null) {
      entry.tryAgain();
      return underWay;
    }
    NodeWarmUp warmUp = this.warmUp;
    if (warmUp == null || entry.isIgnored()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> attempt = entry.beginAttempt();
    gate.enter(
        pass ->
            CompletableFuture.<Void>completedFuture(null)
                .thenCompose(begun -> ready(entry, warmUp, pass::heard))
                .thenCompose(ready -> openPools.apply(entry))
                .whenComplete(
                    (open, error) -> {
                      pass.leave();
                      onAttempted.accept(entry, error);
                      attempt.complete(null);
                    }));
    return attempt;
  }

  /** A node may have left while it waited for its turn. */
  private CompletableFuture<Void> ready(NodeEntry entry, NodeWarmUp warmUp, Runnable onConnected) {
    if (!isKnown.test(entry)) {
      return CompletableFuture.completedFuture(null);
    }
    entry.retry().onTrying();
    return warmUp.warmUp(entry.node(), onConnected);
  }
}
