package io.peregrine;

import io.peregrine.io.SelectorContext;
import io.peregrine.io.SocketOptions;
import java.time.Duration;

/**
 * What all connections of a cluster have in common, beside what is agreed on with the server.
 * Immutable.
 *
 * @param heartbeatInterval how long a connection may be silent before the server is asked; zero for
 *     ever
 * @param heartbeatTimeout how long the server may take to answer that
 * @param socketOptions what sockets are set to
 * @param security how they are encrypted, and how the client says who it is
 */
record ConnectionSettings(
    Duration heartbeatInterval,
    Duration heartbeatTimeout,
    SocketOptions socketOptions,
    ConnectionSecurity security) {
  SelectorContext applyTo(SelectorContext context) {
    return security
        .applyTo(context)
        .heartbeatInterval(heartbeatInterval)
        .heartbeatTimeout(heartbeatTimeout)
        .socketOptions(socketOptions);
  }
}
