package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;

/** Too few replicas answered a read in time (0x1200). Immutable. */
public final class ReadTimeoutException extends ServerException {
  private static final long serialVersionUID = 1L;

  /** The consistency level that was asked for. */
  private final ConsistencyLevel consistency;

  /** How many replicas have answered. */
  private final int received;

  /** How many answers were needed. */
  private final int required;

  /** Whether the replica that was asked for data has answered. */
  private final boolean dataPresent;

  ReadTimeoutException(
      String serverMessage,
      ConsistencyLevel consistency,
      int received,
      int required,
      boolean dataPresent) {
    super(
        ErrorCode.READ_TIMEOUT,
        serverMessage,
        " info={consistency="
            + consistency
            + ", received="
            + received
            + ", required="
            + required
            + ", dataPresent="
            + dataPresent
            + "}");
    this.consistency = consistency;
    this.received = received;
    this.required = required;
    this.dataPresent = dataPresent;
  }

  /**
   * The consistency level that was asked for.
   *
   * @return the consistency level that was asked for
   */
  public ConsistencyLevel consistency() {
    return consistency;
  }

  /**
   * How many replicas have answered.
   *
   * @return how many replicas have answered
   */
  public int received() {
    return received;
  }

  /**
   * How many answers were needed.
   *
   * @return how many answers were needed
   */
  public int required() {
    return required;
  }

  /**
   * Whether the replica that was asked for data has answered.
   *
   * @return whether the replica that was asked for data has answered
   */
  public boolean isDataPresent() {
    return dataPresent;
  }
}
