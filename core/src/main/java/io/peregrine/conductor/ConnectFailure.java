package io.peregrine.conductor;

import io.peregrine.AuthenticationFailedException;
import io.peregrine.NoHostAvailableException;
import io.peregrine.OperationTimedOutException;
import io.peregrine.UnsupportedProtocolVersionException;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.HandshakeException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /** Whether the server does not let this client in, which will not change by itself. */
  static boolean isAuthentication(Throwable cause) {
    return cause instanceof AuthenticationFailedException
        || cause instanceof HandshakeException handshake && handshake.isAuthentication();
  }

  /** Whether the server does not speak the protocol version that it was asked for. */
  static boolean isVersionRefused(Throwable cause) {
    return cause instanceof HandshakeException handshake
        && handshake.reason() == HandshakeException.Reason.UNSUPPORTED_VERSION;
  }

  /**
   * Nobody takes the control connection.
   *
   * @param errors why, by address
   * @param wanted the protocol version that the application has set, or null
   */
  static DriverException ofAll(
      Map<InetSocketAddress, Throwable> errors, @Nullable ProtocolVersion wanted) {
    for (Throwable error : errors.values()) {
      if (isVersionRefused(error)) {
        return new UnsupportedProtocolVersionException(
            wanted == null
                ? "The server speaks none of the driver's protocol versions (3, 4 and 5): "
                    + error.getMessage()
                : "Protocol version "
                    + wanted.code()
                    + " was set explicitly, and the server does not speak it; leave it unset to"
                    + " use what both speak: "
                    + error.getMessage(),
            error);
      }
    }
    return new NoHostAvailableException("Unable to connect to any contact point", errors);
  }
}
