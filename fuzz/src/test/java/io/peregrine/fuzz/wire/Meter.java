package io.peregrine.fuzz.wire;

/**
 * What a decoder did with one input, in numbers that have ceilings. Not thread-safe.
 *
 * <p>A step is a value that the reader gave out: each takes at least one byte of the input. A slot
 * is a component of a tuple or user-defined type: a value that is cut short has as many as its type
 * says, without a byte of its own.
 */
final class Meter {
  private long steps;
  private long slots;
  private long refusals;
  private long readers;
  private long allocated;

  void reset() {
    steps = 0;
    slots = 0;
    refusals = 0;
    readers = 0;
  }

  void step() {
    steps++;
  }

  void slots(int count) {
    slots += count;
  }

  /** The walk has made a reader of its own, which the code under test did not ask for. */
  void reader() {
    readers++;
  }

  void refused() {
    refusals++;
  }

  void allocated(long bytes) {
    allocated = bytes;
  }

  long allocated() {
    return allocated;
  }

  long steps() {
    return steps;
  }

  long slots() {
    return slots;
  }

  long readers() {
    return readers;
  }

  long refusals() {
    return refusals;
  }
}
