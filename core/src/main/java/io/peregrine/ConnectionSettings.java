package io.peregrine;

import io.peregrine.io.Heartbeats;
import io.peregrine.io.SelectorContext;
import io.peregrine.io.SocketOptions;

/**
 * What all connections of a cluster have in common, beside what is agreed on with the server.
 * Immutable.
 *
 * @param heartbeats when silent servers are asked whether they are still there
 * @param socketOptions what sockets are set to
 * @param security how they are encrypted, and how the client says who it is
 */
record ConnectionSettings(
    Heartbeats heartbeats, SocketOptions socketOptions, ConnectionSecurity security) {
  SelectorContext applyTo(SelectorContext context) {
    return security.applyTo(context).heartbeats(heartbeats).socketOptions(socketOptions);
  }
}
