package io.peregrine.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What of an {@link Admission} the offering threads write: how many requests have begun. Any thread
 * may use it.
 *
 * <p>It is a class of its own because the virtual machine arranges the fields of each class alone,
 * the smaller ones last. So the bytes that nobody uses keep this count off that of ends.
 */
@SuppressWarnings("unused")
sealed class BegunRequests permits Admission {
  private static final VarHandle BEGUN = count(MethodHandles.lookup(), "begun");

  private final int limit;
  private volatile boolean congested;
  private volatile int begun;

  private byte b000, b001, b002, b003, b004, b005, b006, b007, b008, b009, b010, b011;
  private byte b012, b013, b014, b015, b016, b017, b018, b019, b020, b021, b022, b023;
  private byte b024, b025, b026, b027, b028, b029, b030, b031, b032, b033, b034, b035;
  private byte b036, b037, b038, b039, b040, b041, b042, b043, b044, b045, b046, b047;
  private byte b048, b049, b050, b051, b052, b053, b054, b055, b056, b057, b058, b059;
  private byte b060, b061, b062, b063, b064, b065, b066, b067, b068, b069, b070, b071;
  private byte b072, b073, b074, b075, b076, b077, b078, b079, b080, b081, b082, b083;
  private byte b084, b085, b086, b087, b088, b089, b090, b091, b092, b093, b094, b095;
  private byte b096, b097, b098, b099, b100, b101, b102, b103, b104, b105, b106, b107;
  private byte b108, b109, b110, b111, b112, b113, b114, b115, b116, b117, b118, b119;
  private byte b120, b121, b122, b123, b124, b125, b126, b127;

  BegunRequests(int limit, int begun) {
    this.limit = limit;
    this.begun = begun;
  }

  /** A field of the class that looks it up. */
  static VarHandle count(MethodHandles.Lookup lookup, String name) {
    try {
      return lookup.findVarHandle(lookup.lookupClass(), name, int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** How many requests of the application's may be in flight. */
  final int limit() {
    return limit;
  }

  /** Whether so much waits to be sent that the server seems not to read. */
  final boolean isCongested() {
    return congested;
  }

  final void publish(boolean full) {
    congested = full;
  }

  final int begun() {
    return begun;
  }

  /** The same, but not in any order with what else is read. */
  final int plainBegun() {
    return (int) BEGUN.get(this);
  }

  /** One more has begun; how many had before. */
  final int begin() {
    return (int) BEGUN.getAndAdd(this, 1);
  }

  /** Gives one back that came to nothing, on the thread that took it. */
  public final void giveBack() {
    BEGUN.getAndAdd(this, -1);
  }
}
