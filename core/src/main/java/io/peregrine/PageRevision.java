package io.peregrine;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.ReviseRequestEncoder;
import io.peregrine.io.RequestEncoder;
import org.agrona.MutableDirectBuffer;

/**
 * Asks for more pages of continuous paging, or for its end. Immutable.
 *
 * @param streamId the stream id of the request that asked for the pages
 * @param morePages how many more the server may send, or {@link #CANCEL}
 */
record PageRevision(int streamId, int morePages) implements RequestEncoder {
  static final int CANCEL = 0;

  @Override
  public int encodedLength(ProtocolVersion version) {
    return morePages == CANCEL
        ? ReviseRequestEncoder.cancelLength(version)
        : ReviseRequestEncoder.morePagesLength(version);
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return morePages == CANCEL
        ? ReviseRequestEncoder.encodeCancel(version, streamId, buffer, offset)
        : ReviseRequestEncoder.encodeMorePages(version, streamId, morePages, buffer, offset);
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }
}
