package io.peregrine.codec;

import org.jspecify.annotations.Nullable;

/**
 * A version of the native protocol that the driver speaks. Immutable; any thread may use it.
 *
 * <p>The constants stand in ascending order, so {@link #compareTo} orders them by age.
 */
public enum ProtocolVersion {
  /** Version 4: Cassandra 2.2 and later. Envelopes stand on the socket directly. */
  V4(4),
  /** Version 5: Cassandra 4.0 and later. Envelopes travel in checksummed frames. */
  V5(5);

  private final int code;

  ProtocolVersion(int code) {
    this.code = code;
  }

  /**
   * The number that stands in an envelope's first byte.
   *
   * @return 4 or 5
   */
  public int code() {
    return code;
  }

  /**
   * Whether envelopes travel in frames once the handshake is over (v5 specification, section 2).
   *
   * @return true from version 5 on
   */
  public boolean isFramed() {
    return this == V5;
  }

  /**
   * The next older version that the driver speaks.
   *
   * @return the older version, or null if this is the oldest
   */
  public @Nullable ProtocolVersion lower() {
    return this == V5 ? V4 : null;
  }

  /**
   * The version with a given number.
   *
   * @param code an envelope's version number, without the direction bit
   * @return the version, or null if the driver does not speak it
   */
  public static @Nullable ProtocolVersion ofCode(int code) {
    switch (code) {
      case 4:
        return V4;
      case 5:
        return V5;
      default:
        return null;
    }
  }
}
