package io.peregrine;

import io.peregrine.codec.WriteType;
import io.peregrine.codec.envelope.ErrorDecoder;

/** Replicas failed to do a write (0x1500); it may have taken effect. Immutable. */
public final class WriteFailureException extends ReplicaFailureException {
  private static final long serialVersionUID = 1L;

  /** What kind of write it was. */
  private final WriteType writeType;

  WriteFailureException(ErrorDecoder error) {
    super(error, ", writeType=" + error.writeType());
    this.writeType = error.writeType();
  }

  /**
   * What kind of write it was.
   *
   * @return what kind of write it was
   */
  public WriteType writeType() {
    return writeType;
  }
}
