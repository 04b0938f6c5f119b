package io.peregrine;

import io.peregrine.codec.envelope.ErrorDecoder;

/** Too few replicas answered a read in time (0x1200). Immutable. */
public final class ReadTimeoutException extends ReplicaException {
  private static final long serialVersionUID = 1L;

  /** Whether the replica that was asked for data has answered. */
  private final boolean dataPresent;

  ReadTimeoutException(ErrorDecoder error) {
    super(
        error.code(),
        error.message(),
        error.consistency(),
        error.received(),
        error.blockFor(),
        ", dataPresent=" + error.isDataPresent());
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
