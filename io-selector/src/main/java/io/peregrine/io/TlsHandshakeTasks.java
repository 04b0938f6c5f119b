package io.peregrine.io;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What is slow about a TLS handshake: files, keys, signatures, certificates. Confined to the
 * agent's thread, but for the tasks themselves; while they run the engine is theirs.
 */
final class TlsHandshakeTasks {
  private final TlsEngines engines;
  private final TransportOwner owner;
  private @Nullable SSLEngine engine;
  private @Nullable Throwable failure;
  private volatile boolean running;

  TlsHandshakeTasks(TlsEngines engines, TransportOwner owner) {
    this.engines = engines;
    this.owner = owner;
  }

  /** Makes the engine, and its first key. */
  void begin() {
    execute(
        () -> {
          SSLEngine made = engines.newEngine(owner.remoteAddress());
          made.setUseClientMode(true);
          made.beginHandshake();
          engine = made;
        });
  }

  /** Runs what the engine wants to be run. */
  void run() throws SSLException {
    SSLEngine engine = engine();
    execute(
        () -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
        });
  }

  boolean areRunning() {
    return running;
  }

  boolean haveEngine() {
    return engine != null;
  }

  /** The engine, while no task runs. */
  SSLEngine engine() throws SSLException {
    Throwable failure = this.failure;
    if (failure != null) {
      throw failure instanceof SSLException known
          ? known
          : new SSLException(failure.getMessage(), failure);
    }
    SSLEngine engine = this.engine;
    if (engine == null) {
      throw new SSLException("there is no TLS engine");
    }
    return engine;
  }

  /** What may fail in a task. */
  @FunctionalInterface
  private interface Task {
    void run() throws IOException, GeneralSecurityException;
  }

  private void execute(Task task) {
    running = true;
    try {
      owner
          .executor()
          .execute(
              () -> {
                try {
                  task.run();
                } catch (IOException | GeneralSecurityException | RuntimeException | Error e) {
                  failure = e;
                } finally {
                  running = false;
                  owner.resume();
                }
              });
    } catch (RejectedExecutionException e) {
      failure = e;
      running = false;
      owner.resume();
    }
  }
}
