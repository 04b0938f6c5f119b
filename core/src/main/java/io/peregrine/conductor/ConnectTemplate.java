package io.peregrine.conductor;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.io.ConnectRequest;
import io.peregrine.io.Connection;
import io.peregrine.io.ConnectionListener;
import io.peregrine.io.SelectorAgent;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What all connections to the nodes of a cluster have in common. Immutable.
 *
 * @param version the protocol version
 * @param startupOptions the STARTUP options
 * @param compression what to agree on with each server
 * @param timeoutNanos how long connecting may take, in ns
 */
record ConnectTemplate(
    ProtocolVersion version,
    Map<String, String> startupOptions,
    Compression compression,
    long timeoutNanos) {
  /** Opens a connection, which is not ready yet. */
  Connection connect(SelectorAgent agent, InetSocketAddress address, ConnectionListener listener) {
    return agent
        .connections()
        .connect(
            new ConnectRequest(address, version, startupOptions, compression, timeoutNanos),
            listener);
  }
}
