package io.peregrine.codec.envelope;

import io.peregrine.codec.BodyReader;

/** Decodes AUTHENTICATE (v5 specification, section 4.2.3). Stateless; any thread may use it. */
public final class AuthenticateDecoder {
  private AuthenticateDecoder() {}

  /**
   * Reads who wants credentials.
   *
   * @param message stands at the message's begin
   * @return the class name of the server's authenticator
   * @throws io.peregrine.codec.MalformedMessageException if the message ends too early
   */
  public static String decode(BodyReader message) {
    return message.readString("authenticator");
  }
}
