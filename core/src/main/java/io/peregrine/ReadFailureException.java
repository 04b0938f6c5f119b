package io.peregrine;

import io.peregrine.codec.envelope.ErrorDecoder;

/** Replicas failed to serve a read (0x1300). Immutable. */
public final class ReadFailureException extends ReplicaFailureException {
  private static final long serialVersionUID = 1L;

  /** Whether the replica that was asked for data has answered. */
  private final boolean dataPresent;

  ReadFailureException(ErrorDecoder error) {
    super(error, ", dataPresent=" + error.isDataPresent());
    this.dataPresent = error.isDataPresent();
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
