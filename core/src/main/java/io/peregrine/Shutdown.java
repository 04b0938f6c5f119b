package io.peregrine;

import io.peregrine.conductor.DriverThreads;
import java.util.concurrent.CompletableFuture;

/**
 * Ends a cluster, once, in order: no new sessions, the driver's threads with all their connections,
 * the sessions that have threads of their own, and what was opened for all. Any thread may use it.
 */
final class Shutdown {
  private final SessionOpener sessions;
  private final DriverThreads threads;
  private final AgentSettings settings;
  private boolean done;

  Shutdown(SessionOpener sessions, DriverThreads threads, AgentSettings settings) {
    this.sessions = sessions;
    this.threads = threads;
    this.settings = settings;
  }

  /** Ends all and waits for it. */
  void run() {
    sessions.checkMayClose();
    end();
  }

  /** Has a thread of its own end all, unless the calling thread is the only one that can. */
  CompletableFuture<Void> begin() {
    if (threads.invokes()) {
      new Patience(threads).checkNoHandler("closeAsync()");
      run();
      return CompletableFuture.completedFuture(null);
    }
    sessions.close();
    return CompletableFuture.runAsync(this::end, Shutdown::startThread);
  }

  private static void startThread(Runnable closing) {
    Thread thread = new Thread(closing, "peregrine-close");
    thread.setDaemon(true);
    thread.start();
  }

  /** One at a time: who comes second waits until it is done. */
  private synchronized void end() {
    sessions.close();
    if (done) {
      return;
    }
    done = true;
    threads.close();
    sessions.end();
    settings.connections().security().close();
    settings.observation().close();
  }
}
