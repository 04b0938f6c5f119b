package io.peregrine.tls;

import io.peregrine.io.TlsEngines;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Makes each engine as the options say. Thread-safe. */
public final class ConfiguredEngines implements TlsEngines {
  private final ContextSource contexts;
  private final TlsParameters parameters;

  /** Where the context comes from. */
  @FunctionalInterface
  private interface ContextSource {
    SSLContext current() throws IOException, GeneralSecurityException;
  }

  private ConfiguredEngines(ContextSource contexts, TlsParameters parameters) {
    this.contexts = contexts;
    this.parameters = parameters;
  }

  /**
   * Engines of one context.
   *
   * @param context the context
   * @param parameters what each engine is told
   * @return the engines
   * @throws IllegalArgumentException if the context cannot do that
   */
  public static ConfiguredEngines of(SSLContext context, TlsParameters parameters) {
    return checked(new ConfiguredEngines(() -> context, parameters));
  }

  /**
   * Engines of a context that is made of files, and anew when they change.
   *
   * @param material the files
   * @param parameters what each engine is told
   * @return the engines
   * @throws IllegalArgumentException if a file cannot be used, or the context cannot do that
   */
  public static ConfiguredEngines of(TlsMaterial material, TlsParameters parameters) {
    return checked(new ConfiguredEngines(new StoredContext(material)::current, parameters));
  }

  /** Fails now rather than with the first connection. */
  private static ConfiguredEngines checked(ConfiguredEngines engines) {
    try {
      engines.newEngine(InetSocketAddress.createUnresolved("localhost", 1));
      return engines;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  /** Name and port are what sessions are found again by. */
  @Override
  public SSLEngine newEngine(InetSocketAddress server)
      throws IOException, GeneralSecurityException {
    String host = server.getHostString();
    SSLEngine engine = contexts.current().createSSLEngine(host, server.getPort());
    engine.setUseClientMode(true);
    SSLParameters told = engine.getSSLParameters();
    told.setProtocols(parameters.protocols().toArray(String[]::new));
    if (!parameters.cipherSuites().isEmpty()) {
      told.setCipherSuites(parameters.cipherSuites().toArray(String[]::new));
    }
    if (parameters.verifiesNames()) {
      told.setEndpointIdentificationAlgorithm("HTTPS");
    }
    if (isName(host)) {
      told.setServerNames(List.of(new SNIHostName(host)));
    }
    engine.setSSLParameters(told);
    return engine;
  }

  /** Addresses are not sent as names (RFC 6066, section 3). */
  private static boolean isName(String host) {
    if (host.indexOf(':') >= 0 || host.endsWith(".")) {
      return false;
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c != '.' && (c < '0' || c > '9')) {
        return true;
      }
    }
    return false;
  }
}
