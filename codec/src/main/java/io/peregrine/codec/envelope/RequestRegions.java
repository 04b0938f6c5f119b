package io.peregrine.codec.envelope;

import io.peregrine.codec.Opcode;
import org.agrona.DirectBuffer;

/**
 * Where the parts of a finished QUERY or EXECUTE envelope stand that tell it from others.
 * Immutable.
 *
 * @param queryOffset where the text of a QUERY begins, or the id of an EXECUTE
 * @param queryLength how many bytes it has
 * @param valuesOffset where the values begin, each with its length and its name if they have names
 * @param valuesLength how many bytes they have together; 0 if there are none
 */
public record RequestRegions(int queryOffset, int queryLength, int valuesOffset, int valuesLength) {
  /**
   * Finds the parts.
   *
   * @param request where the envelope is
   * @param offset where it begins
   * @param length how many bytes it has, header included
   * @return indexes into the buffer
   * @throws io.peregrine.codec.DriverException if the request is not a whole, uncompressed QUERY or
   *     EXECUTE envelope in a version that the driver speaks
   */
  public static RequestRegions of(DirectBuffer request, int offset, int length) {
    int end = PagingStateSplicer.checkedEnd(request, offset, length);
    int flagsAt = PagingStateSplicer.flagsPosition(request, offset, end);
    int queryAt = PagingStateSplicer.queryPosition(request, offset, end);
    boolean isQuery = EnvelopeHeaderFlyweight.opcode(request, offset) == Opcode.QUERY;
    int lengthSize = isQuery ? 4 : 2;
    int queryLength =
        isQuery
            ? request.getInt(queryAt, java.nio.ByteOrder.BIG_ENDIAN)
            : request.getShort(queryAt, java.nio.ByteOrder.BIG_ENDIAN) & 0xFFFF;
    int valuesEnd = PagingStateSplicer.statePosition(request, offset, flagsAt, end);
    int flags = PagingStateSplicer.lowFlags(request, offset, flagsAt);
    if ((flags & ParametersEncoder.FLAG_PAGE_SIZE) != 0) {
      valuesEnd -= 4;
    }
    int valuesAt = flagsAt + PagingStateSplicer.flagsLength(request, offset);
    if ((flags & ParametersEncoder.FLAG_VALUES) != 0) {
      valuesAt += 2;
    }
    return new RequestRegions(queryAt + lengthSize, queryLength, valuesAt, valuesEnd - valuesAt);
  }
}
