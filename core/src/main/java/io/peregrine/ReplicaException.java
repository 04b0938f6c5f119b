package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;

/** Too few replicas did what was asked of them. Immutable. */
public abstract sealed class ReplicaException extends ServerException
    permits ReadTimeoutException,
        WriteTimeoutException,
        CasWriteUnknownException,
        ReplicaFailureException {
  private static final long serialVersionUID = 1L;

  /** The consistency level that was asked for. */
  private final ConsistencyLevel consistency;

  /** How many replicas have answered. */
  private final int received;

  /** How many answers were needed. */
  private final int required;

  ReplicaException(
      int code,
      String serverMessage,
      ConsistencyLevel consistency,
      int received,
      int required,
      String moreFields) {
    super(
        code,
        serverMessage,
        " info={consistency="
            + consistency
            + ", received="
            + received
            + ", required="
            + required
            + moreFields
            + "}");
    this.consistency = consistency;
    this.received = received;
    this.required = required;
  }

  /**
   * The consistency level that was asked for.
   *
   * @return the level
   */
  public ConsistencyLevel consistency() {
    return consistency;
  }

  /**
   * How many replicas have answered.
   *
   * @return at least 0
   */
  public int received() {
    return received;
  }

  /**
   * How many answers were needed.
   *
   * @return at least 0
   */
  public int required() {
    return required;
  }
}
