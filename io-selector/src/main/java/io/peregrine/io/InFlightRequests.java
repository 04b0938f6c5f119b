package io.peregrine.io;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the requests in flight on one connection, in arrays indexed by stream id.
 * Confined to the agent's thread.
 *
 * <p>A stream id is free, or waits for its answer, or is an orphan: its request has timed out, and
 * the id stays out of use until the late answer has come. A request that many envelopes answer is a
 * stream: it keeps its id until the last of them, as an orphan too.
 *
 * <p>The numbers of a request stand together, so that they come with one line of the cache. For
 * each block of stream ids a time is known before which none of its requests expires: what has
 * expired is found without looking at all the others, and nothing has to be undone when an answer
 * comes in time.
 */
final class InFlightRequests {
  private static final long FREE = 0;
  private static final long WAITING = 1;
  private static final long ORPHANED = 2;
  private static final long STREAMING = 3;

  private static final int RECORD_BITS = 3;
  private static final int STATE = 0;
  private static final int CORRELATION_ID = 1;
  private static final int OFFERED_AT = 2;
  private static final int SENT_AT = 3;
  private static final int DEADLINE = 4;
  private static final int KEPT = 5;
  private static final int TIMEOUT = 6;
  private static final int ANSWERS = 7;

  private static final int REFERENCES = 4;
  private static final int LEASE = 3;

  private static final int BLOCK_BITS = 6;
  private static final int NONE = -1;

  private final StreamIdAllocator streamIds;
  private final int limit;
  private final long[] records;
  private final Object[] references;
  private final long[] blocksEarliest;
  private final Orphans orphans;
  private int waiting;
  private long earliestDeadline = Offer.NO_DEADLINE;

  InFlightRequests(int limit) {
    this.limit = limit;
    streamIds = new StreamIdAllocator(limit);
    records = new long[limit << RECORD_BITS];
    references = new Object[limit * REFERENCES];
    blocksEarliest = new long[(limit - 1 >> BLOCK_BITS) + 1];
    Arrays.fill(blocksEarliest, Offer.NO_DEADLINE);
    orphans = new Orphans(limit);
  }

  /** Takes a stream id for a request; {@link StreamIdAllocator#NONE} if none is free. */
  int open(
      ResponseHandler handler,
      @Nullable Object attachment,
      @Nullable Object pinned,
      long correlationId) {
    int id = streamIds.take();
    if (id != StreamIdAllocator.NONE) {
      Object[] references = this.references;
      int reference = id * REFERENCES;
      references[reference] = handler;
      references[reference + 1] = attachment;
      references[reference + 2] = pinned;
      int record = id << RECORD_BITS;
      records[record + STATE] = WAITING;
      records[record + CORRELATION_ID] = correlationId;
      records[record + KEPT] = RetainedRequests.NONE;
      waiting++;
    }
    return id;
  }

  void times(int id, long offeredAt, long sentAt, long deadline) {
    long[] records = this.records;
    int record = id << RECORD_BITS;
    records[record + OFFERED_AT] = offeredAt;
    records[record + SENT_AT] = sentAt;
    deadline(id, deadline);
  }

  /** When a request expires, from now on. */
  void deadline(int id, long deadline) {
    records[(id << RECORD_BITS) + DEADLINE] = deadline;
    int block = id >> BLOCK_BITS;
    if (deadline < blocksEarliest[block]) {
      blocksEarliest[block] = deadline;
      if (deadline < earliestDeadline) {
        earliestDeadline = deadline;
      }
    }
  }

  /** Gives a request that is late another deadline, in the middle of {@link #nextExpired}. */
  void postpone(int id, long deadline) {
    records[(id << RECORD_BITS) + DEADLINE] = deadline;
  }

  void retain(int id, int handle, int length) {
    records[(id << RECORD_BITS) + KEPT] = (long) length << Integer.SIZE | handle & 0xFFFF_FFFFL;
  }

  void retain(int id, @Nullable BufferLease lease) {
    references[id * REFERENCES + LEASE] = lease;
  }

  boolean isWaiting(int id) {
    return id >= 0 && id < limit && records[(id << RECORD_BITS) + STATE] == WAITING;
  }

  /** Many envelopes answer the request; what time it had for the first, it has for each. */
  void stream(int id) {
    int record = id << RECORD_BITS;
    long deadline = records[record + DEADLINE];
    records[record + STATE] = STREAMING;
    records[record + TIMEOUT] =
        deadline == Offer.NO_DEADLINE ? Offer.NO_TIMEOUT : deadline - records[record + OFFERED_AT];
    records[record + ANSWERS] = 0;
  }

  boolean isStream(int id) {
    return id >= 0 && id < limit && records[(id << RECORD_BITS) + STATE] == STREAMING;
  }

  /** One more envelope has come for a stream; how many were there before. */
  long countAnswer(int id) {
    return records[(id << RECORD_BITS) + ANSWERS]++;
  }

  /** How long a stream waits for an envelope, in ns. */
  long timeoutNanos(int id) {
    return records[(id << RECORD_BITS) + TIMEOUT];
  }

  /** Who knows a stream's last envelope; null if the id is an orphan of one envelope. */
  @Nullable StreamHandler streamHandler(int id) {
    return (StreamHandler) references[id * REFERENCES];
  }

  boolean isOrphan(int id) {
    return id >= 0 && id < limit && records[(id << RECORD_BITS) + STATE] == ORPHANED;
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
    return records[(id << RECORD_BITS) + CORRELATION_ID];
  }

  long deadline(int id) {
    return records[(id << RECORD_BITS) + DEADLINE];
  }

  long offeredAt(int id) {
    return records[(id << RECORD_BITS) + OFFERED_AT];
  }

  long sentAt(int id) {
    return records[(id << RECORD_BITS) + SENT_AT];
  }

  int retained(int id) {
    return (int) records[(id << RECORD_BITS) + KEPT];
  }

  int length(int id) {
    return (int) (records[(id << RECORD_BITS) + KEPT] >>> Integer.SIZE);
  }

  /** The request has its answer, or will have none: its stream id is free again. */
  void release(int id) {
    forget(id);
    records[(id << RECORD_BITS) + STATE] = FREE;
    streamIds.giveBack(id);
  }

  /** The request is over for its handler, but its answer may still come. */
  void orphan(int id, long now) {
    Object streamHandler = isStream(id) ? references[id * REFERENCES] : null;
    forget(id);
    references[id * REFERENCES] = streamHandler;
    records[(id << RECORD_BITS) + STATE] = ORPHANED;
    orphans.add(id, now);
  }

  /** The late answer has come, or will not: the stream id of an orphan is free again. */
  void free(int id) {
    orphans.remove(id);
    references[id * REFERENCES] = null;
    records[(id << RECORD_BITS) + STATE] = FREE;
    streamIds.giveBack(id);
  }

  private void forget(int id) {
    Object[] references = this.references;
    int reference = id * REFERENCES;
    references[reference] = null;
    references[reference + 1] = null;
    references[reference + 2] = null;
    references[reference + LEASE] = null;
    waiting--;
  }

  /**
   * The next request at or after some stream id whose deadline has passed; -1 if there is none. To
   * be asked again from that one on, once it is an orphan.
   */
  int nextExpired(int from, long now) {
    long[] blocksEarliest = this.blocksEarliest;
    int block = from >> BLOCK_BITS;
    int id = from;
    while (block < blocksEarliest.length) {
      if (blocksEarliest[block] <= now) {
        int end = Math.min(limit, block + 1 << BLOCK_BITS);
        while (id < end) {
          if (waitingDeadline(id) <= now) {
            return id;
          }
          id++;
        }
        blocksEarliest[block] = earliestIn(block);
      }
      block++;
      id = block << BLOCK_BITS;
    }
    return NONE;
  }

  private long earliestIn(int block) {
    int end = Math.min(limit, block + 1 << BLOCK_BITS);
    long earliest = Offer.NO_DEADLINE;
    for (int id = block << BLOCK_BITS; id < end; id++) {
      earliest = Math.min(earliest, waitingDeadline(id));
    }
    return earliest;
  }

  private long waitingDeadline(int id) {
    int record = id << RECORD_BITS;
    long state = records[record + STATE];
    return state == WAITING || state == STREAMING ? records[record + DEADLINE] : Offer.NO_DEADLINE;
  }

  /** Takes over which deadline is the first, after {@link #nextExpired}. */
  void findEarliestDeadline() {
    long earliest = Offer.NO_DEADLINE;
    for (long blockEarliest : blocksEarliest) {
      earliest = Math.min(earliest, blockEarliest);
    }
    earliestDeadline = earliest;
  }

  /** No deadline is earlier; the one that it was may be gone already. */
  long earliestDeadline() {
    return earliestDeadline;
  }

  int limit() {
    return limit;
  }

  int waiting() {
    return waiting;
  }

  Orphans orphans() {
    return orphans;
  }
}
