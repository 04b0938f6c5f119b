package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;

/** The server answered one of the driver's own queries with an error. Immutable. */
final class RefusedQueryException extends DriverException {
  private static final long serialVersionUID = 1L;

  private final int code;

  /**
   * @param code why, as {@link ErrorCode} has it
   */
  RefusedQueryException(int code, String message) {
    super(message);
    this.code = code;
  }

  /**
   * Whether the server has no such table, or no such column in it: it will answer the same next
   * time, while any other error may be gone by then.
   */
  boolean saysThatThereIsNoSuchThing() {
    String message = String.valueOf(getMessage());
    // Servers from before Cassandra 3 call it an error of their own.
    return code == ErrorCode.INVALID
        || code == ErrorCode.SERVER_ERROR && message.contains("Unknown keyspace/cf pair");
  }
}
