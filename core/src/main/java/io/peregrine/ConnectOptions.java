package io.peregrine;

import io.peregrine.io.Nanos;
import io.peregrine.policy.TimestampGenerator;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a session is to be opened and driven. Immutable: each setting makes another.
 *
 * <p>Without options, a session is driven by the cluster's agents, any thread may use it, and it is
 * open as soon as one node is connected.
 */
public final class ConnectOptions {
  private static final ConnectOptions DEFAULTS =
      new ConnectOptions(false, Idle.SELECT, Duration.ZERO, false, null);
  private static final ConnectOptions CALLER_RUNS =
      new ConnectOptions(true, Idle.SELECT, Duration.ofSeconds(60), false, null);

  private final boolean callerRuns;
  private final Idle idle;
  private final Duration restAfter;
  private final boolean waitsForAll;
  private final @Nullable TimestampGenerator timestamps;

  private ConnectOptions(
      boolean callerRuns,
      Idle idle,
      Duration restAfter,
      boolean waitsForAll,
      @Nullable TimestampGenerator timestamps) {
    this.callerRuns = callerRuns;
    this.idle = idle;
    this.restAfter = restAfter;
    this.waitsForAll = waitsForAll;
    this.timestamps = timestamps;
  }

  /**
   * A session like one without options, to begin with.
   *
   * @return the options
   */
  public static ConnectOptions defaults() {
    return DEFAULTS;
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
   * Sets whether connecting waits for all nodes: until each is connected to, or could not be. That
   * takes twice the connect timeout at the most.
   *
   * @param waits false by default: one connected node is enough
   * @return options that differ in this
   */
  public ConnectOptions waitForAllPools(boolean waits) {
    return new ConnectOptions(callerRuns, idle, restAfter, waits, timestamps);
  }

  /**
   * Sets how the thread of a caller-runs session waits for an answer.
   *
   * @param idle blocking or spinning; {@link Idle#SELECT} by default
   * @return options that differ in this
   * @throws IllegalStateException if these are not options of {@link #callerRuns}
   */
  public ConnectOptions idle(Idle idle) {
    checkCallerRuns("idle(...)");
    return new ConnectOptions(true, idle, restAfter, waitsForAll, timestamps);
  }

  /**
   * Sets how long the thread of a caller-runs session may stay away. After that, and at the latest
   * after half as long again, the connections are closed, because nobody answers on them; the next
   * call opens them anew, and {@link Session#execute} waits for that.
   *
   * @param time at least a millisecond, or {@link Duration#ZERO} for as long as it likes; 60
   *     seconds by default
   * @return options that differ in this
   * @throws IllegalStateException if these are not options of {@link #callerRuns}
   */
  public ConnectOptions restAfter(Duration time) {
    checkCallerRuns("restAfter(...)");
    if (!time.isZero() && time.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(
          "an absence of " + time + "; at least a millisecond, or zero for any");
    }
    return new ConnectOptions(true, idle, time, waitsForAll, timestamps);
  }

  /**
   * Sets what gives this session's timestamps, in the place of {@link
   * ClusterBuilder#timestampGenerator}. Where {@link ClusterBuilder#useClientTimestamp} is off, it
   * is not asked.
   *
   * @param generator gives them
   * @return options that differ in this
   */
  public ConnectOptions timestampGenerator(TimestampGenerator generator) {
    Objects.requireNonNull(generator, "generator");
    return new ConnectOptions(callerRuns, idle, restAfter, waitsForAll, generator);
  }

  private void checkCallerRuns(String setting) {
    if (!callerRuns) {
      throw new IllegalStateException(
          setting
              + " is for a session that its thread drives; begin with ConnectOptions.callerRuns(),"
              + " or set the idle mode of the cluster's agents by ClusterBuilder.idle(...)");
    }
  }

  /** What gives the session's timestamps, if it is not the cluster that does. */
  @Nullable TimestampGenerator timestamps() {
    return timestamps;
  }

  boolean isCallerRuns() {
    return callerRuns;
  }

  boolean waitsForAll() {
    return waitsForAll;
  }

  Idle idle() {
    return idle;
  }

  long restAfterNanos() {
    return Nanos.of(restAfter);
  }
}
