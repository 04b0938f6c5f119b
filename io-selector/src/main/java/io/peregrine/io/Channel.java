package io.peregrine.io;

import io.peregrine.codec.OffHeapMemory;
import io.peregrine.codec.compress.Compression;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.agrona.CloseHelper;
import org.jspecify.annotations.Nullable;

/**
 * A connection's socket with its buffers and its place at the selector. Confined to the agent's
 * thread.
 */
final class Channel implements TransportOwner {
  /** Of each of the two buffers, when there is nothing unusual to carry. */
  private static final int BUFFER_CAPACITY = 256 << 10;

  private final SelectorAgent agent;
  private final SelectorCounters counters;
  private final Connection connection;
  private @Nullable SocketChannel socket;
  private @Nullable SelectionKey key;
  private @Nullable Transport transport;
  private @Nullable SendBuffer sendBuffer;
  private @Nullable ReceiveBuffer receiveBuffer;
  private boolean waitsForRoom;
  private int interest;

  Channel(SelectorAgent agent, Connection connection) {
    this.agent = agent;
    this.connection = connection;
    this.counters = agent.counters();
  }

  /** Begins to connect; true if that was all. */
  boolean connect(InetSocketAddress address) throws IOException {
    SocketChannel socket = SocketChannel.open();
    this.socket = socket;
    socket.configureBlocking(false);
    agent.context().socketOptions().applyTo(socket);
    boolean connected = socket.connect(address);
    interest = connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT;
    key = socket.register(agent.selector(), interest, connection);
    if (connected) {
      openTransport(socket);
    }
    return connected;
  }

  /** Goes on connecting; true once it is done. */
  boolean finishConnect() throws IOException {
    SocketChannel socket = socket();
    if (!socket.finishConnect()) {
      return false;
    }
    openTransport(socket);
    return true;
  }

  /** Memory is taken here and not before: where nobody answers, an attempt takes none. */
  private void openTransport(SocketChannel socket) {
    SelectorContext context = agent.context();
    DirectMemory memory = agent.memory();
    sendBuffer = new SendBuffer(memory, agent.leases(), BUFFER_CAPACITY, context.sendLimit());
    receiveBuffer = new ReceiveBuffer(memory, BUFFER_CAPACITY, context.maxEnvelopeLength());
    transport = context.transports().open(socket, this);
    watch();
  }

  /** Goes on with what the transport has to agree on; true once it is done. */
  boolean secure() throws IOException {
    boolean done = transport().handshake();
    watch();
    return done;
  }

  /** Whether bytes travel as they are. */
  boolean isPlain() {
    return transport instanceof PlainTransport;
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

  /** The server may send as much as the protocol allows. */
  void expectLargeEnvelopes() {
    receiveBuffer().expectLargeEnvelopes();
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
    watch();
    return read;
  }

  /** Whether a read would find more, though the selector will not say so. */
  boolean hasUnread() {
    return transport().hasUnread();
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
    if (sendBuffer.isEmpty()) {
      waitsForRoom = !transport().flush();
    } else {
      int written = sendBuffer.write(transport());
      counters.add(SelectorCounter.WRITES, 1);
      counters.add(SelectorCounter.BYTES_WRITTEN, written);
      waitsForRoom = !sendBuffer.isEmpty();
    }
    watch();
  }

  private void watch() {
    int wanted = transport().interest(waitsForRoom);
    if (wanted != interest && key().isValid()) {
      interest = wanted;
      key().interestOps(wanted);
    }
  }

  boolean isCongested() {
    return sendBuffer().isCongested();
  }

  SendBuffer sendBuffer() {
    return present(sendBuffer);
  }

  void close() {
    Transport transport = this.transport;
    if (transport != null) {
      transport.close();
    }
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
    if (transport != null) {
      transport.free();
      transport = null;
    }
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return connection.remoteAddress();
  }

  @Override
  public OffHeapMemory memory() {
    return agent.memory();
  }

  @Override
  public Executor executor() {
    return agent.context().handshakes();
  }

  @Override
  public void resume() {
    agent.command(connection::onResumed);
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
