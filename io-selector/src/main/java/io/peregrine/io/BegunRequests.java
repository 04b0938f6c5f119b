package io.peregrine.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What of an {@link Admission} the offering threads use: how many requests have begun, and up to
 * what they may. Any thread may use it.
 *
 * <p>It is a class of its own because the virtual machine arranges the fields of each class alone.
 */
sealed class BegunRequests permits BegunRequestsApart {
  private static final VarHandle BEGUN = count(MethodHandles.lookup(), "begun");

  private final int limit;
  private volatile boolean congested;
  private volatile int begun;

  BegunRequests(int limit) {
    this.limit = limit;
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

  final void congested(boolean full) {
    if (full != congested) {
      congested = full;
    }
  }

  final int begun() {
    return begun;
  }

  /** One more has begun; how many had before. */
  final int begin() {
    return (int) BEGUN.getAndAdd(this, 1);
  }

  /** Gives one back that came to nothing, on the thread that took it. */
  final void giveBack() {
    BEGUN.getAndAdd(this, -1);
  }
}
