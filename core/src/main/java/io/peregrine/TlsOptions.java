package io.peregrine;

import io.peregrine.io.TlsEngines;
import io.peregrine.tls.ConfiguredEngines;
import io.peregrine.tls.TlsMaterial;
import io.peregrine.tls.TlsMaterial.Store;
import io.peregrine.tls.TlsParameters;
import java.nio.file.Path;
import java.security.Provider;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How connections are secured by TLS: whom to trust, what to show, what to speak. Immutable, so any
 * thread may use it; each method that is not static returns a changed copy.
 *
 * <p>TLS 1.3 and 1.2 are spoken, nothing older. The name or address that a node is connected by
 * must be one that its certificate is issued for, unless {@link #hostnameVerification} is switched
 * off. Connections to a node resume its session, as far as the server allows.
 *
 * <p>Stores are files: PKCS12, JKS, or PEM, recognised by what stands in them. A file that has
 * changed is read again for the next connection that is opened; those that are open stay. If it
 * cannot be read then, what was read before stays in use, and the log says so.
 */
public final class TlsOptions {
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  private final @Nullable SSLContext context;
  private final TlsMaterial material;
  private final TlsParameters parameters;

  private TlsOptions(@Nullable SSLContext context, TlsMaterial material, TlsParameters parameters) {
    this.context = context;
    this.material = material;
    this.parameters = parameters;
  }

  /**
   * Trusts those whom the JVM trusts, and has no certificate to show.
   *
   * @return the options
   */
  public static TlsOptions defaults() {
    return new TlsOptions(
        null, new TlsMaterial(null, null, null), new TlsParameters(PROTOCOLS, List.of(), true));
  }

  /**
   * Uses a context of the application's, of any provider. Stores cannot be given as well.
   *
   * @param context the context
   * @return the options
   */
  public static TlsOptions of(SSLContext context) {
    TlsOptions defaults = defaults();
    return new TlsOptions(
        Objects.requireNonNull(context, "context"), defaults.material, defaults.parameters);
  }

  /**
   * Trusts those authorities only whose certificates stand in a file.
   *
   * @param file a store, or certificates in PEM
   * @param password what opens the store, copied; null for PEM and for a store without
   * @return a copy
   * @throws IllegalStateException if there is a context already
   */
  public TlsOptions trustStore(Path file, char @Nullable [] password) {
    return with(new TlsMaterial(store(file, password), material.own(), material.provider()));
  }

  /**
   * Shows a certificate to servers that want one.
   *
   * @param file a store with one private key and its certificates; in PEM the key must be PKCS8
   * @param password what opens the store and its key, copied; null for PEM with an open key
   * @return a copy
   * @throws IllegalStateException if there is a context already
   */
  public TlsOptions keyStore(Path file, char @Nullable [] password) {
    return with(new TlsMaterial(material.trusted(), store(file, password), material.provider()));
  }

  /**
   * Says who makes the context from stores.
   *
   * @param provider a JSSE provider, such as Conscrypt's
   * @return a copy
   * @throws IllegalStateException if there is a context already
   */
  public TlsOptions provider(Provider provider) {
    return with(new TlsMaterial(material.trusted(), material.own(), provider));
  }

  /**
   * Says whether a node's certificate must be issued for the name or address that it is connected
   * by. Without that, whoever holds any certificate of a trusted authority can be any node.
   *
   * @param verified true by default
   * @return a copy
   */
  public TlsOptions hostnameVerification(boolean verified) {
    return with(new TlsParameters(parameters.protocols(), parameters.cipherSuites(), verified));
  }

  /**
   * Says which protocols are spoken.
   *
   * @param protocols of TLSv1.3 and TLSv1.2, at least one; both by default
   * @return a copy
   */
  public TlsOptions protocols(String... protocols) {
    List<String> checked = List.of(protocols);
    if (checked.isEmpty() || !PROTOCOLS.containsAll(checked)) {
      throw new IllegalArgumentException(
          "TLS protocols " + checked + "; of " + PROTOCOLS + " at least one");
    }
    return with(new TlsParameters(checked, parameters.cipherSuites(), parameters.verifiesNames()));
  }

  /**
   * Says which cipher suites are acceptable.
   *
   * @param cipherSuites their standard names, best first; the context's own choice by default
   * @return a copy
   */
  public TlsOptions cipherSuites(String... cipherSuites) {
    List<String> checked = List.of(cipherSuites);
    if (checked.isEmpty()) {
      throw new IllegalArgumentException("no cipher suites; leave them out for the usual ones");
    }
    return with(new TlsParameters(parameters.protocols(), checked, parameters.verifiesNames()));
  }

  /** What makes the engines of connections. Reads the files. */
  TlsEngines engines() {
    SSLContext context = this.context;
    return context == null
        ? ConfiguredEngines.of(material, parameters)
        : ConfiguredEngines.of(context, parameters);
  }

  private static Store store(Path file, char @Nullable [] password) {
    return new Store(
        Objects.requireNonNull(file, "file"), password == null ? null : password.clone());
  }

  private TlsOptions with(TlsMaterial changed) {
    if (context != null) {
      throw new IllegalStateException(
          "an SSLContext was given, which has stores of its own; give one or the other");
    }
    return new TlsOptions(null, changed, parameters);
  }

  private TlsOptions with(TlsParameters changed) {
    return new TlsOptions(context, material, changed);
  }

  /** Tells no passwords. */
  @Override
  public String toString() {
    return "TlsOptions" + parameters.protocols();
  }
}
