package io.peregrine.auth;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Names the mechanism before the first token, to those servers that have several. Confined to its
 * connection's conversation.
 */
final class MechanismNegotiation implements Authenticator {
  /** The one authenticator that has several; all others expect the first token at once. */
  private static final String DSE_AUTHENTICATOR =
      "com.datastax.bdp.cassandra.auth.DseAuthenticator";

  private final String mechanism;
  private final Authenticator authenticator;
  private boolean agreed;

  private MechanismNegotiation(String mechanism, Authenticator authenticator) {
    this.mechanism = mechanism;
    this.authenticator = authenticator;
  }

  static Authenticator with(
      String serverAuthenticator, String mechanism, Authenticator authenticator) {
    return serverAuthenticator.equals(DSE_AUTHENTICATOR)
        ? new MechanismNegotiation(mechanism, authenticator)
        : authenticator;
  }

  @Override
  public byte[] initialResponse() {
    return mechanism.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte @Nullable [] evaluateChallenge(byte @Nullable [] challenge) throws Exception {
    if (agreed) {
      return authenticator.evaluateChallenge(challenge);
    }
    String start = mechanism + "-START";
    if (challenge == null || !start.equals(new String(challenge, StandardCharsets.UTF_8))) {
      throw new SecurityException(
          "Did not receive a valid challenge response from server: "
              + start
              + " was expected; does the server have the mechanism "
              + mechanism
              + "?");
    }
    agreed = true;
    return authenticator.initialResponse();
  }

  @Override
  public void onSuccess(byte @Nullable [] token) throws Exception {
    authenticator.onSuccess(token);
  }
}
