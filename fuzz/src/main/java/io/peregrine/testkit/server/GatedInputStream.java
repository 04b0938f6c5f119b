package io.peregrine.testkit.server;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what is read, and can be shut so that nobody reads on. One thread reads; any thread may
 * open and shut it.
 */
final class GatedInputStream extends FilterInputStream {
  private final AtomicLong count = new AtomicLong();
  private final Object gate = new Object();
  private boolean shut;

  GatedInputStream(InputStream in) {
    super(in);
  }

  long count() {
    return count.get();
  }

  void shut() {
    synchronized (gate) {
      shut = true;
    }
  }

  void open() {
    synchronized (gate) {
      shut = false;
      gate.notifyAll();
    }
  }

  /** Returns once the gate is open. */
  void pass() throws InterruptedIOException {
    synchronized (gate) {
      while (shut) {
        try {
          gate.wait();
        } catch (InterruptedException e) {
          throw new InterruptedIOException("interrupted while reading was paused");
        }
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    pass();
    int read = in.read(target, offset, length);
    if (read > 0) {
      count.addAndGet(read);
    }
    return read;
  }
}
