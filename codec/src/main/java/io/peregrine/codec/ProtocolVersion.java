package io.peregrine.codec;

import org.jspecify.annotations.Nullable;

/**
 * A version of the native protocol that the driver speaks. Immutable; any thread may use it.
 *
 * <p>What a version can carry is asked of it feature by feature, never by its number: DataStax
 * Enterprise (DSE) has a line of versions of its own, which branched off while v5 was a draft. The
 * constants stand in the order of their numbers, which is not one of abilities.
 */
public enum ProtocolVersion {
  /** Version 3: Cassandra 2.1 and later. Envelopes stand on the socket directly. */
  V3(3),
  /** Version 4: Cassandra 2.2 and later. Envelopes stand on the socket directly. */
  V4(4),
  /** Version 5: Cassandra 4.0 and later. Envelopes travel in checksummed frames. */
  V5(5),
  /** Version 6: not final; what is encoded in it has the beta flag. Otherwise as version 5. */
  V6(6),
  /** DSE version 1: DSE 5.1 and later. Envelopes stand on the socket directly. */
  DSE_V1(0x41),
  /** DSE version 2: DSE 6.0 and later. Envelopes stand on the socket directly. */
  DSE_V2(0x42);

  private static final int DSE_BIT = 0x40;

  private final int code;

  ProtocolVersion(int code) {
    this.code = code;
  }

  /**
   * The number that stands in an envelope's first byte.
   *
   * @return 3 to 6, 0x41 or 0x42
   */
  public int code() {
    return code;
  }

  /**
   * Whether envelopes travel in frames once the handshake is over (v5 specification, section 2).
   *
   * @return true for v5 and v6
   */
  public boolean isFramed() {
    return this == V5 || this == V6;
  }

  /**
   * Whether the version is not final, so that servers want the beta flag in each envelope.
   *
   * @return true for v6
   */
  public boolean isBeta() {
    return this == V6;
  }

  /**
   * Whether only DataStax Enterprise speaks it.
   *
   * @return true for DSE_V1 and DSE_V2
   */
  public boolean isDse() {
    return (code & DSE_BIT) != 0;
  }

  /**
   * Whether a value can be unset: left as it is by a write.
   *
   * @return false for v3
   */
  public boolean hasUnset() {
    return this != V3;
  }

  /**
   * Whether a request can have a custom payload.
   *
   * @return false for v3
   */
  public boolean hasCustomPayload() {
    return this != V3;
  }

  /**
   * Whether PREPARED says which variables make up the partition key.
   *
   * @return false for v3
   */
  public boolean hasPartitionKeyIndexes() {
    return this != V3;
  }

  /**
   * Whether the flags of QUERY, EXECUTE and BATCH are an {@code [int]}, not a {@code [byte]}.
   *
   * @return false for v3 and v4
   */
  public boolean hasIntFlags() {
    return this != V3 && this != V4;
  }

  /**
   * Whether an error says of each replica that failed why it did, not only how many failed.
   *
   * @return false for v3 and v4
   */
  public boolean hasReasonMap() {
    return this != V3 && this != V4;
  }

  /**
   * Whether PREPARED, EXECUTE and rows identify the result's columns, so that a change of them is
   * noticed.
   *
   * @return true for v5, v6 and DSE_V2
   */
  public boolean hasResultMetadataId() {
    return hasRequestKeyspace();
  }

  /**
   * Whether QUERY, EXECUTE, BATCH and PREPARE can name the keyspace that they are meant for.
   *
   * @return true for v5, v6 and DSE_V2
   */
  public boolean hasRequestKeyspace() {
    return this == V5 || this == V6 || this == DSE_V2;
  }

  /**
   * Whether PREPARE has flags.
   *
   * @return true for v5, v6 and DSE_V2
   */
  public boolean hasPrepareFlags() {
    return hasRequestKeyspace();
  }

  /**
   * Whether QUERY, EXECUTE and BATCH can tell the server what to take for "now".
   *
   * @return true for v5 and v6
   */
  public boolean hasNowInSeconds() {
    return isFramed();
  }

  /**
   * Whether a write timeout of a conditional write says how often it met another one.
   *
   * @return true for v5 and v6
   */
  public boolean hasContentions() {
    return isFramed();
  }

  /**
   * Whether one request can be answered by many pages in a row, and cancelled.
   *
   * @return true for DSE_V1 and DSE_V2
   */
  public boolean hasContinuousPaging() {
    return isDse();
  }

  /**
   * Whether the client of continuous paging says how many pages it can take right now.
   *
   * @return true for DSE_V2
   */
  public boolean hasNextPages() {
    return this == DSE_V2;
  }

  /**
   * The version to try if a server refuses this one. A version that is not final is never it.
   *
   * @return the next one of DSE_V2, DSE_V1, v5, v4, v3; null after the last
   */
  public @Nullable ProtocolVersion lower() {
    return switch (this) {
      case DSE_V2 -> DSE_V1;
      case DSE_V1, V6 -> V5;
      case V5 -> V4;
      case V4 -> V3;
      case V3 -> null;
    };
  }

  /**
   * The version with a given number.
   *
   * @param code an envelope's version number, without the direction bit
   * @return the version, or null if the driver does not speak it
   */
  public static @Nullable ProtocolVersion ofCode(int code) {
    return switch (code) {
      case 3 -> V3;
      case 4 -> V4;
      case 5 -> V5;
      case 6 -> V6;
      case 0x41 -> DSE_V1;
      case 0x42 -> DSE_V2;
      default -> null;
    };
  }
}
