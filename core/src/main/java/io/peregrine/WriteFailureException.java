package io.peregrine;

import io.peregrine.codec.WriteType;
import io.peregrine.codec.envelope.ErrorDecoder;

/** Replicas failed to do a write (0x1500); it may have taken effect. Immutable. */
public final class WriteFailureException extends ReplicaFailureException {
  private static final long serialVersionUID = 1L;

  /** What kind of write it was. */
  private final WriteType writeType;

  private final String writeTypeName;

  WriteFailureException(ErrorDecoder error) {
    super(error, ", writeType=" + error.writeTypeName());
    this.writeType = error.writeType();
    this.writeTypeName = error.writeTypeName();
  }

  /**
   * What kind of write it was.
   *
   * @return what kind of write it was
   */
  public WriteType writeType() {
    return writeType;
  }

  /**
   * What kind of write it was, as the server says it.
   *
   * @return the type's name, also where it is {@link WriteType#UNKNOWN}
   */
  public String writeTypeName() {
    return writeTypeName;
  }
}
