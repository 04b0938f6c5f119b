package io.peregrine.io;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/** A connection that was ready and is no more. Immutable once it is handed out. */
public final class ConnectionLostException extends DriverException {
  private static final long serialVersionUID = 1L;

  /** Copied just before the exception was handed out. */
  private transient @Nullable FlightRecords flightRecords;

  ConnectionLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  void attach(FlightRecords records) {
    flightRecords = records;
  }

  /**
   * What the connection carried last.
   *
   * @return its last envelopes; null if they were not recorded
   */
  public @Nullable FlightRecords flightRecords() {
    return flightRecords;
  }
}
