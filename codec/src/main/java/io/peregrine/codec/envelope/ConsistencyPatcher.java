package io.peregrine.codec.envelope;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.Opcode;
import org.agrona.MutableDirectBuffer;

/**
 * Changes the consistency of a finished QUERY, EXECUTE or BATCH envelope, so that it can be sent
 * again with less. Stateless; any thread may use it. Allocates nothing.
 */
public final class ConsistencyPatcher {
  private static final int LENGTH = 2;

  private ConsistencyPatcher() {}

  /**
   * Writes another consistency over the one that is there.
   *
   * @param request where the envelope is
   * @param offset where it begins
   * @param length how many bytes it has, header included
   * @param consistency the other one
   * @throws io.peregrine.codec.DriverException if the request is not a whole, uncompressed envelope
   *     of one of these kinds in a version that the driver speaks
   */
  public static void patch(
      MutableDirectBuffer request, int offset, int length, ConsistencyLevel consistency) {
    int end = PagingStateSplicer.checkedEnd(request, offset, length);
    int position =
        EnvelopeHeaderFlyweight.opcode(request, offset) == Opcode.BATCH
            ? PagingStateSplicer.batchConsistencyPosition(request, offset, end)
            : PagingStateSplicer.flagsPosition(request, offset, end) - LENGTH;
    request.putShort(position, (short) consistency.code(), BIG_ENDIAN);
  }
}
