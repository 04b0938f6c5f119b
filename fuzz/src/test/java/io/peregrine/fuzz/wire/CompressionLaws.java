package io.peregrine.fuzz.wire;

import io.peregrine.codec.compress.Compressor;
import io.peregrine.codec.compress.EnvelopeCompressor;
import io.peregrine.codec.compress.EnvelopeDecompressor;
import io.peregrine.codec.compress.Lz4BlockCodec;
import io.peregrine.codec.compress.Lz4Compressor;
import io.peregrine.codec.compress.SnappyCompressor;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.frame.CompressedFrameDecoder;
import io.peregrine.codec.frame.CompressedFrameEncoder;
import io.peregrine.codec.frame.CorruptFrameException;
import io.peregrine.codec.frame.FrameCompression;
import io.peregrine.testkit.server.Peer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Laws of compression: what one library compressed, the other makes whole again, natively and in
 * Java; and what is no compressed body is refused. Stateless.
 */
final class CompressionLaws {
  private CompressionLaws() {}

  /** A compressed envelope is the same one afterwards, and never longer in between. */
  static String envelopes(byte[] input) {
    Choices choices = new Choices(input);
    boolean lz4 = choices.yes();
    boolean pureJavaFirst = choices.yes();
    boolean offHeap = choices.yes();
    int repeat = choices.rarely(8) ? 1 + choices.below(200) : 1;
    byte[] envelope = envelope(choices, repeat);
    try (Compressor one = compressor(lz4, pureJavaFirst);
        Compressor other = compressor(lz4, !pureJavaFirst);
        EnvelopeDecompressor decompressor =
            new EnvelopeDecompressor(other, StreamReader.MAX_ENVELOPE_LENGTH)) {
      EnvelopeCompressor compressor = new EnvelopeCompressor(one);
      UnsafeBuffer source = buffer(envelope.length, offHeap);
      source.putBytes(0, envelope);
      UnsafeBuffer target = buffer(compressor.maxCompressedLength(envelope.length), offHeap);
      int length = compressor.compress(source, 0, envelope.length, target, 0);
      Law.atMost("compressed length", envelope.length, length);
      boolean compressed =
          (EnvelopeHeaderFlyweight.flags(target, 0) & EnvelopeHeaderFlyweight.COMPRESSED) != 0;
      Law.equal("compressed where it is shorter", length < envelope.length, compressed);
      if (compressed) {
        Law.equal("whole length", envelope.length, decompressor.decompress(target, 0, length));
        Law.equalBytes("envelope", envelope, bytes(decompressor.buffer(), envelope.length));
      } else {
        Law.equalBytes("envelope", envelope, bytes(target, length));
      }
      return one.algorithm() + (compressed ? " smaller" : " as it was");
    }
  }

  private static byte[] envelope(Choices choices, int repeat) {
    byte[] body = choices.rest(2000);
    byte[] envelope = new byte[EnvelopeHeaderFlyweight.HEADER_LENGTH + body.length * repeat];
    for (int i = 0; i < repeat; i++) {
      int at = EnvelopeHeaderFlyweight.HEADER_LENGTH + i * body.length;
      System.arraycopy(body, 0, envelope, at, body.length);
    }
    ByteBuffer.wrap(envelope)
        .put((byte) 0x84)
        .putInt(
            EnvelopeHeaderFlyweight.BODY_LENGTH_OFFSET,
            envelope.length - EnvelopeHeaderFlyweight.HEADER_LENGTH);
    return envelope;
  }

  private static Compressor compressor(boolean lz4, boolean pureJava) {
    if (lz4) {
      return pureJava ? Lz4Compressor.pureJava() : new Lz4Compressor();
    }
    return pureJava ? SnappyCompressor.pureJava() : new SnappyCompressor();
  }

  private static UnsafeBuffer buffer(int length, boolean offHeap) {
    return new UnsafeBuffer(
        offHeap ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length));
  }

  private static byte[] bytes(DirectBuffer buffer, int length) {
    byte[] bytes = new byte[length];
    buffer.getBytes(0, bytes);
    return bytes;
  }

  /** A compressed frame is read by both codecs, and the other codec's by ours. */
  static String frames(byte[] input) {
    Choices choices = new Choices(input);
    boolean selfContained = choices.yes();
    int repeat = choices.rarely(4) ? 1 + choices.below(100) : 1;
    byte[] seed = choices.rest(1200);
    byte[] payload = new byte[seed.length * repeat];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = seed[i % seed.length];
    }
    try (FrameCompression compression = new FrameCompression(new Lz4BlockCodec())) {
      byte[] ours = frame(compression, payload, selfContained);
      Peer.Payload read = Peer.readCompressedFrame(ours);
      Law.equalBytes("payload", payload, read.bytes());
      Law.equal("self-contained", selfContained, read.selfContained());
      checkDecoded(compression, ours, payload, selfContained);
      checkDecoded(
          compression, Peer.compressedFrame(payload, selfContained), payload, selfContained);
      return ours.length < payload.length ? "smaller" : "as it was";
    }
  }

  private static byte[] frame(FrameCompression compression, byte[] payload, boolean selfContained) {
    CompressedFrameEncoder encoder = new CompressedFrameEncoder(compression);
    UnsafeBuffer target = new UnsafeBuffer(new byte[encoder.maxFrameLength(payload.length)]);
    int length =
        encoder.encode(new UnsafeBuffer(payload), 0, payload.length, selfContained, target, 0);
    return bytes(target, length);
  }

  private static void checkDecoded(
      FrameCompression compression, byte[] frame, byte[] payload, boolean selfContained) {
    CompressedFrameDecoder decoder = new CompressedFrameDecoder(compression);
    UnsafeBuffer received = new UnsafeBuffer(frame);
    Law.equal("frame's length", frame.length, decoder.decode(received, 0, frame.length));
    Law.equal("payload's length", payload.length, decoder.payloadLength());
    Law.equal("self-contained", selfContained, decoder.isSelfContained());
    byte[] read = new byte[payload.length];
    decoder.payloadBuffer(received).getBytes(decoder.payloadOffset(), read);
    Law.equalBytes("payload", payload, read);
  }

  /** Any single flipped bit of a compressed frame is detected. */
  static String flippedBit(byte[] input) {
    Choices choices = new Choices(input);
    int where = choices.below(0x10000);
    try (FrameCompression compression = new FrameCompression(new Lz4BlockCodec())) {
      byte[] frame = frame(compression, choices.rest(2000), (where & 1) != 0);
      int bit = (where >> 1) % (frame.length * 8);
      frame[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        new CompressedFrameDecoder(compression).decode(new UnsafeBuffer(frame), 0, frame.length);
        throw new AssertionError("bit " + bit + " is another, but the frame is read");
      } catch (CorruptFrameException e) {
        return e.part().name();
      }
    }
  }

  /** Bytes that may be a compressed envelope: the way chooses the library. */
  static String decompress(byte[] input, Meter meter) {
    int way = input.length < Decoders.SELECTORS ? 0 : input[1];
    int from = Math.min(input.length, Decoders.SELECTORS);
    int length = input.length - from;
    if (length < EnvelopeHeaderFlyweight.HEADER_LENGTH) {
      return "too short";
    }
    try (Compressor compressor = compressor((way & 1) == 0, (way & 2) == 0);
        EnvelopeDecompressor decompressor =
            new EnvelopeDecompressor(compressor, StreamReader.MAX_ENVELOPE_LENGTH)) {
      UnsafeBuffer source = buffer(length, (way & 4) == 0);
      source.putBytes(0, Arrays.copyOfRange(input, from, input.length));
      int whole = decompressor.decompress(source, 0, length);
      // No byte of a block can become more than 255.
      Law.atMost("whole length", 255L * length, whole);
      decompressor.buffer().boundsCheck(0, whole);
      return compressor.algorithm();
    }
  }

  /** A body of the target's kind, compressed. */
  static byte[] compressedInput(SplittableRandom random) {
    int way = random.nextInt(8);
    byte[] envelope = envelope(new Choices(Mutation.random(random, 400)), 1 + random.nextInt(20));
    try (Compressor compressor = compressor((way & 1) == 0, true)) {
      EnvelopeCompressor compressing = new EnvelopeCompressor(compressor);
      UnsafeBuffer target =
          new UnsafeBuffer(new byte[compressing.maxCompressedLength(envelope.length)]);
      int length = compressing.compress(new UnsafeBuffer(envelope), 0, envelope.length, target, 0);
      byte[] input = new byte[Decoders.SELECTORS + length];
      input[1] = (byte) way;
      target.getBytes(0, input, Decoders.SELECTORS, length);
      return input;
    }
  }
}
