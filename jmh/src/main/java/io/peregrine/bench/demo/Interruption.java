package io.peregrine.bench.demo;

/** How Ctrl-C stops loops that never block for long. Stateless: any thread may use it. */
final class Interruption {
  private Interruption() {}

  /**
   * Clears the calling thread's interrupt, so that it can still clean up.
   *
   * @throws DemoFailedException if there was one
   */
  static void check() {
    if (Thread.interrupted()) {
      throw new DemoFailedException("it was interrupted.");
    }
  }
}
