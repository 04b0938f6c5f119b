package io.peregrine.io;

/**
 * Stream ids of one connection: a stack of those that are free. Confined to the agent's thread.
 *
 * <p>The id that was given back last is taken first, so that the arrays indexed by it stay warm.
 */
final class StreamIdAllocator {
  /** More than a request can carry: stream ids are 0 to 32,767. */
  static final int MAX_IDS = 1 << 15;

  /** What {@link #take} answers when none is free. */
  static final int NONE = -1;

  private final short[] free;
  private int available;

  StreamIdAllocator(int ids) {
    if (ids < 1 || ids > MAX_IDS) {
      throw new IllegalArgumentException(
          ids + " requests in flight on a connection; 1 to " + MAX_IDS + " are possible");
    }
    free = new short[ids];
    for (int i = 0; i < ids; i++) {
      free[i] = (short) (ids - 1 - i);
    }
    available = ids;
  }

  int take() {
    int available = this.available;
    if (available == 0) {
      return NONE;
    }
    this.available = available - 1;
    return free[available - 1];
  }

  void giveBack(int streamId) {
    free[available++] = (short) streamId;
  }

  int taken() {
    return free.length - available;
  }
}
