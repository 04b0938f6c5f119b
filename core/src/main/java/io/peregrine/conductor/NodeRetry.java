package io.peregrine.conductor;

import io.peregrine.policy.ReconnectionPolicy;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When a node is tried again that is down. Confined to the conductor's thread. */
final class NodeRetry {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRetry.class);

  private final ClusterConductor conductor;
  private final ReconnectionPolicy reconnection;
  private final ClusterNode node;
  private ReconnectionPolicy.@Nullable Schedule schedule;

  NodeRetry(ClusterConductor conductor, ReconnectionPolicy reconnection, ClusterNode node) {
    this.conductor = conductor;
    this.reconnection = reconnection;
    this.node = node;
  }

  /** What was to be done later is not, and the next delay is the first one of a schedule. */
  void forget() {
    schedule = null;
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
