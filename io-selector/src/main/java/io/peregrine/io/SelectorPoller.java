package io.peregrine.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.agrona.ErrorHandler;

/**
 * An agent's selector and its sleep. Confined to the agent's thread, but for {@link
 * #wakeUpIfParked}.
 *
 * <p>Whoever has something for the agent publishes it, with a full fence, and then looks whether
 * the agent sleeps; the agent says that it is about to sleep, and then looks whether there is
 * something. So one of the two sees the other.
 */
final class SelectorPoller implements AutoCloseable {
  private static final Consumer<SelectionKey> IGNORE = key -> {};

  private final Selector selector;
  private final ErrorHandler errorHandler;
  private final Consumer<SelectionKey> onSelected = this::onSelected;
  private final Runnable onAwake;
  private final AtomicBoolean parked = new AtomicBoolean();
  private boolean asleep;
  private boolean interrupted;
  private int selected;
  private boolean purges;

  /**
   * A poller with a selector of its own.
   *
   * @param onAwake is called when a sleep ends, before what ended it is dealt with
   */
  SelectorPoller(ErrorHandler errorHandler, Runnable onAwake) {
    this.errorHandler = errorHandler;
    this.onAwake = onAwake;
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("no selector can be opened", e);
    }
  }

  Selector selector() {
    return selector;
  }

  /** Any thread may call it. */
  void wakeUpIfParked() {
    AtomicBoolean parked = this.parked;
    if (parked.get() && parked.compareAndSet(true, false)) {
      selector.wakeup();
    }
  }

  /** The agent is about to sleep: from here on it is woken. */
  void prepareToPark() {
    parked.set(true);
  }

  /** Sleeps until a socket is ready, or somebody calls, or the time is over. */
  int park(long millis) {
    asleep = true;
    int work = select(millis);
    awake();
    parked.set(false);
    return work;
  }

  /** Looks which sockets are ready. */
  int poll() {
    parked.lazySet(false);
    return select(0);
  }

  private int select(long timeoutMillis) {
    selected = 0;
    try {
      if (timeoutMillis == 0) {
        selector.selectNow(onSelected);
      } else {
        selector.select(onSelected, timeoutMillis);
      }
    } catch (IOException e) {
      errorHandler.onError(e);
    }
    return selected;
  }

  private void onSelected(SelectionKey key) {
    if (selected++ == 0) {
      // Awake: what handlers offer needs no further wake-up.
      parked.lazySet(false);
      awake();
    }
    if (key.isValid()) {
      Connection connection = (Connection) key.attachment();
      try {
        connection.onSelected(key.readyOps());
      } catch (Throwable t) {
        connection.failByFault(t);
      }
    }
  }

  private void awake() {
    if (asleep) {
      asleep = false;
      // What ended the sleep of an application's thread must not close the sockets that it reads.
      interrupted |= Thread.interrupted();
      onAwake.run();
    }
  }

  /** Interrupts the thread, if something else has while it slept. */
  void passInterruptOn() {
    if (interrupted) {
      interrupted = false;
      Thread.currentThread().interrupt();
    }
  }

  /** A closed socket keeps its descriptor until the selector has looked again. */
  void purgeSoon() {
    purges = true;
  }

  void purge() {
    if (purges) {
      purges = false;
      try {
        selector.selectNow(IGNORE);
      } catch (IOException e) {
        errorHandler.onError(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
  }
}
