package io.peregrine.auth;

import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import javax.security.auth.Subject;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;
import org.jspecify.annotations.Nullable;

/** A SASL mechanism, run as who has logged in. Confined to its connection's conversation. */
final class SaslAuthenticator implements Authenticator {
  private static final byte[] NO_TOKEN = {};

  private final String mechanism;
  private final @Nullable Subject subject;
  private final SaslClient client;

  private SaslAuthenticator(String mechanism, @Nullable Subject subject, SaslClient client) {
    this.mechanism = mechanism;
    this.subject = subject;
    this.client = client;
  }

  static SaslAuthenticator begin(SaslAuthProvider.Settings settings, String host) throws Exception {
    KerberosLogin login = settings.login();
    Subject subject = login == null ? null : login.logIn();
    SaslClient client =
        as(
            subject,
            () ->
                Sasl.createSaslClient(
                    new String[] {settings.mechanism()},
                    settings.authorizationId(),
                    settings.service(),
                    host,
                    SaslAuthProvider.properties(settings),
                    settings.callbacks()));
    if (client == null) {
      throw new SaslException(
          "No security provider of this JVM has the SASL mechanism "
              + settings.mechanism()
              + "; is its name right, and its provider installed?");
    }
    return new SaslAuthenticator(settings.mechanism(), subject, client);
  }

  @Override
  public byte @Nullable [] initialResponse() throws Exception {
    return client.hasInitialResponse() ? evaluate(NO_TOKEN) : NO_TOKEN;
  }

  @Override
  public byte @Nullable [] evaluateChallenge(byte @Nullable [] challenge) throws Exception {
    if (client.isComplete()) {
      throw new SaslException(
          "Did not receive a valid challenge response from server: "
              + mechanism
              + " has nothing more to say");
    }
    return evaluate(challenge == null ? NO_TOKEN : challenge);
  }

  @Override
  public void onSuccess(byte @Nullable [] token) throws Exception {
    try {
      if (!client.isComplete() && token != null) {
        evaluate(token);
      }
      if (!client.isComplete()) {
        throw new SaslException(
            "the server was content before "
                + mechanism
                + " was: it has not shown that it knows the secret");
      }
    } finally {
      client.dispose();
    }
  }

  private byte @Nullable [] evaluate(byte[] challenge) throws Exception {
    return as(subject, () -> client.evaluateChallenge(challenge));
  }

  private static <T extends @Nullable Object> T as(
      @Nullable Subject subject, PrivilegedExceptionAction<T> action) throws Exception {
    if (subject == null) {
      return action.run();
    }
    try {
      return Subject.doAs(subject, action);
    } catch (PrivilegedActionException e) {
      throw e.getException();
    }
  }
}
