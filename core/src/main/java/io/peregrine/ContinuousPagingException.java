package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;

/** Continuous paging cannot go on, or there is none. Immutable. */
public final class ContinuousPagingException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message what failed, and the remedy
   */
  public ContinuousPagingException(String message) {
    super(message);
  }

  /** A page came that there is no room for. */
  static ContinuousPagingException overflow(Connection connection, long page, int maxQueueSize) {
    return new ContinuousPagingException(
        "Page "
            + page
            + " came from "
            + connection.remoteAddress()
            + " while "
            + maxQueueSize
            + " pages (maxQueueSize) had not been taken yet; the request was cancelled. "
            + (connection.version().hasNextPages()
                ? "The server had been told that there was no room; look for its defect"
                : "Protocol DSE_V1 cannot hold a server back: take pages faster, set"
                    + " maxPagesPerSecond or a larger maxQueueSize, or use servers of version"
                    + " DSE_V2"));
  }

  /** Another page came than the next one. */
  static ContinuousPagingException missing(Connection connection, long next, long other) {
    return new ContinuousPagingException(
        connection.remoteAddress()
            + " sent page "
            + other
            + " in the place of page "
            + next
            + "; execute the statement again");
  }

  /** The queue has been full for too long. */
  static ContinuousPagingException nobodyCame(Connection connection, long page, long millis) {
    return new ContinuousPagingException(
        "Nobody has taken the rows from "
            + connection.remoteAddress()
            + " within "
            + millis
            + " ms of page "
            + page
            + ", the last that there was room for, so that the request was cancelled; take them"
            + " sooner, set a longer timeout, or use continuous().execute(), whose result may rest");
  }
}
