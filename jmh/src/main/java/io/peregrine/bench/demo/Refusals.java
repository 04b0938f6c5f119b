package io.peregrine.bench.demo;

import io.peregrine.Session;

/** Which refusals of an offer pass by themselves. Stateless: any thread may use it. */
final class Refusals {
  private Refusals() {}

  /**
   * Returns if it is worth offering again.
   *
   * @throws DemoFailedException if not
   */
  static void check(long result) {
    if (result != Session.BACK_PRESSURED && result != Session.BUSY) {
      throw new DemoFailedException(
          result == Session.NOT_CONNECTED
              ? "The connection to Cassandra is lost."
              : "The session was closed under the demo.");
    }
  }
}
