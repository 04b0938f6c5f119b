package io.peregrine;

import io.peregrine.codec.ErrorCode;

/**
 * The server does not know the prepared statement (0x2500), and preparing it again did not help.
 * Immutable.
 */
public final class UnpreparedException extends ServerException {
  private static final long serialVersionUID = 1L;

  /** The id of the statement. */
  private final byte[] statementId;

  UnpreparedException(String serverMessage, byte[] statementId) {
    super(ErrorCode.UNPREPARED, serverMessage);
    this.statementId = statementId.clone();
  }

  /**
   * The id of the statement.
   *
   * @return the id of the statement
   */
  public byte[] statementId() {
    return statementId.clone();
  }
}
