package io.peregrine;

import io.peregrine.codec.DriverException;

/** Errors that only the driver itself can make, for tests of its other packages. Immutable. */
public final class Failures {
  private Failures() {}

  /** A server that does not let the client in. */
  public static DriverException badCredentials() {
    return new AuthenticationFailedException("Provided username and/or password are incorrect");
  }
}
