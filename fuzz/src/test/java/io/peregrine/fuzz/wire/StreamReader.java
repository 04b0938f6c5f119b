package io.peregrine.fuzz.wire;

import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.frame.EnvelopeAssembler;
import io.peregrine.codec.frame.FrameDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads one connection's bytes as they come, with the decoders that a connection uses, and collects
 * the envelopes. Not thread-safe.
 */
final class StreamReader implements AutoCloseable {
  static final int MAX_ENVELOPE_LENGTH = 1 << 20;

  private final boolean framed;
  private final FrameDecoder frames = new FrameDecoder();
  private final EnvelopeAssembler assembler = new EnvelopeAssembler(MAX_ENVELOPE_LENGTH);
  private final List<byte[]> envelopes = new ArrayList<>();
  private byte[] pending = new byte[0];
  private int steps;

  StreamReader(boolean framed) {
    this.framed = framed;
  }

  /** Takes some more bytes of the stream. */
  void feed(byte[] chunk) {
    byte[] all = Arrays.copyOf(pending, pending.length + chunk.length);
    System.arraycopy(chunk, 0, all, pending.length, chunk.length);
    UnsafeBuffer buffer = new UnsafeBuffer(all);
    int used = framed ? readFrames(buffer, all.length) : readEnvelopes(buffer, 0, all.length);
    pending = Arrays.copyOfRange(all, used, all.length);
  }

  List<byte[]> envelopes() {
    return envelopes;
  }

  int pendingBytes() {
    return pending.length + assembler.length();
  }

  /** How many frames and envelopes were looked at. */
  int steps() {
    return steps;
  }

  private int readFrames(UnsafeBuffer buffer, int available) {
    int at = 0;
    while (at < available) {
      steps++;
      int frameLength = frames.decode(buffer, at, available - at);
      if (frameLength == FrameDecoder.NEED_MORE) {
        break;
      }
      int from = frames.payloadOffset();
      int length = frames.payloadLength();
      Law.holds("the payload lies in the frame", from > at && from + length < at + frameLength);
      if (frames.isSelfContained()) {
        int used = readEnvelopes(buffer, from, from + length);
        if (used != from + length) {
          throw new io.peregrine.codec.MalformedMessageException(
              "frame", used - from, "an envelope is not whole");
        }
      } else if (assembler.onPayload(buffer, from, length)) {
        add(assembler.buffer(), 0, assembler.length());
        assembler.reset();
      }
      at += frameLength;
    }
    return at;
  }

  private int readEnvelopes(DirectBuffer buffer, int from, int limit) {
    int at = from;
    while (limit - at >= EnvelopeHeaderFlyweight.HEADER_LENGTH) {
      steps++;
      int length =
          EnvelopeHeaderFlyweight.HEADER_LENGTH
              + EnvelopeHeaderFlyweight.checkedBodyLength(buffer, at, MAX_ENVELOPE_LENGTH);
      if (length > limit - at) {
        break;
      }
      add(buffer, at, length);
      at += length;
    }
    return at;
  }

  private void add(DirectBuffer buffer, int offset, int length) {
    byte[] envelope = new byte[length];
    buffer.getBytes(offset, envelope);
    envelopes.add(envelope);
  }

  @Override
  public void close() {
    assembler.close();
  }
}
