package io.peregrine.io;

import io.peregrine.testkit.server.TestStores;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Clients' engines for tests. Immutable. */
record Tls(SSLContext context, Consumer<SSLParameters> parameters) implements TlsEngines {
  /** Trusts the kit's authority, and has no certificate of its own. */
  static Tls trusting() {
    return of(null, "authority");
  }

  /** Trusts, and shows, what stands in stores of the kit. */
  static Tls of(@Nullable String own, String trusted) {
    return new Tls(TestStores.context(own, trusted), parameters -> {});
  }

  Tls speaking(String... protocols) {
    return new Tls(context, parameters -> parameters.setProtocols(protocols));
  }

  TransportFactory over(TransportFactory below) {
    return new TlsTransportFactory(this, below);
  }

  TransportFactory transports() {
    return new TlsTransportFactory(this);
  }

  @Override
  public SSLEngine newEngine(java.net.InetSocketAddress server) {
    SSLEngine engine = context.createSSLEngine(server.getHostString(), server.getPort());
    SSLParameters checked = engine.getSSLParameters();
    checked.setEndpointIdentificationAlgorithm("HTTPS");
    checked.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.accept(checked);
    engine.setSSLParameters(checked);
    return engine;
  }
}
