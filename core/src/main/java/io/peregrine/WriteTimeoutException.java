package io.peregrine;

import io.peregrine.codec.WriteType;
import io.peregrine.codec.envelope.ErrorDecoder;

/** Too few replicas confirmed a write in time (0x1100); it may have taken effect. Immutable. */
public final class WriteTimeoutException extends ReplicaException {
  private static final long serialVersionUID = 1L;

  /** What kind of write it was. */
  private final WriteType writeType;

  private final String writeTypeName;

  /** How often the conditional write was contended, -1 if not told. */
  private final int contentions;

  WriteTimeoutException(ErrorDecoder error) {
    super(
        error.code(),
        error.message(),
        error.consistency(),
        error.received(),
        error.blockFor(),
        ", writeType=" + error.writeTypeName() + ", contentions=" + error.contentions());
    this.writeType = error.writeType();
    this.writeTypeName = error.writeTypeName();
    this.contentions = error.contentions();
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

  /**
   * How often the conditional write was contended.
   *
   * @return the number, -1 if not told
   */
  public int contentions() {
    return contentions;
  }
}
