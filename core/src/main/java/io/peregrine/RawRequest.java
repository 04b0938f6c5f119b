package io.peregrine;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.RequestEncoder;
import org.agrona.MutableDirectBuffer;

/** A request that is encoded already. Immutable as long as nobody writes to its bytes. */
record RawRequest(byte[] envelope) implements RequestEncoder {
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
    return true;
  }
}
