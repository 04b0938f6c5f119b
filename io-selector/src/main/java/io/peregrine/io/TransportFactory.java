package io.peregrine.io;

import java.nio.channels.SocketChannel;

/** Makes the transport of a new connection. Called on the agent's thread. */
@FunctionalInterface
public interface TransportFactory {
  /** Bytes go to the socket as they are. */
  TransportFactory PLAIN = (channel, owner) -> new PlainTransport(channel);

  /**
   * Makes a transport over a connected, non-blocking channel.
   *
   * @param channel the channel; the connection closes it
   * @param owner the connection
   * @return the transport
   */
  Transport open(SocketChannel channel, TransportOwner owner);
}
