package io.peregrine.io;

/**
 * What becomes of a request that is offered, and how long its answer may take: see {@link
 * Connection#offer}. Constants only.
 */
public final class Offer {
  /** The request is on its way; its handler will be called. */
  public static final long ACCEPTED = 0;

  /** The ring is full, or too many large requests are under way: try again. */
  public static final long BACK_PRESSURED = -1;

  /** So many requests are in flight on the connection as may be: try another, or again. */
  public static final long BUSY = -2;

  /** The connection is not ready, or lost. */
  public static final long NOT_CONNECTED = -3;

  /** The agent is closed. */
  public static final long CLOSED = -4;

  /** The deadline of a request that waits as long as it takes. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  /** The timeout of a request that waits as long as it takes. */
  public static final long NO_TIMEOUT = 0;

  private Offer() {}
}
