package io.peregrine.testkit.server;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS over a socket, and nothing else: what the engine asks for is done at once, on the caller's
 * thread. Confined to one thread at a time.
 *
 * <p>The socket may block or not. A server's handshake comes about as it reads.
 */
public final class TlsChannel implements ByteChannel {
  private static final int CAPACITY = 256 << 10;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel below;
  private final SSLEngine engine;
  private final ByteBuffer received = ByteBuffer.allocateDirect(CAPACITY);
  private final ByteBuffer toSend = ByteBuffer.allocateDirect(CAPACITY);
  private boolean unread;

  private TlsChannel(SocketChannel below, SSLEngine engine) {
    this.below = below;
    this.engine = engine;
  }

  /**
   * The client's end, after its handshake.
   *
   * @param socket connected, and blocking
   * @param engine fresh
   * @return the channel
   * @throws IOException if the handshake fails
   */
  public static TlsChannel connect(SocketChannel socket, SSLEngine engine) throws IOException {
    engine.setUseClientMode(true);
    TlsChannel channel = new TlsChannel(socket, engine);
    engine.beginHandshake();
    while (channel.isHandshaking()) {
      if (channel.read(NOTHING) < 0) {
        throw new EOFException("the server closed the connection during the TLS handshake");
      }
    }
    return channel;
  }

  /**
   * The server's end.
   *
   * @param socket connected
   * @param tls keys, and what is spoken
   * @return the channel
   */
  static TlsChannel accept(SocketChannel socket, ServerTls tls) {
    SSLEngine engine = tls.context().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(tls.wantsClientCertificate());
    engine.setEnabledProtocols(tls.protocols().toArray(String[]::new));
    return new TlsChannel(socket, engine);
  }

  /** Whether there are bytes that have been received, and that a reader had no room for. */
  boolean hasUnread() {
    return unread;
  }

  /**
   * Whether the socket had no room for bytes that were written.
   *
   * @return true if another write has to follow, with bytes or without
   */
  public boolean hasUnsent() {
    return toSend.position() > 0;
  }

  /**
   * Reads from the socket until there is a record with data, or, if it does not block, nothing
   * more.
   *
   * @param target takes decrypted bytes; empty to go on with the handshake only
   * @return how many; -1 if there will be no more
   */
  @Override
  public int read(ByteBuffer target) throws IOException {
    int begin = target.position();
    while (true) {
      decrypt(target);
      flush();
      int produced = target.position() - begin;
      boolean isHandshakeOnly = target == NOTHING && !isHandshaking();
      if (produced > 0 || unread || isHandshakeOnly) {
        return produced;
      }
      int length = engine.isInboundDone() ? -1 : below.read(received);
      if (length <= 0) {
        return length;
      }
    }
  }

  /** Takes all, if the socket blocks; else as much as it has room for, and some more. */
  @Override
  public int write(ByteBuffer source) throws IOException {
    int begin = source.position();
    flush();
    boolean room = true;
    while (room && source.hasRemaining()) {
      room = wrap(source);
    }
    flush();
    return source.position() - begin;
  }

  @Override
  public boolean isOpen() {
    return below.isOpen();
  }

  @Override
  public void close() throws IOException {
    below.close();
  }

  private boolean isHandshaking() {
    return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
  }

  /** Goes on until more bytes are needed, or more room. */
  private void decrypt(ByteBuffer target) throws IOException {
    unread = false;
    received.flip();
    try {
      while (obey()) {
        SSLEngineResult result = engine.unwrap(received, target);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
          refuseTooSmall(target);
          unread = true;
          return;
        }
        if (result.getStatus() != Status.OK) {
          return;
        }
      }
    } finally {
      received.compact();
    }
  }

  private void refuseTooSmall(ByteBuffer target) throws SSLException {
    if (target != NOTHING && target.position() == 0) {
      throw new SSLException(
          "a buffer of " + target.capacity() + " bytes has no room for a record");
    }
  }

  /** Does what the engine asks for, but for reading; false if the socket has no room for it. */
  private boolean obey() throws IOException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
        }
        case NEED_WRAP -> {
          if (!wrap(NOTHING)) {
            return false;
          }
        }
        default -> {
          return true;
        }
      }
    }
  }

  /** One record; false if there is no room for it. */
  private boolean wrap(ByteBuffer source) throws IOException {
    SSLEngineResult result = engine.wrap(source, toSend);
    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
      flush();
      result = engine.wrap(source, toSend);
    }
    return result.getStatus() == Status.OK;
  }

  /** Sends what the socket had no room for, as far as it has now. */
  void flush() throws IOException {
    if (toSend.position() > 0) {
      toSend.flip();
      try {
        below.write(toSend);
      } finally {
        toSend.compact();
      }
    }
  }
}
