package io.peregrine.fuzz.wire;

import io.peregrine.testkit.leak.AllocationProbe;
import java.util.regex.Pattern;

/**
 * One decoder or law, over bytes. Immutable; {@link #run} may be called on any thread.
 *
 * @param name where its regression files are
 * @param kind whether it may refuse its input
 * @param body what it does
 */
record FuzzTarget(String name, Kind kind, Body body) {
  enum Kind {
    /** Takes any bytes, and may refuse them by a DriverException. */
    DECODER,
    /** Makes a valid message of any bytes, and nothing may be thrown. */
    LAW
  }

  /** What runs; it throws whatever it finds. */
  @FunctionalInterface
  interface Body {
    /** Says in few words what the input was, for the tally of what was covered. */
    String check(byte[] input, Meter meter);
  }

  /** Bytes that any input may allocate: readers, and what one exception takes. */
  static final long ALLOCATION_BASE = 48 * 1024;

  /** Bytes allocated for each byte of the input, and each slot of a tuple. */
  static final long ALLOCATION_FACTOR = 64;

  /** Bytes for the stack trace and the text of one exception. */
  static final long ALLOCATION_PER_REFUSAL = 8 * 1024;

  /** A reader that the walk makes, with what belongs to it, whatever it then reads. */
  static final long ALLOCATION_PER_READER = 1024;

  /** The first runs of any code load classes, so only what persists counts. */
  private static final int ALLOCATION_ATTEMPTS = 5;

  private static final int MAX_SHAPE = 90;
  private static final Pattern WITH_DIGITS = Pattern.compile("'.*|[^ ]*\\d[^ ]*");

  /** Coverage-guided runs allocate for their own bookkeeping. */
  private static final boolean MEASURED = !Boolean.getBoolean("fuzz.unmeasured");

  private static final ThreadLocal<AllocationProbe> PROBE =
      ThreadLocal.withInitial(() -> AllocationProbe.of(Thread.currentThread()));

  /**
   * Runs the input.
   *
   * @return what it was, or why it was refused
   * @throws BrokenLawException if it did what it must not
   */
  String run(byte[] input) {
    Meter meter = new Meter();
    String outcome = once(input, meter);
    if (kind == Kind.DECODER && MEASURED) {
      long excess = excess(input, meter);
      for (int i = 1; excess > 0 && i < ALLOCATION_ATTEMPTS; i++) {
        meter.reset();
        once(input, meter);
        excess = Math.min(excess, excess(input, meter));
      }
      if (excess > 0) {
        throw new BrokenLawException(
            this,
            input,
            new AssertionError(meter.allocated() + " bytes allocated, too many by " + excess));
      }
    }
    return outcome;
  }

  private static long excess(byte[] input, Meter meter) {
    return meter.allocated()
        - ALLOCATION_BASE
        - ALLOCATION_FACTOR * (input.length + meter.slots())
        - ALLOCATION_PER_REFUSAL * meter.refusals()
        - ALLOCATION_PER_READER * meter.readers();
  }

  private String once(byte[] input, Meter meter) {
    AllocationProbe probe = PROBE.get().start();
    String outcome;
    try {
      outcome = body.check(input, meter);
      Law.atMost("steps", input.length + 1L, meter.steps());
    } catch (Throwable thrown) {
      meter.refused();
      meter.allocated(probe.allocatedBytes());
      if (kind != Kind.DECODER || !Decoders.isRefusal(thrown)) {
        throw new BrokenLawException(this, input, thrown);
      }
      return "refused: " + shape(String.valueOf(thrown.getMessage()));
    }
    meter.allocated(probe.allocatedBytes());
    return outcome;
  }

  /** The message without its numbers: what was wrong, not where. */
  private static String shape(String message) {
    String start = message.substring(0, Math.min(MAX_SHAPE, message.length()));
    return WITH_DIGITS.matcher(start).replaceAll("#");
  }

  @Override
  public String toString() {
    return name;
  }
}
