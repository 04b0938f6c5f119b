package io.peregrine.codec.envelope;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Turns a request for one page into the request for the next one, by putting a paging state into a
 * finished QUERY or EXECUTE envelope. Stateless; any thread may use it. Allocates nothing.
 *
 * <p>Every other byte stays what it was, the stream id included; only the flag and the body's
 * length change along.
 */
public final class PagingStateSplicer {
  private PagingStateSplicer() {}

  /**
   * The length of the envelope with the paging state.
   *
   * @param request where the envelope is
   * @param offset where it begins
   * @param length how many bytes it has, header included
   * @param pagingState the state that came with the last page
   * @return bytes, header included
   * @throws io.peregrine.codec.DriverException if the request is not a whole, uncompressed QUERY or
   *     EXECUTE envelope in a version that the driver speaks, or if it gets too large
   */
  public static int splicedLength(
      DirectBuffer request, int offset, int length, byte[] pagingState) {
    int end = checkedEnd(request, offset, length);
    int flagsAt = flagsPosition(request, offset, end);
    int stateAt = statePosition(request, offset, flagsAt, end);
    return splicedLength(length, stateLength(request, offset, flagsAt, stateAt, end), pagingState);
  }

  /**
   * Writes the envelope with the paging state.
   *
   * @param request where the envelope is
   * @param offset where it begins
   * @param length how many bytes it has, header included
   * @param pagingState the state that came with the last page
   * @param target where to write; must not overlap the request
   * @param targetOffset where it begins there
   * @return its length
   * @throws io.peregrine.codec.DriverException as {@link #splicedLength} does
   */
  public static int splice(
      DirectBuffer request,
      int offset,
      int length,
      byte[] pagingState,
      MutableDirectBuffer target,
      int targetOffset) {
    int end = checkedEnd(request, offset, length);
    int flagsAt = flagsPosition(request, offset, end);
    int stateAt = statePosition(request, offset, flagsAt, end);
    int oldLength = stateLength(request, offset, flagsAt, stateAt, end);
    int splicedLength = splicedLength(length, oldLength, pagingState);

    int before = stateAt - offset;
    int position = Notation.putRegion(target, targetOffset, request, offset, before);
    position = Notation.putBytes(target, position, pagingState);
    int rest = stateAt + oldLength;
    Notation.putRegion(target, position, request, rest, end - rest);

    // The paging flag is among the lowest eight, which are the last byte in every version.
    int lowFlags = targetOffset + flagsAt - offset + flagsLength(request, offset) - 1;
    target.putByte(
        lowFlags, (byte) (target.getByte(lowFlags) | ParametersEncoder.FLAG_PAGING_STATE));
    target.putInt(
        targetOffset + EnvelopeHeaderFlyweight.BODY_LENGTH_OFFSET,
        splicedLength - EnvelopeHeaderFlyweight.HEADER_LENGTH,
        BIG_ENDIAN);
    return splicedLength;
  }

  private static int splicedLength(int length, int oldLength, byte[] pagingState) {
    long body = (long) length - EnvelopeHeaderFlyweight.HEADER_LENGTH - oldLength;
    return Notation.envelopeLength(body + Notation.bytesLength(pagingState));
  }

  static int checkedEnd(DirectBuffer request, int offset, int length) {
    request.boundsCheck(offset, length);
    if (length < EnvelopeHeaderFlyweight.HEADER_LENGTH) {
      throw malformed("envelope header", offset, offset, "only " + length + " bytes are there");
    }
    int flags = EnvelopeHeaderFlyweight.flags(request, offset);
    int bodyLength = EnvelopeHeaderFlyweight.bodyLength(request, offset);
    if (EnvelopeHeaderFlyweight.isResponse(request, offset)) {
      throw malformed("version", offset, offset, "not a request");
    }
    version(request, offset);
    if ((flags & EnvelopeHeaderFlyweight.COMPRESSED) != 0) {
      throw malformed("flags", offset, offset, "the body is compressed");
    }
    if (bodyLength != length - EnvelopeHeaderFlyweight.HEADER_LENGTH) {
      throw malformed(
          "body length", offset, offset, bodyLength + " does not go with " + length + " bytes");
    }
    return offset + length;
  }

  private static ProtocolVersion version(DirectBuffer request, int offset) {
    int code = EnvelopeHeaderFlyweight.version(request, offset);
    ProtocolVersion version = ProtocolVersion.ofCode(code);
    if (version == null) {
      throw malformed("version", offset, offset, code + " is none that this driver speaks");
    }
    return version;
  }

  /** Steps over the custom payload, if there is one. */
  static int queryPosition(DirectBuffer request, int offset, int end) {
    int position = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    if ((EnvelopeHeaderFlyweight.flags(request, offset) & EnvelopeHeaderFlyweight.CUSTOM_PAYLOAD)
        != 0) {
      int entries = shortAt(request, offset, position, end);
      position += 2;
      for (int i = 0; i < entries; i++) {
        position = afterShortBytes(request, offset, position, end);
        position = afterBytes(request, offset, position, end);
      }
    }
    return position;
  }

  /** Steps over what QUERY and EXECUTE begin with, up to the flags. */
  static int flagsPosition(DirectBuffer request, int offset, int end) {
    int position = queryPosition(request, offset, end);
    int opcode = EnvelopeHeaderFlyweight.opcode(request, offset);
    if (opcode == Opcode.QUERY) {
      position = afterBytes(request, offset, position, end);
    } else if (opcode == Opcode.EXECUTE) {
      position = afterShortBytes(request, offset, position, end);
      if (version(request, offset).hasResultMetadataId()) {
        position = afterShortBytes(request, offset, position, end);
      }
    } else {
      throw malformed("opcode", offset, offset, Opcode.name(opcode) + " has no pages");
    }
    return after(2, "consistency", offset, position, end);
  }

  /** Steps over the statements of a BATCH, up to its consistency. */
  static int batchConsistencyPosition(DirectBuffer request, int offset, int end) {
    int position = after(1, "batch type", offset, queryPosition(request, offset, end), end);
    int statements = shortAt(request, offset, position, end);
    position += 2;
    for (int i = 0; i < statements; i++) {
      boolean isPrepared = request.getByte(after(1, "kind", offset, position, end) - 1) != 0;
      position++;
      position =
          isPrepared
              ? afterShortBytes(request, offset, position, end)
              : afterBytes(request, offset, position, end);
      int values = shortAt(request, offset, position, end);
      position += 2;
      for (int j = 0; j < values; j++) {
        position = afterBytes(request, offset, position, end);
      }
    }
    after(2, "consistency", offset, position, end);
    return position;
  }

  /** Steps from the flags to where the paging state is, or would be. */
  static int statePosition(DirectBuffer request, int offset, int flagsAt, int end) {
    int position = after(flagsLength(request, offset), "flags", offset, flagsAt, end);
    int flags = lowFlags(request, offset, flagsAt);
    if ((flags & ParametersEncoder.FLAG_VALUES) != 0) {
      boolean named = (flags & ParametersEncoder.FLAG_NAMES) != 0;
      int count = shortAt(request, offset, position, end);
      position += 2;
      for (int i = 0; i < count; i++) {
        if (named) {
          position = afterShortBytes(request, offset, position, end);
        }
        position = afterBytes(request, offset, position, end);
      }
    }
    if ((flags & ParametersEncoder.FLAG_PAGE_SIZE) != 0) {
      position = after(4, "page size", offset, position, end);
    }
    return position;
  }

  /** How many bytes the present paging state takes, its length field included. */
  private static int stateLength(
      DirectBuffer request, int offset, int flagsAt, int stateAt, int end) {
    if ((lowFlags(request, offset, flagsAt) & ParametersEncoder.FLAG_PAGING_STATE) == 0) {
      return 0;
    }
    return afterBytes(request, offset, stateAt, end) - stateAt;
  }

  static int flagsLength(DirectBuffer request, int offset) {
    return ParametersEncoder.flagsLength(version(request, offset));
  }

  static int lowFlags(DirectBuffer request, int offset, int flagsAt) {
    return request.getByte(flagsAt + flagsLength(request, offset) - 1) & 0xFF;
  }

  private static int shortAt(DirectBuffer request, int offset, int position, int end) {
    after(2, "count or length", offset, position, end);
    return request.getShort(position, BIG_ENDIAN) & 0xFFFF;
  }

  private static int afterShortBytes(DirectBuffer request, int offset, int position, int end) {
    int length = shortAt(request, offset, position, end);
    return after(length, "[string] or [short bytes]", offset, position + 2, end);
  }

  private static int afterBytes(DirectBuffer request, int offset, int position, int end) {
    int from = after(4, "length", offset, position, end);
    int length = Math.max(0, request.getInt(position, BIG_ENDIAN));
    return after(length, "[bytes]", offset, from, end);
  }

  private static int after(int length, String field, int offset, int position, int end) {
    if (length > end - position) {
      throw malformed(
          field, offset, position, length + " bytes are needed, " + (end - position) + " are left");
    }
    return position + length;
  }

  private static MalformedMessageException malformed(
      String field, int offset, int position, String problem) {
    int inBody = Math.max(0, position - offset - EnvelopeHeaderFlyweight.HEADER_LENGTH);
    return new MalformedMessageException("request, " + field, inBody, problem);
  }
}
