package io.peregrine.conductor;

import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import io.peregrine.codec.DriverException;
import io.peregrine.policy.ConvictionPolicy;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one node beyond what it shows, and whether it is being tried. Confined to the
 * conductor's thread.
 */
final class NodeEntry {
  private final ClusterNode node;
  private final ConvictionPolicy conviction;
  private final NodeRetry retry;
  private @Nullable CompletableFuture<Void> attempt;
  private boolean again;
  private boolean swept;

  NodeEntry(ClusterNode node, ConvictionPolicy conviction, NodeRetry retry) {
    this.node = node;
    this.conviction = conviction;
    this.retry = retry;
  }

  ClusterNode node() {
    return node;
  }

  NodeRetry retry() {
    return retry;
  }

  boolean isIgnored() {
    return node.distance() == NodeDistance.IGNORED;
  }

  /** Whether somebody has to find out if it can be reached, before anything is sent to it. */
  boolean isToBeTried() {
    return node.state() != NodeState.UP && !isIgnored();
  }

  /** Whether it counts as down after this. */
  boolean isConvictedBy(DriverException cause) {
    return ConnectFailure.isAuthentication(cause)
        || conviction.addFailure(ConnectFailure.forPolicies(cause));
  }

  /** It is up: what it is blamed for is forgotten. */
  void absolve() {
    swept = false;
    retry.forget();
    conviction.reset();
  }

  /** The attempt that is under way, or null if none is; done when its result is known. */
  @Nullable CompletableFuture<Void> attempt() {
    return attempt;
  }

  CompletableFuture<Void> beginAttempt() {
    CompletableFuture<Void> attempt = new CompletableFuture<>();
    this.attempt = attempt;
    return attempt;
  }

  /** The attempt that is under way may come too early: there is to be another if it fails. */
  void tryAgain() {
    again = true;
  }

  /** All nodes are being tried that are not up, and so is this one. */
  void sweep() {
    swept = attempt != null;
  }

  /** Whether the attempt that is under way is there because all such nodes are being tried. */
  boolean isSwept() {
    return attempt != null && swept;
  }

  /**
   * No attempt is under way any more.
   *
   * @return whether another one was asked for meanwhile
   */
  boolean endAttempt() {
    boolean again = this.again;
    this.again = false;
    swept &= again;
    attempt = null;
    return again;
  }
}
