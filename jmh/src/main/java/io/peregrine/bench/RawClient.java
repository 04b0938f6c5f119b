package io.peregrine.bench;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ExecuteEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.envelope.StartupEncoder;
import io.peregrine.codec.frame.FrameDescriptor;
import io.peregrine.codec.frame.FrameEncoder;
import io.peregrine.codec.row.ValueWriter;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The least that a client can do: it writes requests that were encoded beforehand, and counts the
 * bytes of their answers. It checks nothing and hands nothing over. Confined to one thread.
 */
final class RawClient implements AutoCloseable {
  private static final int CAPACITY = 256 * 1024;
  private static final ProtocolVersion VERSION = ProtocolVersion.V5;

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocateDirect(CAPACITY).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer requests;
  private final int answersLength;

  /**
   * Connects, and encodes one frame of requests.
   *
   * @param count how many requests are sent at once
   * @param blocking whether it waits for answers in the kernel; else it spins
   */
  RawClient(InetSocketAddress address, int count, boolean blocking) throws IOException {
    channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    startUp();
    write(frameOfRequests(1));
    answersLength = count * readPayload(1);
    channel.configureBlocking(blocking);
    requests = frameOfRequests(count);
  }

  /**
   * Writes the requests and reads until all answers are there.
   *
   * @return the bytes of the answers
   */
  int roundTrip() throws IOException {
    write(requests);
    return readPayload(answersLength);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void startUp() throws IOException {
    Map<String, String> options = Map.of("CQL_VERSION", "3.0.0");
    ByteBuffer startup = ByteBuffer.allocateDirect(StartupEncoder.encodedLength(options));
    StartupEncoder.encode(VERSION, options, new UnsafeBuffer(startup), 0);
    write(startup);
    in.clear().limit(EnvelopeHeaderFlyweight.HEADER_LENGTH);
    while (in.hasRemaining()) {
      read();
    }
  }

  private static ByteBuffer frameOfRequests(int count) {
    byte[] id = new byte[16];
    UnsafeBuffer value = new UnsafeBuffer(new byte[Integer.BYTES + Long.BYTES]);
    new ValueWriter().wrap(value, 0).putLong(42);
    QueryParameters parameters =
        new QueryParameters()
            .consistency(ConsistencyLevel.LOCAL_ONE)
            .pageSize(5000)
            .skipMetadata(true)
            .values(value, 0, value.capacity(), 1);
    ByteBuffer frame = ByteBuffer.allocateDirect(CAPACITY);
    UnsafeBuffer buffer = new UnsafeBuffer(frame);
    int position = FrameDescriptor.payloadOffset(0);
    for (int i = 0; i < count; i++) {
      int length = ExecuteEncoder.encode(VERSION, id, id, parameters, buffer, position);
      EnvelopeHeaderFlyweight.putStreamId(buffer, position, i);
      position += length;
    }
    int payload = position - FrameDescriptor.payloadOffset(0);
    return frame.limit(new FrameEncoder().encode(buffer, 0, payload, true));
  }

  private void write(ByteBuffer bytes) throws IOException {
    bytes.rewind();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Reads frames until their payloads are at least so long together. */
  private int readPayload(int atLeast) throws IOException {
    ByteBuffer in = this.in;
    in.clear();
    int frame = 0;
    int payload = 0;
    while (payload < atLeast) {
      read();
      while (in.position() - frame >= FrameDescriptor.HEADER_LENGTH) {
        int length = in.getInt(frame) & FrameDescriptor.MAX_PAYLOAD_LENGTH;
        if (in.position() - frame < FrameDescriptor.frameLength(length)) {
          break;
        }
        payload += length;
        frame += FrameDescriptor.frameLength(length);
      }
    }
    return payload;
  }

  private void read() throws IOException {
    if (channel.read(in) < 0) {
      throw new EOFException("the server closed the connection");
    }
  }
}
