package io.peregrine.conductor;

import io.peregrine.AuthenticationFailedException;
import io.peregrine.OperationTimedOutException;
import io.peregrine.codec.DriverException;
import io.peregrine.io.HandshakeException;

/** Says why a connection could not be opened, to those who decide what follows. Stateless. */
final class ConnectFailure {
  private ConnectFailure() {}

  /** A connect timeout is a late answer to policies, as any other timeout is. */
  static Throwable forPolicies(DriverException cause) {
    return cause instanceof HandshakeException handshake
            && handshake.reason() == HandshakeException.Reason.TIMED_OUT
        ? new OperationTimedOutException(String.valueOf(cause.getMessage()), cause)
        : cause;
  }

  /** What was wrong, without what a future wraps around it. */
  static Throwable unwrapped(Throwable error) {
    return FailedFuture.cause(error);
  }

  /** Whether the server does not let this client in, which will not change by itself. */
  static boolean isAuthentication(Throwable cause) {
    return cause instanceof AuthenticationFailedException
        || cause instanceof HandshakeException handshake && handshake.isAuthentication();
  }
}
