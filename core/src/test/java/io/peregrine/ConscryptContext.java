package io.peregrine;

import io.peregrine.testkit.server.TestStores;
import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A context of another provider than the JDK's. */
final class ConscryptContext {
  private ConscryptContext() {}

  static SSLContext trusting(String authority, Provider provider) {
    try {
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX", provider);
      trust.init(TestStores.store(authority));
      SSLContext context = SSLContext.getInstance("TLS", provider);
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
