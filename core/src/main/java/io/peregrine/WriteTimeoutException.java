package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.WriteType;

/** Too few replicas confirmed a write in time (0x1100); it may have taken effect. Immutable. */
public final class WriteTimeoutException extends ServerException {
  private static final long serialVersionUID = 1L;

  /** The consistency level that was asked for. */
  private final ConsistencyLevel consistency;

  /** How many replicas have answered. */
  private final int received;

  /** How many answers were needed. */
  private final int required;

  /** What kind of write it was. */
  private final WriteType writeType;

  /** How often the conditional write was contended, -1 if not told. */
  private final int contentions;

  WriteTimeoutException(
      String serverMessage,
      ConsistencyLevel consistency,
      int received,
      int required,
      WriteType writeType,
      int contentions) {
    super(
        ErrorCode.WRITE_TIMEOUT,
        serverMessage,
        " info={consistency="
            + consistency
            + ", received="
            + received
            + ", required="
            + required
            + ", writeType="
            + writeType
            + ", contentions="
            + contentions
            + "}");
    this.consistency = consistency;
    this.received = received;
    this.required = required;
    this.writeType = writeType;
    this.contentions = contentions;
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
   * What kind of write it was.
   *
   * @return what kind of write it was
   */
  public WriteType writeType() {
    return writeType;
  }

  /**
   * How often the conditional write was contended, -1 if not told.
   *
   * @return how often the conditional write was contended, -1 if not told
   */
  public int contentions() {
    return contentions;
  }
}
