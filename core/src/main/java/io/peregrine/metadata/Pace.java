package io.peregrine.metadata;

/**
 * How fast something is done that goes through all tokens of a large cluster. Used by the thread
 * that does it.
 *
 * <p>Where there are more threads than cores, one that computes for long keeps another waiting
 * whose answer has just come: until the scheduler's next tick, which is milliseconds. So long work
 * tells how far it has come, and may be made to rest.
 */
@FunctionalInterface
public interface Pace {
  /** Without a rest. */
  Pace UNBROKEN = tokens -> {};

  /**
   * Something has been done, which may be to make room for so many. It may take a moment before
   * this returns.
   *
   * @param tokens for about how many tokens
   */
  void did(int tokens);
}
