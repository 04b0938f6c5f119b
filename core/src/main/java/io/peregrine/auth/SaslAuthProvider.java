package io.peregrine.auth;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.AuthorizeCallback;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.Sasl;
import org.jspecify.annotations.Nullable;

/**
 * Logs in by any SASL mechanism of the JDK, or of a provider that the application adds. Immutable,
 * so thread-safe; each {@code with} method returns a changed copy.
 *
 * <p>With {@link #withAuthorizationId} one user logs in and acts as another, which is DSE's proxy
 * login.
 */
public final class SaslAuthProvider implements AuthProvider {
  private static final List<String> QUALITIES = List.of("auth", "auth-int", "auth-conf");

  private final Settings settings;

  /**
   * What is to be said to each server.
   *
   * @param mechanism the SASL name of the mechanism
   * @param service the name of the service, part of a Kerberos principal
   * @param authorizationId who to act as; null for who logs in
   * @param qualities the qualities of protection that are acceptable, best first
   * @param resolvesNames whether a node's full name is looked up by its address
   * @param login who logs in to Kerberos, and by what; null for other mechanisms
   * @param callbacks answers questions of the mechanism
   */
  record Settings(
      String mechanism,
      String service,
      @Nullable String authorizationId,
      List<String> qualities,
      boolean resolvesNames,
      @Nullable KerberosLogin login,
      CallbackHandler callbacks) {}

  private SaslAuthProvider(Settings settings) {
    this.settings = settings;
  }

  /**
   * Logs in with a user's name and password.
   *
   * @param user the user's name
   * @param password the password; copied, so the caller may overwrite it
   * @return the provider
   */
  public static SaslAuthProvider plain(String user, char[] password) {
    return mechanism("PLAIN", new NameAndPassword(user, password.clone()));
  }

  /**
   * Logs in by Kerberos, to the service {@code dse} of each node.
   *
   * @param login who logs in, and by what
   * @return the provider
   */
  public static SaslAuthProvider gssapi(KerberosLogin login) {
    return new SaslAuthProvider(
        new Settings(
            "GSSAPI",
            "dse",
            null,
            List.of("auth"),
            true,
            login,
            callbacks -> {
              throw new UnsupportedCallbackException(callbacks[0]);
            }));
  }

  /**
   * Logs in by another mechanism.
   *
   * @param mechanism its SASL name, such as DIGEST-MD5
   * @param callbacks answers its questions; called by several threads at once
   * @return the provider
   */
  public static SaslAuthProvider mechanism(String mechanism, CallbackHandler callbacks) {
    if (mechanism.isBlank()) {
      throw new IllegalArgumentException("an empty mechanism");
    }
    return new SaslAuthProvider(
        new Settings(mechanism, "dse", null, List.of("auth"), false, null, callbacks));
  }

  /**
   * Acts as another user than the one who logs in, who needs the permission PROXY.LOGIN.
   *
   * @param user who to act as
   * @return a copy
   */
  public SaslAuthProvider withAuthorizationId(String user) {
    Settings s = settings;
    return new SaslAuthProvider(
        new Settings(
            s.mechanism, s.service, user, s.qualities, s.resolvesNames, s.login, s.callbacks));
  }

  /**
   * Names the service that nodes are registered as.
   *
   * @param service the first part of their Kerberos principals; {@code dse} by default
   * @return a copy
   */
  public SaslAuthProvider withService(String service) {
    Settings s = settings;
    return new SaslAuthProvider(
        new Settings(
            s.mechanism,
            service,
            s.authorizationId,
            s.qualities,
            s.resolvesNames,
            s.login,
            s.callbacks));
  }

  /**
   * Says which qualities of protection are acceptable.
   *
   * @param qualities auth, auth-int or auth-conf, best first; auth alone by default
   * @return a copy
   */
  public SaslAuthProvider withQualities(String... qualities) {
    List<String> checked = List.of(qualities);
    if (checked.isEmpty() || !QUALITIES.containsAll(checked)) {
      throw new IllegalArgumentException(
          "qualities of protection " + checked + "; of " + QUALITIES + " at least one");
    }
    Settings s = settings;
    return new SaslAuthProvider(
        new Settings(
            s.mechanism,
            s.service,
            s.authorizationId,
            checked,
            s.resolvesNames,
            s.login,
            s.callbacks));
  }

  /**
   * Says whether a node's full name is looked up by its address, because that is in its Kerberos
   * principal.
   *
   * @param resolves true by default for GSSAPI; otherwise the name or the address is taken that the
   *     node is connected by
   * @return a copy
   */
  public SaslAuthProvider withNamesResolved(boolean resolves) {
    Settings s = settings;
    return new SaslAuthProvider(
        new Settings(
            s.mechanism,
            s.service,
            s.authorizationId,
            s.qualities,
            resolves,
            s.login,
            s.callbacks));
  }

  @Override
  public Authenticator newAuthenticator(InetSocketAddress node, String serverAuthenticator)
      throws Exception {
    String host =
        settings.resolvesNames ? node.getAddress().getCanonicalHostName() : node.getHostString();
    return MechanismNegotiation.with(
        serverAuthenticator, settings.mechanism, SaslAuthenticator.begin(settings, host));
  }

  /** Tells the mechanism only. */
  @Override
  public String toString() {
    return "SaslAuthProvider(" + settings.mechanism + ")";
  }

  static Map<String, String> properties(Settings settings) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(Sasl.QOP, String.join(",", settings.qualities()));
    properties.put(Sasl.SERVER_AUTH, "true");
    return properties;
  }

  /** Answers what mechanisms with passwords ask. */
  private record NameAndPassword(String user, char[] password) implements CallbackHandler {
    @Override
    public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
      for (Callback callback : callbacks) {
        if (callback instanceof NameCallback name) {
          name.setName(user);
        } else if (callback instanceof PasswordCallback secret) {
          char[] copy = password.clone();
          secret.setPassword(copy);
          Arrays.fill(copy, '\0');
        } else if (callback instanceof RealmCallback realm) {
          realm.setText(realm.getDefaultText());
        } else if (callback instanceof AuthorizeCallback authorize) {
          authorize.setAuthorized(true);
        } else {
          throw new UnsupportedCallbackException(callback);
        }
      }
    }

    @Override
    public String toString() {
      return "NameAndPassword";
    }
  }
}
