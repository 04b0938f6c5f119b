package io.peregrine.io;

import io.peregrine.codec.OffHeapMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** Encrypted records on their way, from the socket and to it. Confined to the agent's thread. */
final class TlsRecords {
  private static final int CAPACITY = 64 << 10;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Transport below;
  private final OffHeapMemory memory;

  /** What was received and not decrypted yet stands between {@link #from} and {@link #to}. */
  private final ByteBuffer received;

  /** What is to be sent, from 0 to the position. */
  private final ByteBuffer toSend;

  private int from;
  private int to;

  TlsRecords(Transport below, OffHeapMemory memory) {
    this.below = below;
    this.memory = memory;
    this.received = memory.allocate(CAPACITY);
    this.toSend = memory.allocate(CAPACITY);
  }

  /** One read from the socket: as {@link Transport#read}. */
  int receive() throws IOException {
    ByteBuffer received = this.received;
    received.limit(to).position(from);
    received.compact();
    try {
      return below.read(received);
    } finally {
      from = 0;
      to = received.position();
    }
  }

  boolean hasReceived() {
    return from < to;
  }

  /** What is received is less than a record: there must be room for the rest of it. */
  void checkRecordFits() throws SSLException {
    if (to - from == CAPACITY) {
      throw new SSLException("a record of more than " + CAPACITY + " bytes");
    }
  }

  /** Decrypts one record. */
  SSLEngineResult unwrap(SSLEngine engine, ByteBuffer target) throws SSLException {
    ByteBuffer received = this.received;
    received.limit(to).position(from);
    SSLEngineResult result = engine.unwrap(received, target);
    from = received.position();
    return result;
  }

  /** Takes one record of the engine's own conversation, which has no bytes for anybody. */
  SSLEngineResult unwrap(SSLEngine engine) throws SSLException {
    return unwrap(engine, NOTHING);
  }

  /** Encrypts one record. */
  SSLEngineResult wrap(SSLEngine engine, ByteBuffer source) throws SSLException {
    return engine.wrap(source, toSend);
  }

  /** Encrypts what the engine itself has to say. */
  SSLEngineResult wrap(SSLEngine engine) throws SSLException {
    return engine.wrap(NOTHING, toSend);
  }

  boolean hasToSend() {
    return toSend.position() > 0;
  }

  /** One write; true if it made room. */
  boolean sendSome() throws IOException {
    if (toSend.position() == 0) {
      throw new SSLException("a record of more than " + CAPACITY + " bytes");
    }
    toSend.flip();
    try {
      return below.write(toSend) > 0;
    } finally {
      toSend.compact();
    }
  }

  /**
   * Why the server does not take any more. One that refuses says so before it closes, and what is
   * written after that fails before its words are read.
   */
  IOException whyBroken(SSLEngine engine, IOException broken) {
    ByteBuffer aside = memory.allocate(engine.getSession().getApplicationBufferSize());
    try {
      do {
        do {
          aside.clear();
        } while (unwrap(engine, aside).bytesConsumed() > 0);
      } while (receive() > 0);
      return broken;
    } catch (SSLException refusal) {
      refusal.addSuppressed(broken);
      return refusal;
    } catch (IOException | RuntimeException unheard) {
      if (unheard != broken) {
        broken.addSuppressed(unheard);
      }
      return broken;
    } finally {
      memory.free(aside);
    }
  }

  void free() {
    memory.free(received);
    memory.free(toSend);
  }
}
