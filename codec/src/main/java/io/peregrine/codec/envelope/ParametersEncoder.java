package io.peregrine.codec.envelope;

import static io.peregrine.codec.envelope.QueryParameters.NO_NOW;
import static io.peregrine.codec.envelope.QueryParameters.NO_TIMESTAMP;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.UnsupportedFeatureException;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes {@link QueryParameters} (v5 specification, sections 4.1.4 and 4.1.7; DSE specifications,
 * section 4.1.4). Stateless; any thread may use it. Allocates nothing.
 *
 * <p>Lengths check what the version can carry; encoding relies on it.
 */
final class ParametersEncoder {
  static final int FLAG_VALUES = 0x01;
  static final int FLAG_SKIP_METADATA = 0x02;
  static final int FLAG_PAGE_SIZE = 0x04;
  static final int FLAG_PAGING_STATE = 0x08;
  static final int FLAG_SERIAL_CONSISTENCY = 0x10;
  static final int FLAG_TIMESTAMP = 0x20;
  static final int FLAG_NAMES = 0x40;
  static final int FLAG_KEYSPACE = 0x80;
  static final int FLAG_NOW = 0x100;
  static final int FLAG_PAGE_SIZE_IN_BYTES = 0x4000_0000;
  static final int FLAG_CONTINUOUS_PAGING = 0x8000_0000;

  private ParametersEncoder() {}

  static int headerFlags(QueryParameters parameters) {
    int flags = parameters.tracing ? EnvelopeHeaderFlyweight.TRACING : 0;
    return parameters.customPayload == null
        ? flags
        : flags | EnvelopeHeaderFlyweight.CUSTOM_PAYLOAD;
  }

  /** The length of the custom payload that a body begins with, 0 if there is none. */
  static long payloadLength(ProtocolVersion version, QueryParameters parameters) {
    CustomPayload payload = parameters.customPayload;
    if (payload == null) {
      return 0;
    }
    if (!version.hasCustomPayload()) {
      throw new UnsupportedFeatureException(
          "A custom payload", version, ProtocolVersion::hasCustomPayload);
    }
    return payload.length();
  }

  static int putPayload(QueryParameters parameters, MutableDirectBuffer buffer, int position) {
    CustomPayload payload = parameters.customPayload;
    return payload == null ? position : payload.put(buffer, position);
  }

  static void checkKeyspace(ProtocolVersion version, byte @Nullable [] keyspace) {
    if (keyspace != null && !version.hasRequestKeyspace()) {
      throw new UnsupportedFeatureException(
          "A keyspace per request", version, ProtocolVersion::hasRequestKeyspace);
    }
  }

  /** The length of what stands behind the text of QUERY and the ids of EXECUTE. */
  static long encodedLength(ProtocolVersion version, QueryParameters parameters) {
    checkPaging(version, parameters);
    long length = 0;
    if (parameters.valuesCount > 0) {
      length += 2L + parameters.valuesLength;
    }
    if (parameters.pageSize > 0) {
      length += 4;
    }
    byte[] pagingState = parameters.pagingState;
    if (pagingState != null) {
      length += Notation.bytesLength(pagingState);
    }
    if (parameters.continuous) {
      length += continuousLength(version);
    }
    return length + batchLength(version, parameters);
  }

  static int encode(
      ProtocolVersion version, QueryParameters parameters, MutableDirectBuffer buffer, int offset) {
    int position = Notation.putShort(buffer, offset, parameters.consistency.code());
    position = putFlags(version, queryFlags(parameters), buffer, position);
    int valuesCount = parameters.valuesCount;
    if (valuesCount > 0) {
      position = Notation.putShort(buffer, position, valuesCount);
      position =
          Notation.putRegion(
              buffer,
              position,
              parameters.values,
              parameters.valuesOffset,
              parameters.valuesLength);
    }
    if (parameters.pageSize > 0) {
      position = Notation.putInt(buffer, position, parameters.pageSize);
    }
    byte[] pagingState = parameters.pagingState;
    if (pagingState != null) {
      position = Notation.putBytes(buffer, position, pagingState);
    }
    position = putTail(parameters, buffer, position);
    if (parameters.continuous) {
      position = Notation.putInt(buffer, position, parameters.maxPages);
      position = Notation.putInt(buffer, position, parameters.pagesPerSecond);
      if (version.hasNextPages()) {
        position = Notation.putInt(buffer, position, parameters.nextPages);
      }
    }
    return position;
  }

  /** The length of what stands behind the children of BATCH. */
  static long batchLength(ProtocolVersion version, QueryParameters parameters) {
    byte[] keyspace = parameters.keyspace;
    checkKeyspace(version, keyspace);
    long length = 2 + flagsLength(version);
    if (parameters.serialConsistency != null) {
      length += 2;
    }
    if (parameters.timestamp != NO_TIMESTAMP) {
      length += 8;
    }
    if (keyspace != null) {
      length += Notation.shortBytesLength("keyspace", keyspace);
    }
    if (parameters.nowInSeconds != NO_NOW) {
      if (!version.hasNowInSeconds()) {
        throw new UnsupportedFeatureException(
            "nowInSeconds", version, ProtocolVersion::hasNowInSeconds);
      }
      length += 4;
    }
    return length;
  }

  static int encodeBatch(
      ProtocolVersion version, QueryParameters parameters, MutableDirectBuffer buffer, int offset) {
    int position = Notation.putShort(buffer, offset, parameters.consistency.code());
    position = putFlags(version, tailFlags(parameters), buffer, position);
    return putTail(parameters, buffer, position);
  }

  /** How many bytes of an encoded QUERY or EXECUTE stand behind its timestamp. */
  static int lengthAfterTimestamp(ProtocolVersion version, QueryParameters parameters) {
    int length = parameters.nowInSeconds == NO_NOW ? 0 : 4;
    byte[] keyspace = parameters.keyspace;
    if (keyspace != null) {
      length += 2 + keyspace.length;
    }
    return parameters.continuous ? length + continuousLength(version) : length;
  }

  /** Bytes of the flags: they grew from a {@code [byte]} to an {@code [int]}. */
  static int flagsLength(ProtocolVersion version) {
    return version.hasIntFlags() ? 4 : 1;
  }

  private static int putFlags(
      ProtocolVersion version, int flags, MutableDirectBuffer buffer, int position) {
    return version.hasIntFlags()
        ? Notation.putInt(buffer, position, flags)
        : Notation.putByte(buffer, position, flags);
  }

  private static int continuousLength(ProtocolVersion version) {
    return version.hasNextPages() ? 12 : 8;
  }

  private static void checkPaging(ProtocolVersion version, QueryParameters parameters) {
    boolean continuous = parameters.continuous;
    if (continuous && !version.hasContinuousPaging()) {
      throw new UnsupportedFeatureException(
          "Continuous paging", version, ProtocolVersion::hasContinuousPaging);
    }
    if (continuous && parameters.nextPages > 0 && !version.hasNextPages()) {
      throw new UnsupportedFeatureException(
          "A number of next pages", version, ProtocolVersion::hasNextPages);
    }
    if (parameters.pageSizeInBytes && !continuous) {
      throw new UnsupportedFeatureException(
          "A page size in bytes without continuous paging",
          version,
          "ask for continuous paging, in which DSE alone takes it, or count rows");
    }
  }

  private static int queryFlags(QueryParameters parameters) {
    int flags = tailFlags(parameters);
    if (parameters.valuesCount > 0) {
      flags |= parameters.namedValues ? FLAG_VALUES | FLAG_NAMES : FLAG_VALUES;
    }
    if (parameters.skipMetadata) {
      flags |= FLAG_SKIP_METADATA;
    }
    if (parameters.pageSize > 0) {
      flags |= FLAG_PAGE_SIZE;
      flags |= parameters.pageSizeInBytes ? FLAG_PAGE_SIZE_IN_BYTES : 0;
    }
    if (parameters.pagingState != null) {
      flags |= FLAG_PAGING_STATE;
    }
    return parameters.continuous ? flags | FLAG_CONTINUOUS_PAGING : flags;
  }

  private static int tailFlags(QueryParameters parameters) {
    int flags = 0;
    if (parameters.serialConsistency != null) {
      flags |= FLAG_SERIAL_CONSISTENCY;
    }
    if (parameters.timestamp != NO_TIMESTAMP) {
      flags |= FLAG_TIMESTAMP;
    }
    if (parameters.keyspace != null) {
      flags |= FLAG_KEYSPACE;
    }
    if (parameters.nowInSeconds != NO_NOW) {
      flags |= FLAG_NOW;
    }
    return flags;
  }

  /** What ends QUERY, EXECUTE and BATCH alike. */
  private static int putTail(QueryParameters parameters, MutableDirectBuffer buffer, int offset) {
    int position = offset;
    ConsistencyLevel serial = parameters.serialConsistency;
    if (serial != null) {
      position = Notation.putShort(buffer, position, serial.code());
    }
    long timestamp = parameters.timestamp;
    if (timestamp != NO_TIMESTAMP) {
      position = Notation.putLong(buffer, position, timestamp);
    }
    byte[] keyspace = parameters.keyspace;
    if (keyspace != null) {
      position = Notation.putShortBytes(buffer, position, keyspace);
    }
    if (parameters.nowInSeconds != NO_NOW) {
      position = Notation.putInt(buffer, position, parameters.nowInSeconds);
    }
    return position;
  }
}
