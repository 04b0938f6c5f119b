package io.peregrine.fuzz.wire;

import com.datastax.oss.protocol.internal.ProtocolConstants;
import io.peregrine.codec.ProtocolVersion;

/**
 * What the specifications say that each version can do, written down a second time so that the
 * codec is not asked about itself. Stateless.
 */
final class Features {
  private static final int V5 = ProtocolConstants.Version.V5;
  private static final int DSE_V1 = 0x41;
  private static final int DSE_V2 = 0x42;

  private Features() {}

  static boolean isDse(ProtocolVersion version) {
    return version.code() >= DSE_V1;
  }

  /** Unset values, custom payloads, warnings, key indexes in PREPARED, the small number types. */
  static boolean isV4OrLater(ProtocolVersion version) {
    return version.code() >= 4;
  }

  static boolean hasDuration(ProtocolVersion version) {
    return version.code() >= V5;
  }

  /** Result metadata ids, a keyspace in every request, flags in PREPARE. */
  static boolean hasKeyspacePerRequest(ProtocolVersion version) {
    return version.code() >= V5 && version.code() != DSE_V1;
  }

  static boolean hasNow(ProtocolVersion version) {
    return version.code() >= V5 && !isDse(version);
  }

  static boolean hasReasonMap(ProtocolVersion version) {
    return version.code() >= V5;
  }

  /** How often a conditional write met another one, in its timeout. */
  static boolean hasContentions(ProtocolVersion version) {
    return version.code() >= V5 && !isDse(version);
  }

  static boolean isBeta(ProtocolVersion version) {
    return version.code() == ProtocolConstants.Version.V6;
  }

  static boolean isFramed(ProtocolVersion version) {
    return version.code() >= V5 && !isDse(version);
  }

  static ProtocolVersion version(Choices choices) {
    return choices.of(ProtocolVersion.values());
  }
}
