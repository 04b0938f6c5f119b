package io.peregrine.codec.envelope;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.UnsupportedFeatureException;
import org.agrona.DirectBuffer;

/**
 * Refuses unset values in versions that have none: v3 would take them for null, and delete what
 * they were to leave alone. Stateless; any thread may use it. Allocates nothing.
 */
final class UnsetValues {
  private static final int UNSET = -2;

  private UnsetValues() {}

  /** Costs nothing in versions that have unset values; in others it steps over all values. */
  static void check(
      ProtocolVersion version,
      DirectBuffer values,
      int offset,
      int length,
      int count,
      boolean named) {
    if (!version.hasUnset()) {
      walk(version, values, offset, length, count, named);
    }
  }

  static void check(ProtocolVersion version, QueryParameters parameters) {
    check(
        version,
        parameters.values,
        parameters.valuesOffset,
        parameters.valuesLength,
        parameters.valuesCount,
        parameters.namedValues);
  }

  private static void walk(
      ProtocolVersion version,
      DirectBuffer values,
      int offset,
      int length,
      int count,
      boolean named) {
    values.boundsCheck(offset, length);
    int end = offset + length;
    int position = offset;
    for (int i = 0; i < count; i++) {
      if (named) {
        int nameAt = after(position, 2, offset, end);
        position = after(nameAt, values.getShort(position, BIG_ENDIAN) & 0xFFFF, offset, end);
      }
      int valueAt = after(position, 4, offset, end);
      int valueLength = values.getInt(position, BIG_ENDIAN);
      if (valueLength == UNSET) {
        throw new UnsupportedFeatureException(
            "Value " + i + ", which is unset,", version, ProtocolVersion::hasUnset);
      }
      position = after(valueAt, Math.max(0, valueLength), offset, end);
    }
  }

  private static int after(int position, int length, int offset, int end) {
    if (length > end - position) {
      throw new MalformedMessageException(
          "request, values",
          position - offset,
          length + " bytes are needed, " + (end - position) + " are left");
    }
    return position + length;
  }
}
