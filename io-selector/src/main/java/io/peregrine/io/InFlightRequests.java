package io.peregrine.io;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the requests in flight on one connection, in arrays indexed by stream id.
 * Confined to the agent's thread.
 *
 * <p>A stream id is free, or waits for its answer, or is an orphan: its request has timed out, and
 * the id stays out of use until the late answer has come.
 */
final class InFlightRequests {
  private static final byte FREE = 0;
  private static final byte WAITING = 1;
  private static final byte ORPHANED = 2;

  private static final int REFERENCES = 4;
  private static final int LEASE = 3;

  private final StreamIdAllocator streamIds;
  private final byte[] states;
  private final Object[] references;
  private final long[] correlationIds;
  private final long[] offeredAt;
  private final long[] sentAt;
  private final long[] deadlines;
  private final int[] retained;
  private final int[] lengths;
  private int waiting;
  private int orphans;
  private long earliestDeadline = RequestProxy.NO_DEADLINE;

  InFlightRequests(int limit) {
    streamIds = new StreamIdAllocator(limit);
    states = new byte[limit];
    references = new Object[limit * REFERENCES];
    correlationIds = new long[limit];
    offeredAt = new long[limit];
    sentAt = new long[limit];
    deadlines = new long[limit];
    retained = new int[limit];
    lengths = new int[limit];
  }

  /** Takes a stream id for a request; {@link StreamIdAllocator#NONE} if none is free. */
  int open(
      ResponseHandler handler,
      @Nullable Object attachment,
      @Nullable Object pinned,
      long correlationId) {
    int id = streamIds.take();
    if (id != StreamIdAllocator.NONE) {
      int reference = id * REFERENCES;
      references[reference] = handler;
      references[reference + 1] = attachment;
      references[reference + 2] = pinned;
      correlationIds[id] = correlationId;
      retained[id] = RetainedRequests.NONE;
      states[id] = WAITING;
      waiting++;
    }
    return id;
  }

  void times(int id, long offeredAt, long sentAt, long deadline) {
    this.offeredAt[id] = offeredAt;
    this.sentAt[id] = sentAt;
    this.deadlines[id] = deadline;
    if (deadline < earliestDeadline) {
      earliestDeadline = deadline;
    }
  }

  void retain(int id, int handle, int length) {
    retained[id] = handle;
    lengths[id] = length;
  }

  void retain(int id, @Nullable BufferLease lease) {
    references[id * REFERENCES + LEASE] = lease;
  }

  boolean isWaiting(int id) {
    return id >= 0 && id < states.length && states[id] == WAITING;
  }

  boolean isOrphan(int id) {
    return id >= 0 && id < states.length && states[id] == ORPHANED;
  }

  ResponseHandler handler(int id) {
    return (ResponseHandler) references[id * REFERENCES];
  }

  @Nullable Object attachment(int id) {
    return references[id * REFERENCES + 1];
  }

  @Nullable Object pinned(int id) {
    return references[id * REFERENCES + 2];
  }

  @Nullable BufferLease lease(int id) {
    return (BufferLease) references[id * REFERENCES + LEASE];
  }

  long correlationId(int id) {
    return correlationIds[id];
  }

  long deadline(int id) {
    return deadlines[id];
  }

  long offeredAt(int id) {
    return offeredAt[id];
  }

  long sentAt(int id) {
    return sentAt[id];
  }

  int retained(int id) {
    return retained[id];
  }

  int length(int id) {
    return lengths[id];
  }

  /** The request is over for its handler, which will not be called any more. */
  void settle(int id) {
    int reference = id * REFERENCES;
    references[reference] = null;
    references[reference + 1] = null;
    references[reference + 2] = null;
    states[id] = ORPHANED;
    waiting--;
    orphans++;
  }

  /** The stream id of a settled request is free again. */
  void free(int id) {
    states[id] = FREE;
    orphans--;
    references[id * REFERENCES + LEASE] = null;
    streamIds.giveBack(id);
  }

  /** The next request at or after some stream id whose deadline has passed; -1 if there is none. */
  int nextExpired(int from, long now) {
    byte[] states = this.states;
    for (int id = from; id < states.length; id++) {
      if (states[id] == WAITING && deadlines[id] <= now) {
        return id;
      }
    }
    return -1;
  }

  /** Looks anew which deadline is the first. */
  void findEarliestDeadline() {
    long earliest = RequestProxy.NO_DEADLINE;
    for (int id = 0; id < states.length; id++) {
      if (states[id] == WAITING && deadlines[id] < earliest) {
        earliest = deadlines[id];
      }
    }
    earliestDeadline = earliest;
  }

  /** No deadline is earlier; the one that it was may be gone already. */
  long earliestDeadline() {
    return earliestDeadline;
  }

  int limit() {
    return states.length;
  }

  int waiting() {
    return waiting;
  }

  int orphans() {
    return orphans;
  }

  int taken() {
    return streamIds.taken();
  }
}
