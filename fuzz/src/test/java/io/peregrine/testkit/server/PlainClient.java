package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.CrcMismatchException;
import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.FrameCodec;
import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.SegmentCodec;
import com.datastax.oss.protocol.internal.request.Startup;
import com.datastax.oss.protocol.internal.response.Ready;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** A blocking client for the tests of the servers. Confined to one thread. */
final class PlainClient implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final int version;
  private final Queue<byte[]> received = new ArrayDeque<>();
  private boolean framed;

  PlainClient(InetSocketAddress address, int version) throws IOException {
    this.socket = new Socket(address.getAddress(), address.getPort());
    this.socket.setTcpNoDelay(true);
    this.socket.setSoTimeout((int) Observations.BOUND.toMillis());
    this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    this.version = version;
  }

  static PlainClient ready(InetSocketAddress address, int version) throws Exception {
    PlainClient client = new PlainClient(address, version);
    client.startup();
    return client;
  }

  void startup() throws Exception {
    Message answer = ask(0, new Startup());
    if (!(answer instanceof Ready)) {
      throw new IllegalStateException("STARTUP was answered by " + answer);
    }
    framed = Wire.hasFrames(version);
  }

  Message ask(int streamId, Message request) throws Exception {
    send(streamId, request);
    Frame answer = receive();
    if (answer.streamId != streamId) {
      throw new IllegalStateException("asked on " + streamId + ", answered on " + answer.streamId);
    }
    return answer.message;
  }

  byte[] encode(int streamId, Message request) {
    return Wire.encode(Frame.forRequest(version, streamId, false, Map.of(), request), Wire.CLIENT);
  }

  void send(int streamId, Message request) throws IOException {
    byte[] envelope = encode(streamId, request);
    if (framed) {
      for (byte[] frame : Wire.framesOf(envelope, Wire.MAX_PAYLOAD_LENGTH)) {
        sendRaw(frame);
      }
    } else {
      sendRaw(envelope);
    }
  }

  void sendInFrames(int streamId, Message request, int slice) throws IOException {
    for (byte[] frame : Wire.framesOf(encode(streamId, request), slice)) {
      sendRaw(frame);
    }
  }

  void sendRaw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  Frame receive() throws IOException, CrcMismatchException {
    FrameCodec<WireBuffer> codec = Wire.CLIENT;
    WireBuffer buffer = WireBuffer.of(receiveEnvelope());
    Frame frame = codec.decode(buffer);
    if (buffer.readable() > 0) {
      throw new IllegalStateException(buffer.readable() + " bytes after " + frame.message);
    }
    return frame;
  }

  byte[] receiveEnvelope() throws IOException, CrcMismatchException {
    while (received.isEmpty()) {
      if (framed) {
        receiveFrames();
      } else {
        byte[] header = readExactly(Wire.ENVELOPE_HEADER_LENGTH);
        byte[] body = readExactly(ByteBuffer.wrap(header).getInt(Wire.LENGTH_OFFSET));
        received.add(concat(header, body));
      }
    }
    return received.remove();
  }

  private void receiveFrames() throws IOException, CrcMismatchException {
    ByteArrayOutputStream envelopes = new ByteArrayOutputStream();
    int length;
    do {
      SegmentCodec.Header header =
          Wire.FRAMES.decodeHeader(WireBuffer.of(readExactly(Wire.FRAME_HEADER_LENGTH)));
      byte[] rest = readExactly(header.payloadLength + Wire.FRAME_TRAILER_LENGTH);
      envelopes.writeBytes(Wire.FRAMES.decode(header, WireBuffer.of(rest)).payload.toBytes());
      length = lengthAt(envelopes.toByteArray(), 0);
      if (header.isSelfContained) {
        length = envelopes.size();
      }
    } while (envelopes.size() < length);
    byte[] all = envelopes.toByteArray();
    for (int at = 0; at < all.length; at += lengthAt(all, at)) {
      received.add(java.util.Arrays.copyOfRange(all, at, at + lengthAt(all, at)));
    }
  }

  private static int lengthAt(byte[] bytes, int at) {
    return bytes.length - at < Wire.ENVELOPE_HEADER_LENGTH
        ? Integer.MAX_VALUE
        : Wire.ENVELOPE_HEADER_LENGTH + ByteBuffer.wrap(bytes).getInt(at + Wire.LENGTH_OFFSET);
  }

  byte[] readExactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException(bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  int read() throws IOException {
    return in.read();
  }

  List<byte[]> frames(byte[] envelope) {
    return Wire.framesOf(envelope, Wire.MAX_PAYLOAD_LENGTH);
  }

  private static byte[] concat(byte[] left, byte[] right) {
    return ByteBuffer.allocate(left.length + right.length).put(left).put(right).array();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
