package io.peregrine.io;

import io.peregrine.codec.DriverException;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the server who the client is: as many questions and answers as it takes, up to a bound.
 * Confined to the agent's thread, but for the authenticator, which is asked elsewhere, because it
 * may have to ask others.
 */
final class Authentication {
  /** Kerberos needs four. */
  private static final int MOST_ROUNDS = 32;

  private final Connection connection;
  private final Opening opening;
  private final Consumer<byte[]> answers;
  private @Nullable HandshakeAuthenticator authenticator;
  private int rounds;

  /**
   * A conversation that has not begun.
   *
   * @param opening is told when the server is content
   * @param answers sends a token to the server
   */
  Authentication(Connection connection, Opening opening, Consumer<byte[]> answers) {
    this.connection = connection;
    this.opening = opening;
    this.answers = answers;
  }

  void begin(String serverAuthenticator) {
    HandshakeAuthentication authentication = connection.agent().context().authentication();
    if (authentication == null) {
      connection.ending().failSoon(connection.errors().authenticationRequired(serverAuthenticator));
      return;
    }
    ask(
        () -> {
          HandshakeAuthenticator made =
              authentication.newAuthenticator(connection.remoteAddress(), serverAuthenticator);
          authenticator = made;
          return made.initialResponse();
        },
        answers);
  }

  void onChallenge(byte @Nullable [] challenge) {
    rounds++;
    if (rounds > MOST_ROUNDS) {
      connection
          .ending()
          .failSoon(
              connection
                  .errors()
                  .notAuthenticated(
                      "the server is not content after " + MOST_ROUNDS + " challenges", null));
      return;
    }
    ask(() -> authenticator().evaluateChallenge(challenge), answers);
  }

  void onSuccess(byte @Nullable [] token) {
    ask(
        () -> {
          authenticator().onSuccess(token);
          return null;
        },
        nothing -> opening.onDone());
  }

  private HandshakeAuthenticator authenticator() {
    HandshakeAuthenticator authenticator = this.authenticator;
    if (authenticator == null) {
      throw new IllegalStateException("there is no authenticator");
    }
    return authenticator;
  }

  /** What may take a while, and fail. */
  @FunctionalInterface
  private interface Question {
    byte @Nullable [] ask() throws Exception;
  }

  private void ask(Question question, Consumer<byte[]> then) {
    SelectorAgent agent = connection.agent();
    try {
      agent
          .context()
          .handshakes()
          .execute(
              () -> {
                try {
                  byte[] token = question.ask();
                  agent.command(() -> onAnswer(token == null ? new byte[0] : token, then));
                } catch (Exception | LinkageError e) {
                  agent.command(
                      () -> connection.fail(connection.errors().notAuthenticated(words(e), e)));
                }
              });
    } catch (RejectedExecutionException e) {
      connection.ending().failSoon(new DriverException("The driver was closed", e));
    }
  }

  private void onAnswer(byte[] token, Consumer<byte[]> then) {
    try {
      if (connection.isHandshaking()) {
        then.accept(token);
      }
    } finally {
      Arrays.fill(token, (byte) 0);
    }
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
