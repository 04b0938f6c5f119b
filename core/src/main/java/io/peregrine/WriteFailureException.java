package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.WriteType;
import java.net.InetAddress;
import java.util.Map;

/** Replicas failed to do a write (0x1500); it may have taken effect. Immutable. */
public final class WriteFailureException extends ServerException {
  private static final long serialVersionUID = 1L;

  /** The consistency level that was asked for. */
  private final ConsistencyLevel consistency;

  /** How many replicas have answered. */
  private final int received;

  /** How many answers were needed. */
  private final int required;

  /** How many replicas failed. */
  private final int failures;

  /** Why each of them failed (from version 5 on). */
  private final transient Map<InetAddress, Integer> reasons;

  /** What kind of write it was. */
  private final WriteType writeType;

  WriteFailureException(
      String serverMessage,
      ConsistencyLevel consistency,
      int received,
      int required,
      int failures,
      Map<InetAddress, Integer> reasons,
      WriteType writeType) {
    super(
        ErrorCode.WRITE_FAILURE,
        serverMessage,
        " info={consistency="
            + consistency
            + ", received="
            + received
            + ", required="
            + required
            + ", failures="
            + failures
            + ", reasons="
            + reasons
            + ", writeType="
            + writeType
            + "}");
    this.consistency = consistency;
    this.received = received;
    this.required = required;
    this.failures = failures;
    this.reasons = Map.copyOf(reasons);
    this.writeType = writeType;
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
   * How many replicas failed.
   *
   * @return how many replicas failed
   */
  public int failures() {
    return failures;
  }

  /**
   * Why each of them failed (from version 5 on).
   *
   * @return why each of them failed (from version 5 on)
   */
  public Map<InetAddress, Integer> reasons() {
    return reasons;
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
