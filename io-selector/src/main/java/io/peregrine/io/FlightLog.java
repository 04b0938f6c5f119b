package io.peregrine.io;

import io.peregrine.codec.DriverException;

/**
 * Is told what a connection carried last before an error ended it. Called on the agent's thread.
 */
@FunctionalInterface
public interface FlightLog {
  /** Tells nobody. */
  FlightLog NONE = (records, cause) -> {};

  /**
   * An error has ended a connection, or kept it from becoming ready. Called once for a connection,
   * before what is in flight on it fails.
   *
   * @param records its last envelopes
   * @param cause the error
   */
  void onConnectionError(FlightRecords records, DriverException cause);
}
