package io.peregrine.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keys and certificates for tests, in PKCS12 stores. Any thread may use them.
 *
 * <p>They stand for those who trust (authority, other-authority, both-authorities), for servers
 * (server, wrong-name, expired, other-server, nodes and other-nodes, which are for real nodes on
 * 127.0.*.1 to 3) and for clients (client, other-client). What begins with "other" was issued by
 * the other authority.
 */
public final class TestStores {
  /** The password of all stores. */
  public static final String PASSWORD = "changeit";

  private static final ConcurrentHashMap<String, KeyStore> STORES = new ConcurrentHashMap<>();
  private static final String FOLDER = "/io/peregrine/testkit/tls/";

  private TestStores() {}

  /**
   * A store.
   *
   * @param name its name
   * @return what is in it, the same for all; not to be changed
   */
  public static KeyStore store(String name) {
    return STORES.computeIfAbsent(name, TestStores::load);
  }

  /** To open one takes so many rounds of a key derivation that tests would notice. */
  private static KeyStore load(String name) {
    try (InputStream in = open(name + ".p12")) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(name + " cannot be read", e);
    }
  }

  /**
   * A copy of a store as a file; one that is there is replaced.
   *
   * @param name its name
   * @param file where to
   * @return the file
   */
  public static Path copy(String name, Path file) {
    try (InputStream in = open(name + ".p12")) {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
      return Files.move(
          fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The client's certificate and its key in PEM, the key encrypted with the password.
   *
   * @return as OpenSSL writes it
   */
  public static String encryptedPem() {
    try (InputStream in = open("client-encrypted.pem")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A TLS context of the JDK's.
   *
   * @param own the store with the key to show; null for none
   * @param trusted the store with who is trusted
   * @return the context
   */
  public static SSLContext context(@Nullable String own, String trusted) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store(trusted));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      if (own != null) {
        keys.init(store(own), PASSWORD.toCharArray());
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = TestStores.class.getResourceAsStream(FOLDER + name);
    if (in == null) {
      throw new IOException("no resource " + name);
    }
    return in;
  }
}
