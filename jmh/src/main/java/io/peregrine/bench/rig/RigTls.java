package io.peregrine.bench.rig;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** How clients speak TLS: all drivers by the same engine. Any thread may use it. */
final class RigTls {
  /** The file with the authority that clients trust; without it they speak plain text. */
  static final String TRUST_STORE_PROP_NAME = "peers.trustStore";

  /** No secret: what is in it is public. */
  private static final String PASSWORD = "changeit";

  private RigTls() {}

  /** A new context of the JDK's; null if TLS is not spoken. */
  static @Nullable SSLContext context() {
    String file = System.getProperty(TRUST_STORE_PROP_NAME);
    if (file == null) {
      return null;
    }
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot trust whom " + file + " names", e);
    }
  }
}
