package io.peregrine.io;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * What an agent does with requests and commands once its loop has ended. Any thread may {@link
 * #ask}: what comes too late for the loop is refused by whoever brought it, or by who is at it
 * already: one at a time, and nobody waits, so that handlers may offer and connect again meanwhile.
 */
final class LastDrain {
  /** Long after that, a thread that is still at it sees that the agent is closed. */
  private static final long LONGEST_CLAIM_NANOS = 100_000_000;

  private final RequestRing ring;
  private final IntSupplier commands;
  private final AtomicInteger asked = new AtomicInteger();

  LastDrain(RequestRing ring, IntSupplier commands) {
    this.ring = ring;
    this.commands = commands;
  }

  /** The agent itself is at it from now on, until {@link #untilNobodyAsks} returns. */
  void begin() {
    asked.set(1);
  }

  void ask() {
    if (asked.getAndIncrement() == 0) {
      untilNobodyAsks();
    }
  }

  void untilNobodyAsks() {
    int before;
    do {
      before = asked.get();
      once();
    } while (asked.addAndGet(-before) != 0);
  }

  /**
   * Waits for the threads that had claimed a place when they could not see yet that the agent is
   * closed: they may not see it when they are done either. There is nothing between a claim and its
   * end that could wait for the agent.
   */
  void untilClaimsAreDone() {
    long begin = System.nanoTime();
    once();
    while (ring.size() > 0 && System.nanoTime() - begin < LONGEST_CLAIM_NANOS) {
      Thread.yield();
      once();
    }
  }

  void once() {
    boolean more;
    do {
      long position = ring.buffer().consumerPosition();
      int ran = commands.getAsInt();
      ring.read(Integer.MAX_VALUE);
      // A read that met nothing but padding counts no request, and more may stand behind it.
      more = ran > 0 || ring.buffer().consumerPosition() != position;
    } while (more);
  }
}
