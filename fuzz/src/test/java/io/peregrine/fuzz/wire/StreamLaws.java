package io.peregrine.fuzz.wire;

import io.peregrine.codec.frame.CorruptFrameException;
import io.peregrine.codec.frame.FrameDecoder;
import io.peregrine.codec.frame.FrameDescriptor;
import io.peregrine.codec.frame.FrameEncoder;
import io.peregrine.testkit.server.Peer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Laws of byte streams: chopping, interleaving, corruption, and frames both ways. Stateless. */
final class StreamLaws {
  private static final int MAX_ENVELOPES = 5;
  private static final int MAX_PIECES = 400;

  private StreamLaws() {}

  /** What one connection sends. */
  private record Stream(boolean framed, List<byte[]> envelopes, byte[] bytes) {
    static Stream of(Choices choices) {
      boolean framed = choices.yes();
      List<byte[]> envelopes = new ArrayList<>();
      for (int i = choices.below(MAX_ENVELOPES); i >= 0; i--) {
        envelopes.add(Peer.encodeResponse(ResponseChoices.of(choices).frame()));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      if (!framed) {
        envelopes.forEach(out::writeBytes);
      } else {
        writeFrames(choices, envelopes, out);
      }
      return new Stream(framed, envelopes, out.toByteArray());
    }

    private static void writeFrames(
        Choices choices, List<byte[]> envelopes, ByteArrayOutputStream out) {
      ByteArrayOutputStream together = new ByteArrayOutputStream();
      for (byte[] envelope : envelopes) {
        boolean fitsOneFrame = envelope.length <= FrameDescriptor.MAX_PAYLOAD_LENGTH;
        switch (fitsOneFrame ? choices.below(3) : 1) {
          case 0:
            // In a frame with its neighbours.
            if (together.size() + envelope.length > FrameDescriptor.MAX_PAYLOAD_LENGTH) {
              flush(together, out);
            }
            together.writeBytes(envelope);
            break;
          case 1:
            flush(together, out);
            Peer.frames(envelope, 1 + choices.below(envelope.length)).forEach(out::writeBytes);
            break;
          default:
            flush(together, out);
            out.writeBytes(frame(envelope, true));
        }
      }
      flush(together, out);
    }

    private static void flush(ByteArrayOutputStream together, ByteArrayOutputStream out) {
      if (together.size() > 0) {
        out.writeBytes(frame(together.toByteArray(), true));
        together.reset();
      }
    }
  }

  /** Any chopping of a stream, and so any concatenation of its pieces, gives the same envelopes. */
  static String chopping(byte[] input) {
    Choices choices = new Choices(input);
    Stream stream = Stream.of(choices);
    // Single bytes of a long stream would only be copied to and fro.
    int least = stream.bytes.length / MAX_PIECES;
    int largest = 1 + choices.below(choices.yes() ? 12 : 3000);
    try (StreamReader reader = new StreamReader(stream.framed)) {
      int at = 0;
      while (at < stream.bytes.length) {
        int length = Math.min(least + 1 + choices.below(largest), stream.bytes.length - at);
        reader.feed(Arrays.copyOfRange(stream.bytes, at, at + length));
        at += length;
      }
      checkEnvelopes(stream, reader);
    }
    return stream.framed ? "framed" : "bare";
  }

  /** Streams of several connections do not touch each other, however their pieces interleave. */
  static String interleaving(byte[] input) {
    Choices choices = new Choices(input);
    List<Stream> streams = new ArrayList<>();
    List<StreamReader> readers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      streams.add(Stream.of(choices));
      readers.add(new StreamReader(streams.get(i).framed));
    }
    int[] at = new int[streams.size()];
    int left = streams.size();
    int largest = 1 + choices.below(1200);
    while (left > 0) {
      int i = choices.below(streams.size());
      while (at[i] == streams.get(i).bytes.length) {
        i = (i + 1) % at.length;
      }
      byte[] bytes = streams.get(i).bytes;
      int least = bytes.length / MAX_PIECES;
      int length = Math.min(least + 1 + choices.below(largest), bytes.length - at[i]);
      readers.get(i).feed(Arrays.copyOfRange(bytes, at[i], at[i] + length));
      at[i] += length;
      left -= at[i] == bytes.length ? 1 : 0;
    }
    for (int i = 0; i < at.length; i++) {
      checkEnvelopes(streams.get(i), readers.get(i));
      readers.get(i).close();
    }
    return "3 connections";
  }

  private static void checkEnvelopes(Stream stream, StreamReader reader) {
    Law.equal("envelopes", stream.envelopes.size(), reader.envelopes().size());
    for (int i = 0; i < stream.envelopes.size(); i++) {
      Law.equalBytes("envelope " + i, stream.envelopes.get(i), reader.envelopes().get(i));
    }
    Law.equal("bytes left over", 0, reader.pendingBytes());
  }

  /** A frame of ours is, byte for byte, the independent codec's, and each reads the other's. */
  static String frames(byte[] input) {
    Choices choices = new Choices(input);
    boolean selfContained = choices.yes();
    byte[] payload = payload(choices);
    byte[] ours = frame(payload, selfContained);
    Law.equalBytes("frame", Peer.frame(payload, selfContained), ours);

    Peer.Payload read = Peer.readFrame(ours);
    Law.equalBytes("payload", payload, read.bytes());
    Law.equal("self-contained", selfContained, read.selfContained());

    FrameDecoder decoder = new FrameDecoder();
    UnsafeBuffer buffer = new UnsafeBuffer(ours);
    int cut = choices.below(0x10000) % ours.length;
    Law.equal("cut frame", FrameDecoder.NEED_MORE, decoder.decode(buffer, 0, cut));
    Law.equal("frame's length", ours.length, decoder.decode(buffer, 0, ours.length));
    Law.equal("payload's offset", FrameDescriptor.payloadOffset(0), decoder.payloadOffset());
    Law.equal("payload's length", payload.length, decoder.payloadLength());
    Law.equal("self-contained", selfContained, decoder.isSelfContained());
    return selfContained ? "self-contained" : "a piece";
  }

  private static byte[] payload(Choices choices) {
    if (!choices.rarely(40)) {
      return choices.rest(1 << 16);
    }
    byte[] seed = choices.rest(64);
    byte[] payload = new byte[FrameDescriptor.MAX_PAYLOAD_LENGTH - (seed.length & 3)];
    for (int i = 0; seed.length > 0 && i < payload.length; i++) {
      payload[i] = (byte) (seed[i % seed.length] + i);
    }
    return payload;
  }

  /** Our frame around the bytes. */
  private static byte[] frame(byte[] payload, boolean selfContained) {
    byte[] frame = new byte[FrameDescriptor.frameLength(payload.length)];
    System.arraycopy(payload, 0, frame, FrameDescriptor.payloadOffset(0), payload.length);
    int length =
        new FrameEncoder().encode(new UnsafeBuffer(frame), 0, payload.length, selfContained);
    Law.equal("frame's length", frame.length, length);
    return frame;
  }

  /** Any single flipped bit of a frame is detected, header, payload and trailer alike. */
  static String flippedBit(byte[] input) {
    Choices choices = new Choices(input);
    int where = choices.below(0x10000);
    byte[] frame = frame(choices.rest(4000), (where & 1) != 0);
    int bit = (where >> 1) % (frame.length * 8);
    frame[bit / 8] ^= (byte) (1 << bit % 8);
    try {
      int length = new FrameDecoder().decode(new UnsafeBuffer(frame), 0, frame.length);
      throw new AssertionError("bit " + bit + " is another, but decode gives " + length);
    } catch (CorruptFrameException e) {
      boolean inHeader = bit / 8 < FrameDescriptor.HEADER_LENGTH;
      CorruptFrameException.Part part =
          inHeader ? CorruptFrameException.Part.HEADER : CorruptFrameException.Part.PAYLOAD;
      Law.equal("part", part, e.part());
      return part.name();
    }
  }
}
