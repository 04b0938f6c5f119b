package io.peregrine;

import java.time.Duration;

/**
 * How a session is to be driven. Immutable: each setting makes another.
 *
 * <p>Without options, a session is driven by the cluster's agents, and any thread may use it.
 */
public final class ConnectOptions {
  private static final ConnectOptions CALLER_RUNS =
      new ConnectOptions(Idle.SELECT, Duration.ofSeconds(60));

  private final Idle idle;
  private final Duration restAfter;

  private ConnectOptions(Idle idle, Duration restAfter) {
    this.idle = idle;
    this.restAfter = restAfter;
  }

  /**
   * A session for the connecting thread alone, which drives it: {@link Session#execute} sends,
   * waits for the socket and reads by itself, and no other thread has to be woken on the way, nor
   * wakes this one. Handlers run on this thread too, within {@code execute} or {@link
   * Session#invoke}, and so do futures complete: nobody completes them while the thread only waits
   * for them.
   *
   * <p>Calls by other threads are refused. What another thread may do is to close the cluster: it
   * ends the session for a thread that is elsewhere, and calls the handlers of what was in flight;
   * a thread that is just waiting for an answer ends it by itself.
   *
   * @return the options, with {@link Idle#SELECT}
   */
  public static ConnectOptions callerRuns() {
    return CALLER_RUNS;
  }

  /**
   * Sets how the thread waits for an answer.
   *
   * @param idle blocking or spinning; {@link Idle#SELECT} by default
   * @return options that differ in this
   */
  public ConnectOptions idle(Idle idle) {
    return new ConnectOptions(idle, restAfter);
  }

  /**
   * Sets how long the thread may stay away. After that, and at the latest after half as long again,
   * the connections are closed, because nobody answers on them; the next call opens them anew, and
   * {@link Session#execute} waits for that.
   *
   * @param time at least a millisecond, or {@link Duration#ZERO} for as long as it likes; 60
   *     seconds by default
   * @return options that differ in this
   */
  public ConnectOptions restAfter(Duration time) {
    if (!time.isZero() && time.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(
          "an absence of " + time + "; at least a millisecond, or zero for any");
    }
    return new ConnectOptions(idle, time);
  }

  Idle idle() {
    return idle;
  }

  long restAfterNanos() {
    return Statement.nanos(restAfter);
  }
}
