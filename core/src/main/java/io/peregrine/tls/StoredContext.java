package io.peregrine.tls;

import io.peregrine.tls.TlsMaterial.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A context made of files, and made again when they have changed. Thread-safe; reads files, so it
 * is not for an agent's thread.
 */
final class StoredContext {
  private static final Logger LOG = LoggerFactory.getLogger(StoredContext.class);

  private final TlsMaterial material;
  private @Nullable SSLContext context;
  private @Nullable State state;

  /**
   * What the files looked like when they were read.
   *
   * @param trusted the trust store
   * @param own the key store
   */
  private record State(@Nullable Look trusted, @Nullable Look own) {}

  /**
   * What a file looks like from outside.
   *
   * @param modified when it was last changed
   * @param length how long it is
   */
  private record Look(FileTime modified, long length) {}

  StoredContext(TlsMaterial material) {
    this.material = material;
  }

  /** The context for the next connection. */
  synchronized SSLContext current() throws IOException, GeneralSecurityException {
    SSLContext before = context;
    try {
      State now = new State(look(material.trusted()), look(material.own()));
      if (before != null && now.equals(state)) {
        return before;
      }
      SSLContext made = make();
      context = made;
      state = now;
      if (before != null) {
        LOG.info("TLS stores have changed; connections use them from now on");
      }
      return made;
    } catch (IOException | GeneralSecurityException e) {
      if (before == null) {
        throw e;
      }
      LOG.warn("TLS stores have changed and cannot be used, so the former stay: {}", e.toString());
      return before;
    }
  }

  private static @Nullable Look look(@Nullable Store store) throws IOException {
    return store == null
        ? null
        : new Look(Files.getLastModifiedTime(store.file()), Files.size(store.file()));
  }

  private SSLContext make() throws IOException, GeneralSecurityException {
    Provider provider = material.provider();
    SSLContext made =
        provider == null ? SSLContext.getInstance("TLS") : SSLContext.getInstance("TLS", provider);
    made.init(keys(material.own()), trust(material.trusted(), provider), null);
    return made;
  }

  private static TrustManager @Nullable [] trust(@Nullable Store store, @Nullable Provider provider)
      throws IOException, GeneralSecurityException {
    if (store == null) {
      return null;
    }
    KeyStore trusted = StoreFile.read(store);
    if (trusted.size() == 0) {
      throw new IOException(store.file() + " has no certificate in it, so nobody would be trusted");
    }
    TrustManagerFactory factory = trustManagers(provider);
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  /** A provider's own ones, if it has any, know its ways best. */
  private static TrustManagerFactory trustManagers(@Nullable Provider provider)
      throws GeneralSecurityException {
    String algorithm = TrustManagerFactory.getDefaultAlgorithm();
    return provider == null || provider.getService("TrustManagerFactory", algorithm) == null
        ? TrustManagerFactory.getInstance(algorithm)
        : TrustManagerFactory.getInstance(algorithm, provider);
  }

  private static KeyManager @Nullable [] keys(@Nullable Store store)
      throws IOException, GeneralSecurityException {
    if (store == null) {
      return null;
    }
    char[] password = store.password();
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(StoreFile.read(store), password == null ? new char[0] : password);
    return factory.getKeyManagers();
  }
}
