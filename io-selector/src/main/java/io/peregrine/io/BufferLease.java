package io.peregrine.io;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The buffer in which a request travels that is too large for the ring. It passes from the thread
 * that offers the request to the agent with the record, and belongs to one of them at a time.
 */
final class BufferLease {
  private final LeaseBudget budget;
  private final ByteBuffer memory;
  private final UnsafeBuffer buffer;
  private final int length;
  private boolean sending;
  private boolean given;

  BufferLease(LeaseBudget budget, ByteBuffer memory, int length) {
    this.budget = budget;
    this.memory = memory;
    this.buffer = new UnsafeBuffer(memory);
    this.length = length;
  }

  UnsafeBuffer buffer() {
    return buffer;
  }

  int length() {
    return length;
  }

  /** The bytes are needed until {@link #endSending}, even if the answer comes before. */
  void beginSending() {
    sending = true;
  }

  void endSending() {
    sending = false;
    if (given) {
      free();
    }
  }

  void giveBack() {
    given = true;
    if (!sending) {
      free();
    }
  }

  private void free() {
    buffer.wrap(0, 0);
    budget.giveBack(memory);
  }
}
