package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.FrameCodec;
import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.response.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of one connection. Thread-safe: writes are whole and one after another, whoever
 * writes.
 */
public final class ServerConnection {
  private final int id;
  private final Socket raw;
  private final Socket socket;
  private final GatedInputStream in;
  private final Observations observations;
  private final Object writeLock = new Object();
  private final BitSet streamsInUse = new BitSet();
  private final Set<String> registered = ConcurrentHashMap.newKeySet();
  private @Nullable ByteArrayOutputStream corked;
  private volatile boolean open = true;
  private volatile boolean framed;
  private volatile boolean ready;
  private volatile boolean started;
  private volatile int version;
  private volatile WireCompression compression = WireCompression.NONE;

  /**
   * One end of a connection.
   *
   * @param raw the socket that was accepted
   * @param socket what is read and written: the same one, or TLS over it
   */
  ServerConnection(int id, Socket raw, Socket socket, Observations observations)
      throws IOException {
    this.id = id;
    this.raw = raw;
    this.socket = socket;
    this.in = new GatedInputStream(socket.getInputStream());
    this.observations = observations;
  }

  /**
   * The number of the connection on its server.
   *
   * @return 0 for the first
   */
  public int id() {
    return id;
  }

  /**
   * Whether neither side closed it, as far as the server knows.
   *
   * @return true until then
   */
  public boolean isOpen() {
    return open;
  }

  /**
   * The client's end.
   *
   * @return its address
   */
  public InetSocketAddress remoteAddress() {
    return (InetSocketAddress) socket.getRemoteSocketAddress();
  }

  /**
   * The protocol version of its requests.
   *
   * @return the version; 0 before the first request in one that the server speaks
   */
  public int version() {
    return version;
  }

  /**
   * Whether the handshake is over.
   *
   * @return true once READY or AUTH_SUCCESS was sent
   */
  public boolean isReady() {
    return ready;
  }

  /**
   * Whether envelopes travel in frames by now.
   *
   * @return true for v5 after READY or AUTHENTICATE
   */
  public boolean isFramed() {
    return framed;
  }

  /**
   * The events that the client registered for.
   *
   * @return their names, a copy
   */
  public Set<String> registeredEvents() {
    return Set.copyOf(registered);
  }

  /**
   * Bytes that the client sent and the server read.
   *
   * @return at least 0
   */
  public long bytesReceived() {
    return in.count();
  }

  /**
   * Requests that were not answered yet.
   *
   * @return at least 0
   */
  public int streamsInUse() {
    synchronized (streamsInUse) {
      return streamsInUse.cardinality();
    }
  }

  /**
   * Sends an event, whether the client registered for it or not.
   *
   * @param event the event
   */
  public void pushEvent(Event event) {
    send(encode(version, -1, event), event);
  }

  /**
   * Stops reading, so that the client's sends fill the socket's buffers. A read that already waits
   * for bytes may still take them; they are not looked at before {@link #resumeReading}.
   */
  public void pauseReading() {
    in.shut();
  }

  /** Reads on. */
  public void resumeReading() {
    in.open();
  }

  /**
   * Puts bytes on the socket as they are.
   *
   * @param bytes the bytes
   */
  public void writeRaw(byte... bytes) {
    synchronized (writeLock) {
      writeInPieces(bytes, Math.max(1, bytes.length));
    }
  }

  /**
   * Puts bytes on the wire as they are, below TLS if the connection has it: no records, or a part
   * of one.
   *
   * @param bytes the bytes
   */
  public void writeOnTheWire(byte... bytes) {
    synchronized (writeLock) {
      try {
        raw.getOutputStream().write(bytes);
      } catch (IOException e) {
        close();
      }
    }
  }

  /** Keeps answers back until {@link #uncork}, which sends them with one write. */
  public void cork() {
    synchronized (writeLock) {
      if (corked == null) {
        corked = new ByteArrayOutputStream();
      }
    }
  }

  /** Sends all answers since {@link #cork}; in v5 inside as few frames as possible. */
  public void uncork() {
    synchronized (writeLock) {
      ByteArrayOutputStream kept = corked;
      corked = null;
      if (kept != null && kept.size() > 0) {
        byte[] envelopes = kept.toByteArray();
        if (envelopes.length > Wire.MAX_PAYLOAD_LENGTH && framed) {
          throw new IllegalStateException(
              envelopes.length + " bytes of answers do not fit into one frame");
        }
        writeRaw(framesOrBare(envelopes));
      }
    }
  }

  /** Closes the connection; the client sees its end after what was sent before. */
  public void close() {
    resumeReading();
    try {
      socket.close();
    } catch (IOException ignored) {
      // Closed is all that it has to be.
    }
    closed();
  }

  /** Resets the connection: the client sees "connection reset". */
  public void reset() {
    try {
      raw.setSoLinger(true, 0);
      // TLS would say goodbye first.
      raw.close();
    } catch (IOException ignored) {
      // Gone already: there is nothing left to reset.
    }
    close();
  }

  /**
   * The TLS session.
   *
   * @return the session, once the handshake is over; null without TLS
   */
  public @Nullable SSLSession tlsSession() {
    return socket instanceof SSLSocket tls ? tls.getSession() : null;
  }

  /**
   * Begins the TLS handshake anew, which only TLS 1.2 and older have.
   *
   * @throws IOException if that cannot be asked for
   */
  public void renegotiate() throws IOException {
    SSLSocket tls = (SSLSocket) socket;
    tls.startHandshake();
  }

  @Override
  public String toString() {
    return "connection " + id;
  }

  GatedInputStream in() {
    return in;
  }

  void closed() {
    open = false;
    observations.changed();
  }

  /** Encoded answer out, and the state of the handshake along with it. */
  void send(byte[] envelope, @Nullable Message message) {
    synchronized (writeLock) {
      byte[] bytes = corked == null ? framesOrBare(envelope) : envelope;
      // The client may use frames as soon as it sees READY: the switch comes before the bytes.
      if (message != null) {
        advance(message.opcode);
      }
      if (corked == null) {
        writeRaw(bytes);
      } else {
        corked.writeBytes(bytes);
      }
    }
  }

  private void advance(int opcode) {
    if (opcode == Opcode.READY || opcode == Opcode.AUTHENTICATE) {
      framed = Wire.hasFrames(version);
    }
    if (opcode == Opcode.READY || opcode == Opcode.AUTH_SUCCESS) {
      ready = true;
      observations.changed();
    }
  }

  byte[] framesOrBare(byte[] envelope) {
    if (!framed) {
      return envelope;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Wire.framesOf(compression.frames, envelope, Wire.MAX_PAYLOAD_LENGTH).forEach(all::writeBytes);
    return all.toByteArray();
  }

  void writeInPieces(byte[] bytes, int bytesPerWrite) {
    synchronized (writeLock) {
      try {
        for (int at = 0; at < bytes.length; at += bytesPerWrite) {
          socket.getOutputStream().write(bytes, at, Math.min(bytesPerWrite, bytes.length - at));
        }
      } catch (IOException e) {
        close();
      }
    }
  }

  /** Notes a request's stream id; false if it is in use. */
  boolean occupyStream(int streamId) {
    synchronized (streamsInUse) {
      boolean wasFree = !streamsInUse.get(streamId);
      streamsInUse.set(streamId);
      return wasFree;
    }
  }

  void releaseStream(int streamId) {
    synchronized (streamsInUse) {
      streamsInUse.clear(streamId);
    }
  }

  /** Notes the version of a request; false if it is another than before. */
  boolean speaks(int requestVersion) {
    int before = version;
    if (before == 0) {
      version = requestVersion;
    }
    return before == 0 || before == requestVersion;
  }

  /** Notes what STARTUP asked for: from its answer on, the server may use it. */
  void compressWith(WireCompression agreed) {
    compression = agreed;
  }

  WireCompression compression() {
    return compression;
  }

  /** The codec of envelopes: in versions with frames, those are compressed instead. */
  FrameCodec<WireBuffer> envelopes() {
    return Wire.hasFrames(version) ? Wire.SERVER : compression.envelopes;
  }

  byte[] encode(int version, int streamId, Message message) {
    return Wire.encode(
        Frame.forResponse(version, streamId, null, Map.of(), List.of(), message), envelopes());
  }

  /** Notes a STARTUP; false if there was one before. */
  boolean start() {
    boolean first = !started;
    started = true;
    return first;
  }

  void register(List<String> events) {
    registered.addAll(events);
    observations.changed();
  }
}
