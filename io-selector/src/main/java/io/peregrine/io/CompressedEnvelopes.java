package io.peregrine.io;

import io.peregrine.codec.OffHeapMemory;
import io.peregrine.codec.compress.Compressor;
import io.peregrine.codec.compress.EnvelopeCompressor;
import io.peregrine.codec.compress.EnvelopeDecompressor;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What an agent's connections share that agreed on compressed envelopes and on the same algorithm.
 * Confined to the agent's thread.
 */
final class CompressedEnvelopes implements AutoCloseable {
  private static final int CALM_ENVELOPES = 64;
  private static final int MOST_KEPT = 4 << 20;

  private final Compressor compressor;
  private final EnvelopeCompressor outgoing;
  private final EnvelopeDecompressor incoming;
  private int calmEnvelopes;

  CompressedEnvelopes(Compressor compressor, int maxEnvelopeLength, OffHeapMemory memory) {
    this.compressor = compressor;
    this.outgoing = new EnvelopeCompressor(compressor);
    this.incoming = new EnvelopeDecompressor(compressor, maxEnvelopeLength, memory);
  }

  /** How much room {@link #compress} needs. */
  int maxCompressedLength(int envelopeLength) {
    return outgoing.maxCompressedLength(envelopeLength);
  }

  /** Writes an envelope to another place, compressed if that is shorter; returns its length. */
  int compress(
      DirectBuffer envelope, int offset, int length, MutableDirectBuffer target, int targetOffset) {
    return outgoing.compress(envelope, offset, length, target, targetOffset);
  }

  /** Hands over a compressed envelope as a whole one. */
  void decompress(DirectBuffer buffer, int offset, int length, EnvelopeSink sink) {
    EnvelopeDecompressor incoming = this.incoming;
    int whole = incoming.decompress(buffer, offset, length);
    try {
      sink.onEnvelope(incoming.buffer(), 0, whole - EnvelopeHeaderFlyweight.HEADER_LENGTH);
    } finally {
      giveBackSometime(whole);
    }
  }

  private void giveBackSometime(int length) {
    // Traffic that needs the room again and again shall not allocate it again and again.
    calmEnvelopes = length > EnvelopeDecompressor.RETAINED_CAPACITY ? 0 : calmEnvelopes + 1;
    if (length > MOST_KEPT || calmEnvelopes == CALM_ENVELOPES) {
      calmEnvelopes = 0;
      incoming.reset();
    }
  }

  @Override
  public void close() {
    incoming.close();
    compressor.close();
  }
}
