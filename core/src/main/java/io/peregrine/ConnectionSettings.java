package io.peregrine;

import io.peregrine.io.Heartbeats;
import io.peregrine.io.SelectorContext;
import io.peregrine.io.SocketOptions;
import org.agrona.concurrent.NanoClock;

/**
 * What all connections of a cluster have in common, beside what is agreed on with the server.
 * Immutable.
 *
 * @param clock what their time is told by
 * @param heartbeats when silent servers are asked whether they are still there
 * @param socketOptions what sockets are set to
 * @param security how they are encrypted, and how the client says who it is
 */
record ConnectionSettings(
    NanoClock clock,
    Heartbeats heartbeats,
    SocketOptions socketOptions,
    ConnectionSecurity security) {
  SelectorContext applyTo(SelectorContext context) {
    return security
        .applyTo(context)
        .clock(clock)
        .heartbeats(heartbeats)
        .socketOptions(socketOptions);
  }
}
