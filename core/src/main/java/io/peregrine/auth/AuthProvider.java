package io.peregrine.auth;

import java.net.InetSocketAddress;

/**
 * Makes an authenticator for each new connection whose server wants one. Thread-safe: called on
 * several threads at once, none of them an agent's, unless the cluster is built with {@link
 * io.peregrine.ClusterBuilder#invoked}; so it may block, within the connect timeout.
 */
@FunctionalInterface
public interface AuthProvider {
  /**
   * Makes the client's side of one conversation.
   *
   * @param node where the server is; the name that it was looked up by is in it, if there was one
   * @param serverAuthenticator the class name of the server's authenticator, as the server says
   * @return an authenticator for this connection alone
   * @throws Exception if there is none; the connection fails with an {@link
   *     io.peregrine.AuthenticationFailedException} that has this one's message
   */
  Authenticator newAuthenticator(InetSocketAddress node, String serverAuthenticator)
      throws Exception;

  /**
   * How often what clients log in with has changed. When it has, nodes that did not let the client
   * in are tried again; else they are left alone for long, because accounts are locked after so
   * many failures. Called on the conductor's thread, so it must not block.
   *
   * @return another number after each change; the same for ever unless this is overridden
   */
  default long changes() {
    return 0;
  }
}
