package io.peregrine.bench.rig;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The floor of every driver that has an I/O thread: the application's thread hands each request
 * over, and the I/O thread, which waits in {@code select}, hands the answer back. Used by the
 * thread that opened it; answers to {@link #send} come on the I/O thread.
 */
public final class HandOffDriver implements Driver, RawConnection.Listener {
  private static final int CAPACITY = 8192;
  private static final int MASK = CAPACITY - 1;
  private static final Consumer<SelectionKey> IGNORE = key -> {};

  private final long[] keys = new long[CAPACITY];
  private final long[] tokens = new long[CAPACITY];
  private final AtomicLong head = new AtomicLong();
  private final AtomicLong tail = new AtomicLong();
  private final Thread application = Thread.currentThread();
  private final Answers answers;
  private final boolean sync;
  private final RawConnection connection;
  private final Selector selector = Selector.open();
  private final Thread thread = new Thread(this::serve, "rig-io");
  private volatile boolean waiting;
  private volatile boolean closing;
  private volatile boolean answered;
  private volatile @Nullable Exception failure;
  private long checksum;

  private HandOffDriver(InetSocketAddress server, Workload workload, Answers answers)
      throws IOException {
    this.answers = answers;
    sync = workload.mode() == Workload.Mode.SYNC;
    connection = new RawConnection(server, workload.shape(), false, this);
    connection.socket().register(selector, SelectionKey.OP_READ);
    thread.setDaemon(true);
    thread.start();
  }

  /** Makes them. */
  public static final class Plugin implements Driver.Plugin {
    /** Has no state. */
    public Plugin() {}

    @Override
    public Driver open(InetSocketAddress server, Workload workload, Answers answers)
        throws IOException {
      return new HandOffDriver(server, workload, answers);
    }
  }

  @Override
  public long execute(long key) throws IOException {
    answered = false;
    send(key, 0);
    while (!answered) {
      LockSupport.park(this);
      Exception failure = this.failure;
      if (failure != null) {
        throw new IOException("the I/O thread ended", failure);
      }
    }
    return checksum;
  }

  @Override
  public boolean send(long key, long token) {
    long tail = this.tail.getPlain();
    if (tail - head.getAcquire() == CAPACITY) {
      return false;
    }
    int index = (int) tail & MASK;
    keys[index] = key;
    tokens[index] = token;
    this.tail.set(tail + 1);
    if (waiting) {
      waiting = false;
      selector.wakeup();
    }
    return true;
  }

  @Override
  public void onAnswer(long token, long checksum) {
    if (sync) {
      this.checksum = checksum;
      answered = true;
      LockSupport.unpark(application);
    } else {
      answers.onAnswer(token, checksum);
    }
  }

  @Override
  public void close() throws IOException {
    closing = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
    selector.close();
  }

  private void serve() {
    try {
      while (!closing) {
        boolean idle = !drain();
        idle &= connection.read() == 0;
        if (idle) {
          await();
        }
      }
    } catch (IOException | RuntimeException e) {
      failure = e;
      answers.onFailure("the I/O thread ended: " + e);
      LockSupport.unpark(application);
    }
  }

  /** Sends all that was handed over, by one write. */
  private boolean drain() throws IOException {
    long head = this.head.getPlain();
    long tail = this.tail.get();
    boolean any = head < tail;
    while (head < tail && connection.hasRoom()) {
      int index = (int) head & MASK;
      connection.append(keys[index], tokens[index]);
      head++;
    }
    this.head.setRelease(head);
    connection.flush();
    return any;
  }

  private void await() throws IOException {
    waiting = true;
    if (tail.get() == head.getPlain() && !closing) {
      selector.select(IGNORE);
    }
    waiting = false;
  }
}
