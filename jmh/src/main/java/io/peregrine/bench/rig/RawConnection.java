package io.peregrine.bench.rig;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.PrepareEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.envelope.StartupEncoder;
import io.peregrine.codec.frame.EnvelopeAssembler;
import io.peregrine.codec.frame.FrameDecoder;
import io.peregrine.codec.frame.FrameDescriptor;
import io.peregrine.codec.frame.FrameEncoder;
import io.peregrine.codec.row.Prepared;
import io.peregrine.codec.row.PreparedDecoder;
import io.peregrine.testkit.server.TlsChannel;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A socket that sends the rig's requests and reads their answers, and nothing else: no timeouts, no
 * retries, no other nodes. Confined to one thread.
 *
 * <p>Requests are gathered in one frame until {@link #flush}.
 */
final class RawConnection implements AutoCloseable {
  private static final ProtocolVersion VERSION = ProtocolVersion.V5;
  private static final int MAX_IN_FLIGHT = 4096;
  private static final int IN_CAPACITY = 1 << 20;
  private static final int MAX_ENVELOPE = 16 << 20;

  private final SocketChannel socket;
  private final @Nullable TlsChannel tls;
  private final ByteChannel channel;
  private final Shape shape;
  private final Listener listener;
  private final ByteBuffer out = ByteBuffer.allocateDirect(FrameDescriptor.MAX_FRAME_LENGTH);
  private final UnsafeBuffer outBuffer = new UnsafeBuffer(out);
  private final ByteBuffer in = ByteBuffer.allocateDirect(IN_CAPACITY);
  private final UnsafeBuffer inBuffer = new UnsafeBuffer(in);
  private final FrameEncoder encoder = new FrameEncoder();
  private final FrameDecoder decoder = new FrameDecoder();
  private final EnvelopeAssembler assembler = new EnvelopeAssembler(MAX_ENVELOPE);
  private final long[] tokens = new long[MAX_IN_FLIGHT];
  private final int[] freeStreams = new int[MAX_IN_FLIGHT];
  private final RequestTemplate template;
  private Prepared prepared;
  private int free;
  private int end = FrameDescriptor.payloadOffset(0);
  private int answered;

  /** Is told of answers, during {@link #read}. */
  interface Listener {
    void onAnswer(long token, long checksum);
  }

  /**
   * Connects and prepares.
   *
   * @param blocking whether {@link #read} waits
   */
  RawConnection(InetSocketAddress server, Shape shape, boolean blocking, Listener listener)
      throws IOException {
    this.shape = shape;
    this.listener = listener;
    socket = SocketChannel.open(server);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    tls = encrypt(server);
    channel = tls == null ? socket : tls;
    startUp();
    prepared = prepare();
    template = new RequestTemplate(VERSION, prepared, shape);
    for (int stream = MAX_IN_FLIGHT - 1; stream >= 0; stream--) {
      freeStreams[free++] = stream;
    }
    socket.configureBlocking(blocking);
  }

  private @Nullable TlsChannel encrypt(InetSocketAddress server) throws IOException {
    SSLContext context = RigTls.context();
    return context == null
        ? null
        : TlsChannel.connect(
            socket, context.createSSLEngine(server.getHostString(), server.getPort()));
  }

  SocketChannel socket() {
    return socket;
  }

  /** Whether {@link #append} may be called. */
  boolean hasRoom() {
    return free > 0 && end + template.length() <= FrameDescriptor.MAX_PAYLOAD_LENGTH;
  }

  /** How many answers are to come, once all is flushed. */
  int inFlight() {
    return MAX_IN_FLIGHT - free;
  }

  /** Adds a request to those that go with the next {@link #flush}. */
  void append(long key, long token) {
    int stream = freeStreams[--free];
    tokens[stream] = token;
    template.put(outBuffer, end, stream, key);
    end += template.length();
  }

  /** Writes what was appended. */
  void flush() throws IOException {
    int payload = end - FrameDescriptor.payloadOffset(0);
    if (payload == 0) {
      return;
    }
    out.clear().limit(encoder.encode(outBuffer, 0, payload, true));
    end = FrameDescriptor.payloadOffset(0);
    do {
      channel.write(out);
    } while (out.hasRemaining() || tls != null && tls.hasUnsent());
  }

  /** Reads once, and tells the listener of each answer that is whole. Says how many there were. */
  int read() throws IOException {
    int length = channel.read(in);
    if (length <= 0) {
      if (length < 0) {
        throw new EOFException("the server closed the connection");
      }
      return 0;
    }
    answered = 0;
    decodeFrames();
    return answered;
  }

  @Override
  public void close() throws IOException {
    assembler.close();
    channel.close();
  }

  private void decodeFrames() {
    int offset = 0;
    int limit = in.position();
    for (int length = decoder.decode(inBuffer, offset, limit - offset);
        length != FrameDecoder.NEED_MORE;
        length = decoder.decode(inBuffer, offset, limit - offset)) {
      int payload = decoder.payloadOffset();
      if (decoder.isSelfContained()) {
        int payloadEnd = payload + decoder.payloadLength();
        while (payload < payloadEnd) {
          onEnvelope(inBuffer, payload);
          payload +=
              EnvelopeHeaderFlyweight.HEADER_LENGTH
                  + EnvelopeHeaderFlyweight.bodyLength(inBuffer, payload);
        }
      } else if (assembler.onPayload(inBuffer, payload, decoder.payloadLength())) {
        onEnvelope(assembler.buffer(), 0);
        assembler.reset();
      }
      offset += length;
    }
    in.limit(limit).position(offset);
    in.compact();
  }

  private void onEnvelope(DirectBuffer buffer, int offset) {
    answered++;
    if (template == null) {
      prepared = decodePrepared(buffer, offset);
      return;
    }
    int stream = EnvelopeHeaderFlyweight.streamId(buffer, offset);
    long token = tokens[stream];
    freeStreams[free++] = stream;
    listener.onAnswer(token, AnswerCells.checksum(shape, buffer, offset));
  }

  private void startUp() throws IOException {
    Map<String, String> options = Map.of("CQL_VERSION", "3.0.0");
    out.clear().limit(StartupEncoder.encode(VERSION, options, outBuffer, 0));
    channel.write(out);
    while (in.position() < EnvelopeHeaderFlyweight.HEADER_LENGTH) {
      if (channel.read(in) < 0) {
        throw new EOFException("the server closed the connection");
      }
    }
    int opcode = EnvelopeHeaderFlyweight.opcode(inBuffer, 0);
    if (opcode != Opcode.READY) {
      throw new IOException("the server answers " + Opcode.name(opcode) + " to STARTUP");
    }
    in.clear();
  }

  private Prepared prepare() throws IOException {
    byte[] query = shape.query().getBytes(StandardCharsets.UTF_8);
    end += PrepareEncoder.encode(VERSION, query, new QueryParameters(), outBuffer, end);
    flush();
    while (read() == 0) {
      Thread.onSpinWait();
    }
    return prepared;
  }

  private static Prepared decodePrepared(DirectBuffer buffer, int offset) {
    int opcode = EnvelopeHeaderFlyweight.opcode(buffer, offset);
    if (opcode != Opcode.RESULT) {
      throw new IllegalStateException("the server answers " + Opcode.name(opcode) + " to PREPARE");
    }
    int body = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    BodyReader reader = new BodyReader();
    reader.wrap(buffer, body, EnvelopeHeaderFlyweight.bodyLength(buffer, offset));
    reader.readInt("kind");
    return PreparedDecoder.decode(VERSION, reader);
  }
}
