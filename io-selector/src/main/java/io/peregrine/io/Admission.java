package io.peregrine.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How many requests a connection has taken: those in the ring, those in flight, and those whose
 * answers are late. Any thread may use it, but for {@link #end}.
 *
 * <p>It counts what has begun and what has ended. The agent alone counts ends, so that an answer
 * costs no atomic operation; and the two stand apart, so that offering threads and the agent do not
 * write to the same line of the cache. Both wrap around; their difference does not. They are fields
 * and not elements of an array, because a choice between nodes waits for them to be read.
 */
@SuppressWarnings("unused")
public final class Admission extends BegunRequests {
  /** That of no connection: as many requests are on their way as can be, and none is taken. */
  public static final Admission NEVER = new Admission(0, Integer.MAX_VALUE);

  private static final VarHandle ENDED = count(MethodHandles.lookup(), "ended");

  private volatile int ended;

  /** What the agent has said last, so that it need not read what others write beside. */
  private boolean saidCongested;

  private byte a000, a001, a002, a003, a004, a005, a006, a007, a008, a009, a010, a011;
  private byte a012, a013, a014, a015, a016, a017, a018, a019, a020, a021, a022, a023;
  private byte a024, a025, a026, a027, a028, a029, a030, a031, a032, a033, a034, a035;
  private byte a036, a037, a038, a039, a040, a041, a042, a043, a044, a045, a046, a047;
  private byte a048, a049, a050, a051, a052, a053, a054, a055, a056, a057, a058, a059;
  private byte a060, a061, a062, a063, a064, a065, a066, a067, a068, a069, a070, a071;
  private byte a072, a073, a074, a075, a076, a077, a078, a079, a080, a081, a082, a083;
  private byte a084, a085, a086, a087, a088, a089, a090, a091, a092, a093, a094, a095;
  private byte a096, a097, a098, a099, a100, a101, a102, a103, a104, a105, a106, a107;
  private byte a108, a109, a110, a111, a112, a113, a114, a115, a116, a117, a118, a119;
  private byte a120, a121, a122, a123, a124, a125, a126, a127;

  /**
   * Nothing has been taken yet.
   *
   * @param limit how many requests of the application's may be in flight
   */
  public Admission(int limit) {
    this(limit, 0);
  }

  private Admission(int limit, int begun) {
    super(limit, begun);
  }

  /** One more than requests may take, if the protocol has it, so that heartbeats have one. */
  int streamIds() {
    return Math.min(limit() + 1, StreamIdAllocator.MAX_IDS);
  }

  /**
   * How many it has taken that have not ended.
   *
   * @return at least 0
   */
  public int taken() {
    // In this order: one that ends meanwhile is counted yet, and the difference never negative.
    int ended = this.ended;
    return begun() - ended;
  }

  /**
   * About how many it has taken that have not ended, for who compares connections: reads nothing
   * but memory's plain contents, so that a processor and a compiler may do it when they like.
   *
   * @return at least 0, as a rule what {@link #taken} says; it may be wrong by what begins or ends
   *     meanwhile
   */
  public int aboutTaken() {
    return Math.max(0, plainBegun() - (int) ENDED.get(this));
  }

  /**
   * Takes one for a request, as each offer to a connection does by itself. Whoever calls it gives
   * it back by {@link #giveBack}.
   *
   * @return false if there is none, or so much waits that more would not help
   */
  public boolean take() {
    return !isCongested() && takeBelow(limit());
  }

  /** Takes one for a heartbeat; false if there is none. */
  boolean takeForHeartbeat() {
    return takeBelow(streamIds());
  }

  /** Takes one for the handshake, before which there is nothing else. */
  void takeForHandshake() {
    begin();
  }

  /**
   * One has ended: its stream id is free already. For the agent's thread, or who acts in its place.
   */
  void end() {
    ENDED.setRelease(this, (int) ENDED.get(this) + 1);
  }

  /** Says whether so much waits that more would not help. For the agent's thread. */
  void congested(boolean full) {
    if (full != saidCongested) {
      saidCongested = full;
      publish(full);
    }
  }

  private boolean takeBelow(int bound) {
    if (begin() - ended >= bound) {
      giveBack();
      return false;
    }
    return true;
  }
}
