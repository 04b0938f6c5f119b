package io.peregrine.auth;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Logs in with a user's name and password, to Cassandra's PasswordAuthenticator and to DSE.
 * Thread-safe.
 *
 * <p>The password goes to whoever answers at a node's address, so use TLS, with host names
 * verified, wherever that could be another. It stands in memory for as long as this provider holds
 * it, and nowhere in a log or a message.
 */
public final class PlainTextAuthProvider implements AuthProvider {
  private static final String MECHANISM = "PLAIN";

  private String user = "";
  private char[] password = {};
  private long changes;

  /**
   * A provider with a user's credentials.
   *
   * @param user the user's name
   * @param password the password; copied, so the caller may overwrite it
   */
  public PlainTextAuthProvider(String user, char[] password) {
    credentials(user, password);
  }

  /**
   * Has connections that are opened from now on log in with other credentials. The former password
   * is overwritten. Nodes that are down because they did not take the former credentials are tried
   * again within ten seconds.
   *
   * @param newUser the user's name
   * @param newPassword the password; copied, so the caller may overwrite it
   */
  public void credentials(String newUser, char[] newPassword) {
    checked(newUser);
    char[] copy = newPassword.clone();
    synchronized (this) {
      Arrays.fill(password, '\0');
      user = newUser;
      password = copy;
      changes++;
    }
  }

  @Override
  public synchronized long changes() {
    return changes;
  }

  private static void checked(String user) {
    if (Objects.requireNonNull(user, "user").isEmpty() || user.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "a user's name that is empty, or has a character 0 in it, which no server can take");
    }
  }

  @Override
  public Authenticator newAuthenticator(InetSocketAddress node, String serverAuthenticator) {
    return MechanismNegotiation.with(serverAuthenticator, MECHANISM, new Plain());
  }

  /** Name and password, each after a 0, in UTF-8 (RFC 4616). */
  private synchronized byte[] token() {
    ByteBuffer secret = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
    byte[] name = user.getBytes(StandardCharsets.UTF_8);
    byte[] token = new byte[name.length + secret.remaining() + 2];
    System.arraycopy(name, 0, token, 1, name.length);
    secret.get(token, name.length + 2, secret.remaining());
    Arrays.fill(secret.array(), (byte) 0);
    return token;
  }

  /** Tells neither. */
  @Override
  public String toString() {
    return "PlainTextAuthProvider";
  }

  /** One token, and nothing more. */
  private final class Plain implements Authenticator {
    @Override
    public byte[] initialResponse() {
      return token();
    }

    @Override
    public byte[] evaluateChallenge(byte @Nullable [] challenge) {
      throw new SecurityException(
          "Did not receive a valid challenge response from server: it asks for more than a name"
              + " and a password");
    }

    @Override
    public void onSuccess(byte @Nullable [] token) {
      // There is nothing that it could prove.
    }
  }
}
