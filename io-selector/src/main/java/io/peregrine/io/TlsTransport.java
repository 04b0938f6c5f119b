package io.peregrine.io;

import io.peregrine.codec.OffHeapMemory;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Bytes through TLS. Confined to the agent's thread, but for the tasks of the handshake, which run
 * on other threads while this one leaves the engine alone.
 *
 * <p>What is written together is encrypted together: one record for each 16 KiB, as many of them as
 * there is room for, and then one write. What is read is decrypted straight into the receive
 * buffer; only a record that does not fit there goes through memory of its own.
 */
final class TlsTransport implements Transport {
  private static final int CLOSING_RECORDS = 4;

  /** A handshake takes some ten; a server could send empty ones without end. */
  private static final int MOST_HANDSHAKE_RECORDS = 512;

  private final TransportOwner owner;
  private final OffHeapMemory memory;
  private final TlsHandshakeTasks tasks;
  private final TlsRecords wire;

  /** Decrypted bytes of a record that did not fit the target: from the position to the limit. */
  private @Nullable ByteBuffer rest;

  private int handshakeRecords;
  private boolean mayRead;
  private boolean established;
  private boolean renegotiable;
  private boolean owesRecord;
  private boolean ranTask;
  private boolean unread;
  private boolean ended;

  TlsTransport(Transport below, TlsEngines engines, TransportOwner owner) {
    this.owner = owner;
    this.memory = owner.memory();
    this.wire = new TlsRecords(below, memory);
    this.tasks = new TlsHandshakeTasks(engines, owner);
    tasks.begin();
  }

  @Override
  public boolean handshake() throws IOException {
    // Others want their turn: one read in each.
    mayRead = true;
    try {
      return proceed();
    } catch (SSLException e) {
      throw e;
    } catch (IOException e) {
      throw whyBroken(e);
    } catch (Exception e) {
      // Providers throw through native code what they do not declare.
      throw new SSLException(String.valueOf(e.getMessage()), e);
    }
  }

  private boolean proceed() throws IOException {
    while (!established) {
      if (tasks.areRunning()) {
        return false;
      }
      SSLEngine engine = tasks.engine();
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> tasks.run();
        case NEED_WRAP -> {
          if (!wrapNothing(engine)) {
            return false;
          }
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          flushAll();
          if (!unwrapHandshake(engine)) {
            return false;
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          established = true;
          renegotiable = !engine.getSession().getProtocol().equals("TLSv1.3");
          unread = wire.hasReceived();
          flushAll();
        }
      }
    }
    return true;
  }

  private boolean unwrapHandshake(SSLEngine engine) throws IOException {
    SSLEngineResult result = wire.unwrap(engine);
    switch (result.getStatus()) {
      case OK -> {
        if (++handshakeRecords > MOST_HANDSHAKE_RECORDS) {
          throw new SSLException("a handshake of more than " + MOST_HANDSHAKE_RECORDS + " records");
        }
        return true;
      }
      case BUFFER_UNDERFLOW -> {
        wire.checkRecordFits();
        if (!mayRead) {
          return false;
        }
        mayRead = false;
        int read = wire.receive();
        if (read < 0) {
          throw new EOFException("the server closed the connection during the TLS handshake");
        }
        return read > 0;
      }
      case BUFFER_OVERFLOW -> throw new SSLException("data came before the handshake was over");
      case CLOSED -> throw new EOFException("the server ended the TLS handshake");
    }
    return false;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (!maySpeak()) {
      return 0;
    }
    int begin = target.position();
    takeRest(target);
    // An engine may hold decrypted bytes itself, and only says so when it is asked.
    boolean more = decrypt(target, unread);
    if (more && !ended && !isStopped()) {
      int read = wire.receive();
      if (read > 0) {
        decrypt(target, false);
      } else if (read < 0) {
        ended = true;
      }
    }
    int produced = target.position() - begin;
    if (ended && !hasRest()) {
      unread = produced > 0;
      return produced > 0 ? produced : -1;
    }
    return produced;
  }

  /** Decrypts whole records; true if more bytes are needed for the next, and there is room. */
  private boolean decrypt(ByteBuffer target, boolean asksFirst) throws IOException {
    SSLEngine engine = tasks.engine();
    boolean asks = asksFirst;
    unread = false;
    try {
      while (target.hasRemaining() && (asks || wire.hasReceived())) {
        asks = false;
        SSLEngineResult result = wire.unwrap(engine, target);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
          result = decryptAside(engine, target);
        }
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
          return true;
        }
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
          ended = true;
          return false;
        }
        if (!goesOn(result.getHandshakeStatus(), engine)) {
          return false;
        }
      }
      unread = !target.hasRemaining();
      return target.hasRemaining();
    } finally {
      if (!unread && !ended && !isStopped()) {
        wire.checkRecordFits();
      }
    }
  }

  private SSLEngineResult decryptAside(SSLEngine engine, ByteBuffer target) throws SSLException {
    ByteBuffer aside = rest;
    int needed = engine.getSession().getApplicationBufferSize();
    if (aside == null || aside.capacity() < needed) {
      if (aside != null) {
        memory.free(aside);
      }
      aside = memory.allocate(needed);
      rest = aside;
    }
    aside.clear();
    SSLEngineResult result = wire.unwrap(engine, aside);
    aside.flip();
    if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
      throw new SSLException("a record that decrypts to more than " + needed + " bytes");
    }
    takeRest(target);
    return result;
  }

  private void takeRest(ByteBuffer target) {
    ByteBuffer rest = this.rest;
    if (rest != null && rest.hasRemaining()) {
      int limit = rest.limit();
      rest.limit(rest.position() + Math.min(rest.remaining(), target.remaining()));
      target.put(rest);
      rest.limit(limit);
    }
  }

  private boolean hasRest() {
    return rest != null && rest.hasRemaining();
  }

  /** What the engine wants after a record; false if that has to be done before the next one. */
  private boolean goesOn(HandshakeStatus status, SSLEngine engine) throws IOException {
    switch (status) {
      case NEED_TASK, NEED_WRAP, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
        if (renegotiable && !engine.isInboundDone()) {
          throw new SSLException("the server asks to renegotiate, which is refused");
        }
        if (status == HandshakeStatus.NEED_TASK) {
          runTasks();
        } else if (status == HandshakeStatus.NEED_WRAP) {
          owesRecord = true;
          payOwedRecord();
        }
        return !isStopped();
      }
      default -> {
        return true;
      }
    }
  }

  /** TLS 1.3 may want an answer to a change of keys; until it is on its way nothing is read. */
  private void payOwedRecord() throws IOException {
    if (owesRecord && !tasks.areRunning() && wrapNothing(tasks.engine())) {
      owesRecord = false;
      // What was left meanwhile has been received already, and no selector will announce it.
      unread = true;
    }
  }

  private void runTasks() throws IOException {
    ranTask = true;
    tasks.run();
  }

  private boolean isStopped() {
    return owesRecord || tasks.areRunning();
  }

  private boolean maySpeak() throws IOException {
    if (!established || tasks.areRunning()) {
      return false;
    }
    if (ranTask) {
      ranTask = false;
      SSLEngine engine = tasks.engine();
      goesOn(engine.getHandshakeStatus(), engine);
    }
    payOwedRecord();
    return !isStopped();
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    if (!maySpeak()) {
      return 0;
    }
    int begin = source.position();
    try {
      encrypt(source);
      flushAll();
    } catch (SSLException e) {
      throw e;
    } catch (IOException e) {
      throw whyBroken(e);
    }
    return source.position() - begin;
  }

  private void encrypt(ByteBuffer source) throws IOException {
    SSLEngine engine = tasks.engine();
    boolean room = true;
    while (room && source.hasRemaining()) {
      SSLEngineResult result = wire.wrap(engine, source);
      switch (result.getStatus()) {
        case OK -> room = goesOn(result.getHandshakeStatus(), engine) && result.bytesProduced() > 0;
        case BUFFER_OVERFLOW -> room = wire.sendSome();
        case BUFFER_UNDERFLOW, CLOSED -> throw new SSLException("the TLS session is closed");
      }
    }
  }

  /** Encrypts what the engine itself has to say; false if there is no room for it now. */
  private boolean wrapNothing(SSLEngine engine) throws IOException {
    SSLEngineResult result = wire.wrap(engine);
    while (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
      if (!wire.sendSome()) {
        return false;
      }
      result = wire.wrap(engine);
    }
    if (result.getStatus() == SSLEngineResult.Status.CLOSED && !established) {
      throw new EOFException("the TLS handshake was ended");
    }
    return true;
  }

  @Override
  public boolean flush() throws IOException {
    try {
      return flushAll();
    } catch (SSLException e) {
      throw e;
    } catch (IOException e) {
      throw whyBroken(e);
    }
  }

  private IOException whyBroken(IOException broken) throws SSLException {
    return tasks.areRunning() || !tasks.haveEngine()
        ? broken
        : wire.whyBroken(tasks.engine(), broken);
  }

  private boolean flushAll() throws IOException {
    if (wire.hasToSend()) {
      wire.sendSome();
    }
    if (owesRecord) {
      payOwedRecord();
    }
    return !wire.hasToSend();
  }

  @Override
  public boolean hasUnread() {
    return (unread || hasRest()) && !isStopped();
  }

  @Override
  public int interest(boolean waitsForRoom) {
    if (tasks.areRunning()) {
      // What comes meanwhile has to wait, and would wake the selector again and again.
      return 0;
    }
    boolean writes = waitsForRoom || wire.hasToSend();
    int reads = owesRecord ? 0 : SelectionKey.OP_READ;
    return writes ? reads | SelectionKey.OP_WRITE : reads;
  }

  /** The server is told why, or that there is no more, if the socket takes it at once. */
  @Override
  public void close() {
    if (tasks.areRunning() || !tasks.haveEngine()) {
      return;
    }
    try {
      SSLEngine engine = tasks.engine();
      engine.closeOutbound();
      for (int i = 0; i < CLOSING_RECORDS && !engine.isOutboundDone(); i++) {
        if (wire.wrap(engine).getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
          break;
        }
      }
      flushAll();
    } catch (IOException | RuntimeException | Error ignored) {
      // The connection is over, and why has been told already; it must end in any case.
    }
  }

  @Override
  public void free() {
    wire.free();
    ByteBuffer rest = this.rest;
    if (rest != null) {
      memory.free(rest);
      this.rest = null;
    }
  }
}
