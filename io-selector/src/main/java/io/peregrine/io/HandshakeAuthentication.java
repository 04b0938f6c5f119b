package io.peregrine.io;

import java.net.InetSocketAddress;

/**
 * Makes what answers a server that wants to know who the client is. Called on the threads of {@link
 * SelectorContext#handshakes}, once for each connection whose server asks.
 */
@FunctionalInterface
public interface HandshakeAuthentication {
  /**
   * Makes the client's side of one conversation.
   *
   * @param server the server's address
   * @param serverAuthenticator the class name of the server's authenticator, as it says
   * @return the client's side
   * @throws Exception if there is none; the connection fails
   */
  HandshakeAuthenticator newAuthenticator(InetSocketAddress server, String serverAuthenticator)
      throws Exception;
}
