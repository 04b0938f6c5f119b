package io.peregrine;

import io.peregrine.codec.DriverException;

/** The driver cannot take the request now: a ring or every connection is full. Immutable. */
public final class BackPressureException extends DriverException {
  private static final long serialVersionUID = 1L;

  private final int queuedBytes;
  private final int queueCapacity;
  private final int inFlight;

  /**
   * An error with its message.
   *
   * @param message what failed, and the remedy
   * @param queuedBytes how many bytes of requests waited in the fullest ring
   * @param queueCapacity how many bytes fit into it
   * @param inFlight how many requests were under way on the session's connections
   */
  public BackPressureException(String message, int queuedBytes, int queueCapacity, int inFlight) {
    super(message);
    this.queuedBytes = queuedBytes;
    this.queueCapacity = queueCapacity;
    this.inFlight = inFlight;
  }

  /**
   * How many bytes of requests waited between the application and the selector agent.
   *
   * @return 0 to {@link #queueCapacity()}; of the fullest ring if there are several agents
   */
  public int queuedBytes() {
    return queuedBytes;
  }

  /**
   * How many bytes of requests may wait there.
   *
   * @return a power of two
   */
  public int queueCapacity() {
    return queueCapacity;
  }

  /**
   * How many requests were under way, those included that have timed out and whose answers have not
   * come yet.
   *
   * @return at least 0; on all connections that could have taken the request
   */
  public int inFlight() {
    return inFlight;
  }
}
