package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link QueryTraceReader} reads a trace. Immutable: each setting makes another.
 *
 * @see QueryTraceReader#read(java.util.UUID, TraceOptions)
 */
public final class TraceOptions {
  private static final TraceOptions DEFAULTS =
      new TraceOptions(true, null, ConsistencyLevel.LOCAL_ONE, true);

  /** Whether the session says how long to wait. */
  private final boolean bySession;

  private final @Nullable Duration maxWait;
  private final ConsistencyLevel consistency;
  private final boolean waitForComplete;

  private TraceOptions(
      boolean bySession,
      @Nullable Duration maxWait,
      ConsistencyLevel consistency,
      boolean waitForComplete) {
    this.bySession = bySession;
    this.maxWait = maxWait;
    this.consistency = consistency;
    this.waitForComplete = waitForComplete;
  }

  /**
   * Waits until the trace is complete, as long as {@link QueryTraceReader#maxWait} says, and reads
   * with LOCAL_ONE.
   *
   * @return the options
   */
  public static TraceOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets how long to wait.
   *
   * @param maxWait the time, or null to wait without limit; that of the session by default
   * @return options that differ in this
   * @throws IllegalArgumentException if it is not positive
   */
  public TraceOptions maxWait(@Nullable Duration maxWait) {
    checkMaxWait(maxWait);
    return new TraceOptions(false, maxWait, consistency, waitForComplete);
  }

  /**
   * Sets how many replicas of the trace are asked.
   *
   * @param consistency LOCAL_ONE by default
   * @return options that differ in this
   */
  public TraceOptions consistency(ConsistencyLevel consistency) {
    return new TraceOptions(
        bySession, maxWait, Objects.requireNonNull(consistency, "consistency"), waitForComplete);
  }

  /**
   * Sets whether to wait until the trace is complete.
   *
   * @param waitForComplete true by default; false takes what there is, as soon as there is anything
   * @return options that differ in this
   */
  public TraceOptions waitForComplete(boolean waitForComplete) {
    return new TraceOptions(bySession, maxWait, consistency, waitForComplete);
  }

  static void checkMaxWait(@Nullable Duration maxWait) {
    if (maxWait != null && (maxWait.isNegative() || maxWait.isZero())) {
      throw new IllegalArgumentException(
          "a wait of " + maxWait + " for a trace; give a positive one, or null for no limit");
    }
  }

  /** These, in a session that waits so long; null for without limit. */
  TraceOptions in(@Nullable Duration maxTraceWait) {
    return bySession ? maxWait(maxTraceWait) : this;
  }

  @Nullable Duration maxWait() {
    return maxWait;
  }

  ConsistencyLevel consistency() {
    return consistency;
  }

  boolean waitsForComplete() {
    return waitForComplete;
  }
}
