package io.peregrine.io;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What went wrong with one connection, in words. Immutable. */
final class ConnectionErrors {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final int id;
  private final ConnectRequest request;

  ConnectionErrors(int id, ConnectRequest request) {
    this.id = id;
    this.request = request;
  }

  HandshakeException timedOut(boolean securing) {
    return new HandshakeException(
        HandshakeException.Reason.TIMED_OUT,
        "Connecting to "
            + request.address()
            + " took longer than "
            + request.timeoutNanos() / NANOS_PER_MILLI
            + " ms; is that a CQL port, and is the network between slow?"
            + (securing
                ? " The TLS handshake was not over; is TLS switched on for this port?"
                : ""),
        null);
  }

  HandshakeException unreachable(Exception cause) {
    return new HandshakeException(
        HandshakeException.Reason.UNREACHABLE,
        "Cannot connect to "
            + request.address()
            + ": "
            + cause.getMessage()
            + "; is the server running, and is this its CQL port?",
        cause);
  }

  HandshakeException noCqlVersion(String wanted, List<String> offered) {
    return new HandshakeException(
        HandshakeException.Reason.UNSUPPORTED_CQL_VERSION,
        "CQL version "
            + wanted
            + " is not supported by "
            + request.address()
            + ", which offers "
            + offered
            + "; use one of those, or leave it unset",
        null);
  }

  HandshakeException noCompression(List<String> offered) {
    Compression wanted = request.compression();
    return new HandshakeException(
        HandshakeException.Reason.UNSUPPORTED_COMPRESSION,
        "The requested compression type ("
            + wanted.algorithm()
            + ") is not supported by the Cassandra server at "
            + request.address()
            + (wanted.isIn(request.version())
                ? ", which offers " + offered + "; use one of those, AUTO or NONE"
                : ": protocol "
                    + request.version()
                    + " does not have it; use LZ4 or AUTO, or protocol V4"),
        null);
  }

  HandshakeException notCql(DriverException cause) {
    return new HandshakeException(
        HandshakeException.Reason.NOT_CQL,
        "What answers at "
            + request.address()
            + " does not speak CQL; is this the native transport port? "
            + cause.getMessage(),
        cause);
  }

  HandshakeException unsupportedVersion(ProtocolVersion version, String serverMessage) {
    return new HandshakeException(
        HandshakeException.Reason.UNSUPPORTED_VERSION,
        request.address() + " does not speak protocol " + version + ": " + serverMessage,
        null);
  }

  HandshakeException refused(String words) {
    return new HandshakeException(
        HandshakeException.Reason.REFUSED,
        request.address() + " refused the connection: " + words,
        null);
  }

  HandshakeException authenticationRequired(String serverAuthenticator) {
    return new HandshakeException(
        HandshakeException.Reason.AUTHENTICATION_REQUIRED,
        "Failed to authenticate to "
            + request.address()
            + ": Remote end requires authentication. ("
            + serverAuthenticator
            + "); give the cluster credentials(...) or an authProvider(...)",
        null);
  }

  HandshakeException notAuthenticated(String why, @Nullable Throwable cause) {
    return new HandshakeException(
        HandshakeException.Reason.AUTHENTICATION_FAILED,
        "Failed to authenticate to " + request.address() + ": " + why,
        cause);
  }

  HandshakeException notSecured(IOException cause) {
    return new HandshakeException(
        HandshakeException.Reason.TLS,
        "No TLS connection to "
            + request.address()
            + ": "
            + TlsTroubles.explain(cause, request.address()),
        cause);
  }

  /** What a connection ends with that was lost before the server's first words. */
  HandshakeException endedEarly(ConnectionLostException lost, boolean plain) {
    return new HandshakeException(
        HandshakeException.Reason.CLOSED,
        "The connection to "
            + request.address()
            + " ended before it was ready: "
            + lost.getMessage()
            + (plain ? "; if the server expects TLS on this port, give the cluster tls(...)" : ""),
        lost);
  }

  /** What a connection that never was ready ends with. */
  HandshakeException beforeReady(DriverException cause) {
    return cause instanceof HandshakeException handshake
        ? handshake
        : new HandshakeException(
            HandshakeException.Reason.CLOSED,
            "The connection to "
                + request.address()
                + " ended before it was ready: "
                + cause.getMessage(),
            cause);
  }

  /** What a connection ends with whose server does not answer any more. */
  ConnectionLostException silent(long silentNanos, long timeoutNanos) {
    return lost(
        ": nothing came from the server for "
            + silentNanos / NANOS_PER_MILLI
            + " ms, nor an answer to the heartbeat within "
            + timeoutNanos / NANOS_PER_MILLI
            + " ms; is the server down, or the network to it cut?",
        null);
  }

  /** What a connection ends with that had too many orphans. */
  ConnectionLostException drained(int maxOrphans) {
    return new ConnectionLostException(
        "Connection "
            + id
            + " to "
            + request.address()
            + " was given up: more than "
            + maxOrphans
            + " requests on it timed out and were never answered",
        null);
  }

  /** Whether a connection ended by an error, and not because somebody closed it. */
  static boolean isError(DriverException cause) {
    return cause instanceof ConnectionLostException
        || cause instanceof HandshakeException handshake
            && handshake.reason() != HandshakeException.Reason.CLOSED;
  }

  ConnectionLostException lost(String how, @Nullable Throwable cause) {
    return new ConnectionLostException(
        "Connection "
            + id
            + " to "
            + request.address()
            + " was lost"
            + how
            + (cause == null ? "" : ": " + cause),
        cause);
  }
}
