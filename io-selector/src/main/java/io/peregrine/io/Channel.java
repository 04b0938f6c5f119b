package io.peregrine.io;

import io.peregrine.codec.compress.Compression;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.agrona.CloseHelper;
import org.jspecify.annotations.Nullable;

/**
 * A connection's socket with its buffers and its place at the selector. Confined to the agent's
 * thread.
 */
final class Channel {
  private final SelectorAgent agent;
  private final SelectorCounters counters;
  private @Nullable SocketChannel socket;
  private @Nullable SelectionKey key;
  private @Nullable Transport transport;
  private @Nullable SendBuffer sendBuffer;
  private @Nullable ReceiveBuffer receiveBuffer;
  private boolean waitsForRoom;

  Channel(SelectorAgent agent) {
    this.agent = agent;
    this.counters = agent.counters();
  }

  /** Begins to connect; true if that was all. */
  boolean connect(InetSocketAddress address, Connection connection) throws IOException {
    SelectorContext context = agent.context();
    DirectMemory memory = agent.memory();
    sendBuffer =
        new SendBuffer(memory, agent.leases(), context.bufferCapacity(), context.sendLimit());
    receiveBuffer =
        new ReceiveBuffer(memory, context.bufferCapacity(), context.maxEnvelopeLength());
    SocketChannel socket = SocketChannel.open();
    this.socket = socket;
    socket.configureBlocking(false);
    context.socketOptions().applyTo(socket);
    boolean connected = socket.connect(address);
    if (connected) {
      transport = context.transports().open(socket);
    }
    key =
        socket.register(
            agent.selector(),
            connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT,
            connection);
    return connected;
  }

  /** Goes on connecting; true once it is done. */
  boolean finishConnect() throws IOException {
    SocketChannel socket = socket();
    if (!socket.finishConnect()) {
      return false;
    }
    transport = agent.context().transports().open(socket);
    key().interestOps(SelectionKey.OP_READ);
    return true;
  }

  boolean canRead(int readyOps) {
    return (readyOps & SelectionKey.OP_READ) != 0;
  }

  boolean canWrite(int readyOps) {
    return (readyOps & SelectionKey.OP_WRITE) != 0;
  }

  /** Envelopes travel in frames, both ways. */
  void frameFromNowOn(Compression agreed) {
    SharedCompression compression = agent.compression();
    sendBuffer().frameFromNowOn(compression.frameEncoder(agreed));
    receiveBuffer().frameFromNowOn(compression.frameDecoder(agreed));
  }

  /** Envelopes may arrive compressed. */
  void expectCompressed(Compression agreed) {
    receiveBuffer().expectCompressed(agent.compression().envelopes(agreed));
  }

  /** Envelopes are sent compressed. */
  void compressFromNowOn(Compression agreed) {
    sendBuffer().compressFromNowOn(agent.compression().envelopes(agreed));
  }

  int read() throws IOException {
    int read = receiveBuffer().read(transport());
    counters.add(SelectorCounter.READS, 1);
    if (read > 0) {
      counters.add(SelectorCounter.BYTES_READ, read);
    }
    return read;
  }

  boolean isMidEnvelope() {
    return receiveBuffer().isMidEnvelope();
  }

  void decode(EnvelopeSink sink) {
    receiveBuffer().decode(sink);
  }

  /** One write, unless the selector has yet to say that there is room. */
  void flush() throws IOException {
    if (!waitsForRoom) {
      write();
    }
  }

  /** One write; asks the selector for more room if it was not enough. */
  void write() throws IOException {
    SendBuffer sendBuffer = sendBuffer();
    if (!sendBuffer.isEmpty()) {
      int written = sendBuffer.write(transport());
      counters.add(SelectorCounter.WRITES, 1);
      counters.add(SelectorCounter.BYTES_WRITTEN, written);
    }
    boolean waits = !sendBuffer.isEmpty();
    if (waits != waitsForRoom) {
      waitsForRoom = waits;
      key()
          .interestOps(waits ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }
  }

  boolean isCongested() {
    return sendBuffer().isCongested();
  }

  SendBuffer sendBuffer() {
    return present(sendBuffer);
  }

  void close() {
    if (key != null) {
      key.cancel();
    }
    CloseHelper.close(agent::onFault, socket);
  }

  /** Gives the buffers back. */
  void free() {
    if (sendBuffer != null) {
      sendBuffer.free();
      sendBuffer = null;
    }
    if (receiveBuffer != null) {
      receiveBuffer.free();
      receiveBuffer = null;
    }
  }

  private SocketChannel socket() {
    return present(socket);
  }

  private SelectionKey key() {
    return present(key);
  }

  private Transport transport() {
    return present(transport);
  }

  private ReceiveBuffer receiveBuffer() {
    return present(receiveBuffer);
  }

  private static <T> T present(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the channel is not open");
    }
    return part;
  }
}
