package io.peregrine.io;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.frame.CompressedFrameDescriptor;
import io.peregrine.codec.frame.EnvelopeAssembler;
import io.peregrine.codec.frame.FrameDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has received: bytes in, envelopes out, decoded where they lie. Confined to
 * the agent's thread.
 *
 * <p>The buffer grows with the bytes that have arrived, never by a length that they claim.
 */
final class ReceiveBuffer {
  private static final int CALM_READS = 64;

  /** Before it is known who answers, nobody needs more. */
  private static final int HANDSHAKE_ENVELOPE_LENGTH = 1 << 20;

  private static final byte TLS_ALERT = 21;
  private static final int LARGEST_FRAME = CompressedFrameDescriptor.MAX_FRAME_LENGTH;

  private final DirectMemory memory;
  private final int initialCapacity;
  private final int agreedEnvelopeLength;
  private int maxEnvelopeLength;
  private final EnvelopeAssembler assembler;
  private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
  private ByteBuffer bytes;
  private int head;
  private int tail;
  private int wanted;
  private int calmReads;
  private @Nullable FrameDecoder frameDecoder;
  private @Nullable CompressedEnvelopes compressedEnvelopes;

  ReceiveBuffer(DirectMemory memory, int initialCapacity, int maxEnvelopeLength) {
    this.memory = memory;
    this.initialCapacity = Math.max(initialCapacity, 2 * LARGEST_FRAME);
    this.agreedEnvelopeLength = maxEnvelopeLength;
    this.maxEnvelopeLength = Math.min(maxEnvelopeLength, HANDSHAKE_ENVELOPE_LENGTH);
    this.assembler = new EnvelopeAssembler(maxEnvelopeLength, memory);
    this.bytes = memory.allocate(this.initialCapacity);
    this.buffer.wrap(bytes);
  }

  /** From now on envelopes arrive in frames. */
  void frameFromNowOn(FrameDecoder decoder) {
    frameDecoder = decoder;
  }

  /** From now on envelopes may be as long as the protocol allows. */
  void expectLargeEnvelopes() {
    maxEnvelopeLength = agreedEnvelopeLength;
  }

  /** From now on envelopes may arrive compressed; null if they may not. */
  void expectCompressed(@Nullable CompressedEnvelopes envelopes) {
    compressedEnvelopes = envelopes;
  }

  /**
   * One call of read; returns how many bytes came, or -1 at the end of the stream. Not more than
   * usually fit at a time, so that endless large answers leave the other connections their turn.
   */
  int read(Transport transport) throws IOException {
    if (this.bytes.capacity() - tail < initialCapacity >> 2) {
      makeRoom();
    }
    ByteBuffer bytes = this.bytes;
    bytes.limit(Math.min(bytes.capacity(), tail + initialCapacity)).position(tail);
    int read = transport.read(bytes);
    if (read > 0) {
      tail += read;
    }
    return read;
  }

  /** Whether the first bytes of an envelope are there, and not its last. */
  boolean isMidEnvelope() {
    return head < tail || !assembler.isEmpty();
  }

  /** Hands over all whole envelopes. */
  void decode(EnvelopeSink sink) {
    boolean more = true;
    while (more && head < tail) {
      // Framing may be switched on by the envelope that was just handed over.
      FrameDecoder decoder = frameDecoder;
      more = decoder == null ? decodeEnvelope(sink) : decodeFrame(decoder, sink);
    }
    if (head == tail) {
      onEmptied(tail);
    }
  }

  private void onEmptied(int used) {
    head = 0;
    tail = 0;
    wanted = 0;
    int capacity = bytes.capacity();
    if (capacity > initialCapacity) {
      // Traffic that needs the room again and again shall not allocate it again and again.
      calmReads = used > capacity / 4 ? 0 : calmReads + 1;
      if (calmReads == CALM_READS) {
        calmReads = 0;
        reallocate(initialCapacity);
      }
    }
  }

  private boolean decodeEnvelope(EnvelopeSink sink) {
    int head = this.head;
    int available = tail - head;
    if (buffer.getByte(head) >= 0) {
      throw new MalformedMessageException(
          "envelope version",
          0,
          "byte 0x%02x does not begin a response%s"
              .formatted(
                  buffer.getByte(head),
                  buffer.getByte(head) == TLS_ALERT
                      ? ", it begins a TLS alert: the server expects TLS, so give the cluster"
                          + " tls(...)"
                      : ""));
    }
    if (available < EnvelopeHeaderFlyweight.HEADER_LENGTH) {
      return false;
    }
    int bodyLength = checkedBodyLength(buffer, head);
    int length = EnvelopeHeaderFlyweight.HEADER_LENGTH + bodyLength;
    if (available < length) {
      wanted = length;
      return false;
    }
    this.head = head + length;
    CompressedEnvelopes compressed = compressedEnvelopes;
    if (compressed != null && isCompressed(head)) {
      compressed.decompress(buffer, head, length, sink);
    } else {
      sink.onEnvelope(buffer, head, bodyLength);
    }
    return true;
  }

  private boolean isCompressed(int offset) {
    int flags = EnvelopeHeaderFlyweight.flags(buffer, offset);
    return (flags & EnvelopeHeaderFlyweight.COMPRESSED) != 0;
  }

  private boolean decodeFrame(FrameDecoder decoder, EnvelopeSink sink) {
    int length = decoder.decode(buffer, head, tail - head);
    if (length == FrameDecoder.NEED_MORE) {
      wanted = LARGEST_FRAME;
      return false;
    }
    head += length;
    DirectBuffer payload = decoder.payloadBuffer(buffer);
    int payloadOffset = decoder.payloadOffset();
    int payloadLength = decoder.payloadLength();
    if (decoder.isSelfContained()) {
      if (!assembler.isEmpty()) {
        throw new MalformedMessageException(
            "frame", 0, "a self-contained frame stands in the middle of a large envelope");
      }
      decodePayload(sink, payload, payloadOffset, payloadOffset + payloadLength);
    } else if (maxEnvelopeLength < agreedEnvelopeLength
        && assembler.length() + payloadLength > maxEnvelopeLength) {
      throw new MalformedMessageException(
          "frame payload",
          0,
          "an envelope of more than " + maxEnvelopeLength + " bytes during the handshake");
    } else if (assembler.onPayload(payload, payloadOffset, payloadLength)) {
      DirectBuffer envelope = assembler.buffer();
      try {
        sink.onEnvelope(envelope, 0, checkedBodyLength(envelope, 0));
      } finally {
        assembler.reset();
      }
    }
    return true;
  }

  private void decodePayload(EnvelopeSink sink, DirectBuffer payload, int from, int to) {
    int at = from;
    while (at < to) {
      if (to - at < EnvelopeHeaderFlyweight.HEADER_LENGTH) {
        throw new MalformedMessageException(
            "frame payload", at - from, "ends in the middle of an envelope's header");
      }
      int bodyLength = checkedBodyLength(payload, at);
      int next = at + EnvelopeHeaderFlyweight.HEADER_LENGTH + bodyLength;
      if (next > to || next < 0) {
        throw new MalformedMessageException(
            "envelope length",
            at - from,
            bodyLength + " bytes do not fit a self-contained frame of " + (to - from));
      }
      sink.onEnvelope(payload, at, bodyLength);
      at = next;
    }
  }

  private int checkedBodyLength(DirectBuffer buffer, int offset) {
    int bodyLength = EnvelopeHeaderFlyweight.bodyLength(buffer, offset);
    if (bodyLength < 0 || bodyLength > maxEnvelopeLength - EnvelopeHeaderFlyweight.HEADER_LENGTH) {
      throw new MalformedMessageException(
          "envelope length",
          0,
          Integer.toUnsignedString(bodyLength)
              + " bytes; at most "
              + (maxEnvelopeLength - EnvelopeHeaderFlyweight.HEADER_LENGTH)
              + " are accepted");
    }
    return bodyLength;
  }

  private void makeRoom() {
    int pending = tail - head;
    if (head > 0) {
      bytes.limit(tail).position(head);
      bytes.compact();
      head = 0;
      tail = pending;
    }
    int capacity = bytes.capacity();
    if (pending > capacity / 2 && wanted > capacity) {
      reallocate((int) Math.min(wanted, 2L * capacity));
    }
  }

  private void reallocate(int capacity) {
    ByteBuffer old = bytes;
    ByteBuffer replacement = memory.allocate(capacity);
    UnsafeBuffer target = new UnsafeBuffer(replacement);
    target.putBytes(0, buffer, head, tail - head);
    tail -= head;
    head = 0;
    bytes = replacement;
    buffer.wrap(replacement);
    memory.free(old);
  }

  void free() {
    assembler.close();
    buffer.wrap(0, 0);
    memory.free(bytes);
  }
}
