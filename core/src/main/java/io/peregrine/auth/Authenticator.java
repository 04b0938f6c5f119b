package io.peregrine.auth;

import org.jspecify.annotations.Nullable;

/**
 * The client's side of one conversation about who the client is. Used for one connection, by one
 * thread at a time, on the threads that {@link AuthProvider} tells of.
 *
 * <p>A token that it returns is overwritten with zeroes once it is sent, so it must be an array of
 * its own. What it throws fails the connection, which is not tried again; the message ends up in
 * logs, so it must not tell secrets.
 */
public interface Authenticator {
  /**
   * What to say first.
   *
   * @return the token, or null for an empty one
   * @throws Exception if there is nothing to say
   */
  byte @Nullable [] initialResponse() throws Exception;

  /**
   * What to answer.
   *
   * @param challenge the server's token, or null if it sent none
   * @return the token, or null for an empty one
   * @throws Exception if there is no answer
   */
  byte @Nullable [] evaluateChallenge(byte @Nullable [] challenge) throws Exception;

  /**
   * The server is content.
   *
   * @param token its last token, or null if it sent none
   * @throws Exception if the client is not content with the server
   */
  void onSuccess(byte @Nullable [] token) throws Exception;
}
