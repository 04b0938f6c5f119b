package io.peregrine.io;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What a new connection is to be. Immutable.
 *
 * @param address where to connect to; resolved
 * @param version the protocol version to speak
 * @param startupOptions the STARTUP options; CQL_VERSION is taken from the server if absent, and
 *     COMPRESSION is agreed on with it
 * @param compression what is wanted; a server that does not offer an algorithm asked for by name is
 *     not connected to
 * @param timeoutNanos how long connecting and the handshake may take, in ns, at least 1
 */
public record ConnectRequest(
    InetSocketAddress address,
    ProtocolVersion version,
    Map<String, String> startupOptions,
    Compression compression,
    long timeoutNanos) {
  /**
   * Checks the values and copies the map.
   *
   * @throws IllegalArgumentException if the address is not resolved, the timeout not positive, or
   *     the compression among the options
   */
  public ConnectRequest {
    startupOptions = Map.copyOf(startupOptions);
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(address + " is not resolved");
    }
    if (startupOptions.containsKey(Compression.OPTION)) {
      throw new IllegalArgumentException(
          Compression.OPTION + " among the STARTUP options; ask for it by the compression");
    }
    if (timeoutNanos < 1) {
      throw new IllegalArgumentException("a connect timeout of " + timeoutNanos + " ns");
    }
  }

  /**
   * A connection that compresses nothing.
   *
   * @param address where to connect to; resolved
   * @param version the protocol version to speak
   * @param startupOptions the STARTUP options
   * @param timeoutNanos how long connecting and the handshake may take, in ns, at least 1
   */
  public ConnectRequest(
      InetSocketAddress address,
      ProtocolVersion version,
      Map<String, String> startupOptions,
      long timeoutNanos) {
    this(address, version, startupOptions, Compression.NONE, timeoutNanos);
  }
}
