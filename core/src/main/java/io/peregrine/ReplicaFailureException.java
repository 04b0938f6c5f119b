package io.peregrine;

import io.peregrine.codec.envelope.ErrorDecoder;
import java.net.InetAddress;
import java.util.Map;

/** Replicas failed, rather than being slow. Immutable. */
public abstract sealed class ReplicaFailureException extends ReplicaException
    permits ReadFailureException, WriteFailureException {
  private static final long serialVersionUID = 1L;

  /** How many replicas failed. */
  private final int failures;

  /** Why each of them failed. */
  private final transient Map<InetAddress, Integer> reasons;

  ReplicaFailureException(ErrorDecoder error, String moreFields) {
    super(
        error.code(),
        error.message(),
        error.consistency(),
        error.received(),
        error.blockFor(),
        ", failures=" + error.failureCount() + ", reasons=" + error.reasonMap() + moreFields);
    this.failures = error.failureCount();
    this.reasons = Map.copyOf(error.reasonMap());
  }

  /**
   * How many replicas failed.
   *
   * @return at least 0
   */
  public int failures() {
    return failures;
  }

  /**
   * Why each of them failed.
   *
   * @return the reason code of each replica; empty before protocol version 5
   */
  public Map<InetAddress, Integer> reasons() {
    return reasons;
  }
}
