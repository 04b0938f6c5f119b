package io.peregrine.conductor;

import io.peregrine.codec.DriverException;

/** The server answered one of the driver's own queries with an error. Immutable. */
final class RefusedQueryException extends DriverException {
  private static final long serialVersionUID = 1L;

  RefusedQueryException(String message) {
    super(message);
  }
}
