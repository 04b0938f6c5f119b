package io.peregrine.io;

import io.peregrine.codec.ProtocolVersion;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What a new connection is to be. Immutable.
 *
 * @param address where to connect to; resolved
 * @param version the protocol version to speak
 * @param startupOptions the STARTUP options; CQL_VERSION is taken from the server if absent
 * @param timeoutNanos how long connecting and the handshake may take, in ns, at least 1
 */
public record ConnectRequest(
    InetSocketAddress address,
    ProtocolVersion version,
    Map<String, String> startupOptions,
    long timeoutNanos) {
  /**
   * Checks the values and copies the map.
   *
   * @throws IllegalArgumentException if the address is not resolved, or the timeout not positive
   */
  public ConnectRequest {
    startupOptions = Map.copyOf(startupOptions);
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(address + " is not resolved");
    }
    if (timeoutNanos < 1) {
      throw new IllegalArgumentException("a connect timeout of " + timeoutNanos + " ns");
    }
  }
}
