package io.peregrine.conductor;

import io.peregrine.policy.ReconnectionPolicy;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When a node is tried again that is down. Confined to the conductor's thread. */
final class NodeRetry {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRetry.class);

  /** As long as the longest delay of the standard schedule: accounts are locked for less. */
  private static final long REFUSAL_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final ClusterConductor conductor;
  private final ReconnectionPolicy reconnection;
  private final ClusterNode node;
  private ReconnectionPolicy.@Nullable Schedule schedule;
  private boolean refused;
  private long refusedAt;

  NodeRetry(ClusterConductor conductor, ReconnectionPolicy reconnection, ClusterNode node) {
    this.conductor = conductor;
    this.reconnection = reconnection;
    this.node = node;
  }

  /** What was to be done later is not, and the next delay is the first one of a schedule. */
  void forget() {
    schedule = null;
  }

  /** The node could not be connected to, or not by one more connection. */
  void onFailed(Throwable cause) {
    if (ConnectFailure.isAuthentication(cause)) {
      refused = true;
      refusedAt = conductor.nanoTime();
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
    return refused && conductor.nanoTime() - refusedAt < REFUSAL_NANOS;
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
}
