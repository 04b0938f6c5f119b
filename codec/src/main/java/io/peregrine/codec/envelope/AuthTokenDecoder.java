package io.peregrine.codec.envelope;

import io.peregrine.codec.BodyReader;
import org.jspecify.annotations.Nullable;

/**
 * Decodes AUTH_CHALLENGE and AUTH_SUCCESS, which both are one token (v5 specification, sections
 * 4.2.7 and 4.2.8). Stateless; any thread may use it.
 */
public final class AuthTokenDecoder {
  private AuthTokenDecoder() {}

  /**
   * Reads the token.
   *
   * @param message stands at the message's begin
   * @return a copy of the bytes, or null if there is none
   * @throws io.peregrine.codec.MalformedMessageException if the message ends too early
   */
  public static byte @Nullable [] decode(BodyReader message) {
    int length = message.readLength("token");
    if (length < 0) {
      return null;
    }
    byte[] token = new byte[length];
    message.buffer().getBytes(message.skip(length, "token"), token);
    return token;
  }
}
