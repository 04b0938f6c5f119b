package io.peregrine;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.RequestEncoder;
import org.agrona.MutableDirectBuffer;

/**
 * A request for continuous paging that is encoded already and sent again. Immutable as long as
 * nobody writes to its bytes.
 */
record StreamedRequest(byte[] envelope) implements RequestEncoder {
  @Override
  public int encodedLength(ProtocolVersion version) {
    return envelope.length;
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    buffer.putBytes(offset, envelope);
    return envelope.length;
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public boolean isStreamed() {
    return true;
  }
}
