package io.peregrine.io;

import org.jspecify.annotations.Nullable;

/**
 * The client's side of one conversation about who the client is. Called on the threads of {@link
 * SelectorContext#handshakes}, one call at a time, so it may take a while; the connect timeout goes
 * on. Tokens that it returns are overwritten once they are sent.
 */
public interface HandshakeAuthenticator {
  /**
   * What to say first.
   *
   * @return the token, or null for an empty one
   * @throws Exception if there is nothing to say; the connection fails
   */
  byte @Nullable [] initialResponse() throws Exception;

  /**
   * What to answer.
   *
   * @param challenge the server's token, or null if it sent none
   * @return the token, or null for an empty one
   * @throws Exception if there is no answer; the connection fails
   */
  byte @Nullable [] evaluateChallenge(byte @Nullable [] challenge) throws Exception;

  /**
   * The server is content.
   *
   * @param token its last token, or null if it sent none
   * @throws Exception if the client is not; the connection fails
   */
  void onSuccess(byte @Nullable [] token) throws Exception;
}
