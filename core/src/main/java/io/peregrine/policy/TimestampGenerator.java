package io.peregrine.policy;

/**
 * Says when a write counts as written: of two writes of one cell the one with the later timestamp
 * stands. Any thread may call it, many at once.
 *
 * <p>It is asked once for each request that is sent with a timestamp and has none of its own, on
 * the thread that offers the request; it must neither block nor allocate.
 */
@FunctionalInterface
public interface TimestampGenerator {
  /** The answer that leaves the timestamp to the coordinator. */
  long NONE = Long.MIN_VALUE;

  /**
   * The timestamp of one request.
   *
   * @return microseconds since 1970-01-01T00:00Z, or {@link #NONE}
   */
  long next();
}
