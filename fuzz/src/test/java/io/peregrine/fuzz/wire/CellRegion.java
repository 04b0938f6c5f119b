package io.peregrine.fuzz.wire;

import io.peregrine.codec.ProtocolVersion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Generated values of a request, as bytes and as the independent codec reads them. Immutable.
 *
 * @param bytes the values back to back, each with its length, names before them if they have names
 * @param cells the values; null for none and for not set, which the independent codec reads alike
 * @param named the values by their names; empty if they have none
 */
record CellRegion(byte[] bytes, List<ByteBuffer> cells, Map<String, ByteBuffer> named) {
  static CellRegion of(Choices choices, ProtocolVersion version, int max) {
    return of(choices, version, max, false);
  }

  static CellRegion of(Choices choices, ProtocolVersion version, int max, boolean withNames) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<ByteBuffer> cells = new ArrayList<>();
    Map<String, ByteBuffer> named = new LinkedHashMap<>();
    for (int i = choices.rarely(32) ? choices.below(300) : choices.below(max + 1); i > 0; i--) {
      if (withNames) {
        String name = choices.text() + i;
        byte[] utf8 = RequestLaw.utf8(name);
        out.writeBytes(ByteBuffer.allocate(2).putShort((short) utf8.length).array());
        out.writeBytes(utf8);
        named.put(name, value(choices, version, out));
        cells.add(named.get(name));
      } else {
        cells.add(value(choices, version, out));
      }
    }
    return new CellRegion(out.toByteArray(), cells, named);
  }

  private static @Nullable ByteBuffer value(
      Choices choices, ProtocolVersion version, ByteArrayOutputStream out) {
    switch (choices.below(8)) {
      case 6:
        out.writeBytes(ByteBuffer.allocate(4).putInt(-1).array());
        return null;
      case 7:
        if (Features.isV4OrLater(version)) {
          out.writeBytes(ByteBuffer.allocate(4).putInt(-2).array());
          return null;
        }
        break;
      default:
        break;
    }
    byte[] value = choices.blob(choices.rarely(20) ? 2000 : 20);
    out.writeBytes(ByteBuffer.allocate(4).putInt(value.length).array());
    out.writeBytes(value);
    return ByteBuffer.wrap(value);
  }

  /** That they stand in the envelope as they are, so that none and not set differ. */
  void checkIn(byte[] envelope) {
    for (int at = 0; at <= envelope.length - bytes.length; at++) {
      if (Arrays.equals(envelope, at, at + bytes.length, bytes, 0, bytes.length)) {
        return;
      }
    }
    throw new AssertionError("the values are not in the envelope");
  }

  DirectBuffer buffer() {
    return new UnsafeBuffer(bytes);
  }

  int length() {
    return bytes.length;
  }
}
