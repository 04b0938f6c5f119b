package io.peregrine;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.RequestEncoder;
import org.agrona.MutableDirectBuffer;

/**
 * A request that is encoded already. Immutable as long as nobody writes to its bytes.
 *
 * @param envelope its bytes
 * @param isStreamed whether it is for continuous paging: then its bytes are not kept to be repeated
 */
record RawRequest(byte[] envelope, boolean isStreamed) implements RequestEncoder {
  /** One that a single envelope answers. */
  RawRequest(byte[] envelope) {
    this(envelope, false);
  }

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
    return !isStreamed;
  }
}
