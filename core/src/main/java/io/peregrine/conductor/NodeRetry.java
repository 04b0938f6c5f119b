package io.peregrine.conductor;

import io.peregrine.policy.ReconnectionPolicy;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When a node is tried again that is down. Confined to the conductor's thread. */
final class NodeRetry {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRetry.class);

  /** As long as the longest delay of the standard schedule: accounts are locked for less. */
  private static final long REFUSAL_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** How often it is looked whether this client logs in with something else. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ClusterConductor conductor;
  private final ReconnectionPolicy reconnection;
  private final LongSupplier credentials;
  private final ClusterNode node;
  private ReconnectionPolicy.@Nullable Schedule schedule;

  /** Waits for other credentials, unless it is another one by then. */
  private @Nullable Runnable waiting;

  private long triedWith;
  private boolean refused;
  private long refusedAt;
  private long refusedWith;

  /**
   * @param credentials how often what this client logs in with has changed
   */
  NodeRetry(
      ClusterConductor conductor,
      ReconnectionPolicy reconnection,
      LongSupplier credentials,
      ClusterNode node) {
    this.conductor = conductor;
    this.reconnection = reconnection;
    this.credentials = credentials;
    this.node = node;
  }

  /** What was to be done later is not, and the next delay is the first one of a schedule. */
  void forget() {
    schedule = null;
    waiting = null;
  }

  /** The node is being tried. */
  void onTrying() {
    triedWith = credentials();
  }

  /** The node could not be connected to when it was tried. */
  void onTriedInVain(Throwable cause) {
    onFailed(cause, triedWith);
  }

  /** A connection to the node could not be opened, or was lost. */
  void onFailed(Throwable cause) {
    onFailed(cause, credentials());
  }

  private void onFailed(Throwable cause, long with) {
    if (ConnectFailure.isAuthentication(cause)) {
      refused = true;
      refusedAt = conductor.nanoTime();
      refusedWith = with;
    }
  }

  /** The node lets this client in. */
  void onConnected() {
    refused = false;
  }

  /**
   * Whether the node did not let this client in, not long ago: the same credentials again and again
   * would have the account locked, so it takes more to try again than that others are tried.
   */
  boolean isRefused() {
    return refused
        && conductor.nanoTime() - refusedAt < REFUSAL_NANOS
        && credentials() == refusedWith;
  }

  private long credentials() {
    return GuardedPolicies.call(credentials::getAsLong, refusedWith);
  }

  /**
   * Tries the node when the next delay is over, if there is one.
   *
   * @param cause why it could not be reached now
   * @param attempt tries it, unless all is forgotten until then
   */
  void later(Throwable cause, Runnable attempt) {
    if (ConnectFailure.isAuthentication(cause)) {
      LOG.warn("{} is not tried again, because it does not let this client in", node);
      schedule = null;
      awaitOtherCredentials(attempt);
      return;
    }
    ReconnectionPolicy.Schedule schedule = this.schedule;
    if (schedule == null) {
      schedule = reconnection.newSchedule();
      this.schedule = schedule;
    }
    long delay = schedule.nextDelayNanos();
    if (delay < 0) {
      LOG.warn("{} is not tried again, until the cluster says that it is up", node);
      return;
    }
    LOG.info("{} is tried again in {} ms", node, TimeUnit.NANOSECONDS.toMillis(delay));
    ReconnectionPolicy.Schedule mine = schedule;
    conductor.runLater(
        delay,
        () -> {
          if (this.schedule == mine) {
            attempt.run();
          }
        });
  }

  private void awaitOtherCredentials(Runnable attempt) {
    Runnable mine =
        () -> {
          if (credentials() == refusedWith) {
            awaitOtherCredentials(attempt);
          } else {
            waiting = null;
            attempt.run();
          }
        };
    waiting = mine;
    conductor.runLater(
        LOOK_NANOS,
        () -> {
          if (waiting == mine) {
            mine.run();
          }
        });
  }
}
