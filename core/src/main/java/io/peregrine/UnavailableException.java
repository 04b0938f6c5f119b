package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;

/** Too few replicas are alive (0x1000); nothing was done. Immutable. */
public final class UnavailableException extends ServerException {
  private static final long serialVersionUID = 1L;

  /** The consistency level that was asked for. */
  private final ConsistencyLevel consistency;

  /** How many replicas are needed. */
  private final int required;

  /** How many are alive. */
  private final int alive;

  UnavailableException(
      String serverMessage, ConsistencyLevel consistency, int required, int alive) {
    super(
        ErrorCode.UNAVAILABLE,
        serverMessage,
        " info={consistency=" + consistency + ", required=" + required + ", alive=" + alive + "}");
    this.consistency = consistency;
    this.required = required;
    this.alive = alive;
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
   * How many replicas are needed.
   *
   * @return how many replicas are needed
   */
  public int required() {
    return required;
  }

  /**
   * How many are alive.
   *
   * @return how many are alive
   */
  public int alive() {
    return alive;
  }
}
