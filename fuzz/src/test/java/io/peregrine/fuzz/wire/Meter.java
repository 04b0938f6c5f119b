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
  private long allocated;

  void reset() {
    steps = 0;
    slots = 0;
    refusals = 0;
  }

  void step() {
    steps++;
  }

  void slots(int count) {
    slots += count;
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

  long refusals() {
    return refusals;
  }
}
