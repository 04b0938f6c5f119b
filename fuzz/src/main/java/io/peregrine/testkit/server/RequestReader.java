package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.CrcMismatchException;
import com.datastax.oss.protocol.internal.Segment;
import com.datastax.oss.protocol.internal.SegmentCodec;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a client sent into envelopes, bare or out of v5 frames (v5 specification, section 2).
 * Confined to the reader thread of its connection.
 */
final class RequestReader {
  private final PushbackInputStream in;
  private final BooleanSupplier framed;
  private final Supplier<WireCompression> compression;
  private final Queue<byte[]> ready = new ArrayDeque<>();
  private final ByteArrayOutputStream large = new ByteArrayOutputStream();
  private int largeLength = -1;

  /**
   * A reader at the start of a connection.
   *
   * @param in what the client sends
   * @param framed whether it must use frames by now; asked when the first byte of something is here
   * @param compression what was agreed on by then
   */
  RequestReader(InputStream in, BooleanSupplier framed, Supplier<WireCompression> compression) {
    this.in = new PushbackInputStream(in, 1);
    this.framed = framed;
    this.compression = compression;
  }

  /** The next envelope, header included; null when the client closed the connection. */
  byte @Nullable [] next() throws IOException, ClientViolationException {
    while (ready.isEmpty()) {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      in.unread(first);
      if (framed.getAsBoolean()) {
        readFrame();
      } else {
        ready.add(readBareEnvelope());
      }
    }
    return ready.remove();
  }

  private byte[] readBareEnvelope() throws IOException, ClientViolationException {
    byte[] header = readExactly(Wire.ENVELOPE_HEADER_LENGTH);
    int bodyLength = bodyLength(header, 0);
    byte[] body = readExactly(bodyLength);
    return ByteBuffer.allocate(header.length + bodyLength).put(header).put(body).array();
  }

  private void readFrame() throws IOException, ClientViolationException {
    WireCompression codec = compression.get();
    SegmentCodec.Header header;
    Segment<WireBuffer> frame;
    try {
      header = codec.frames.decodeHeader(WireBuffer.of(readExactly(codec.frameHeaderLength)));
    } catch (CrcMismatchException e) {
      throw new ClientViolationException("frame header with a wrong CRC24: " + e.getMessage());
    }
    try {
      byte[] rest = readExactly(header.payloadLength + Wire.FRAME_TRAILER_LENGTH);
      frame = codec.frames.decode(header, WireBuffer.of(rest));
    } catch (CrcMismatchException e) {
      throw new ClientViolationException("frame payload with a wrong CRC32: " + e.getMessage());
    } catch (RuntimeException e) {
      throw new ClientViolationException("frame payload that cannot be decompressed: " + e);
    }
    byte[] payload = frame.payload.toBytes();
    if (frame.isSelfContained) {
      cutSelfContained(payload);
    } else {
      addSlice(payload);
    }
  }

  private void cutSelfContained(byte[] payload) throws ClientViolationException {
    if (largeLength >= 0) {
      throw new ClientViolationException(
          "self-contained frame amid the slices of an envelope of " + largeLength + " bytes");
    }
    int at = 0;
    while (at < payload.length) {
      int left = payload.length - at;
      int length = left < Wire.ENVELOPE_HEADER_LENGTH ? -1 : envelopeLength(payload, at);
      if (length < 0 || length > left) {
        throw new ClientViolationException(
            "self-contained frame with a cut envelope: " + left + " bytes left at " + at);
      }
      ready.add(ByteBuffer.allocate(length).put(payload, at, length).array());
      at += length;
    }
  }

  private void addSlice(byte[] payload) throws ClientViolationException {
    large.writeBytes(payload);
    if (largeLength < 0 && large.size() >= Wire.ENVELOPE_HEADER_LENGTH) {
      largeLength = envelopeLength(large.toByteArray(), 0);
    }
    if (largeLength >= 0 && large.size() > largeLength) {
      throw new ClientViolationException(
          "slices with " + large.size() + " bytes for an envelope of " + largeLength);
    }
    if (large.size() == largeLength) {
      ready.add(large.toByteArray());
      large.reset();
      largeLength = -1;
    }
  }

  private static int envelopeLength(byte[] bytes, int at) throws ClientViolationException {
    return Wire.ENVELOPE_HEADER_LENGTH + bodyLength(bytes, at);
  }

  private static int bodyLength(byte[] bytes, int at) throws ClientViolationException {
    int length = ByteBuffer.wrap(bytes).getInt(at + Wire.LENGTH_OFFSET);
    if (length < 0 || length > Wire.MAX_BODY_LENGTH) {
      throw new ClientViolationException(
          "envelope header that claims a body of " + Integer.toUnsignedString(length) + " bytes");
    }
    return length;
  }

  private byte[] readExactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("closed after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }
}
