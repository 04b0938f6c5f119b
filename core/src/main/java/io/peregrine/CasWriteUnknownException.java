package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;

/** It is unknown whether a conditional write took effect (0x1700). Immutable. */
public final class CasWriteUnknownException extends ServerException {
  private static final long serialVersionUID = 1L;

  /** The consistency level that was asked for. */
  private final ConsistencyLevel consistency;

  /** How many replicas have answered. */
  private final int received;

  /** How many answers were needed. */
  private final int required;

  CasWriteUnknownException(
      String serverMessage, ConsistencyLevel consistency, int received, int required) {
    super(
        ErrorCode.CAS_WRITE_UNKNOWN,
        serverMessage,
        " info={consistency="
            + consistency
            + ", received="
            + received
            + ", required="
            + required
            + "}");
    this.consistency = consistency;
    this.received = received;
    this.required = required;
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
}
