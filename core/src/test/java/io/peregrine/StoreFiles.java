package io.peregrine;

import static io.peregrine.testkit.server.TestStores.PASSWORD;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Collections;

/** Writes the kit's stores as files of other kinds. */
final class StoreFiles {
  private StoreFiles() {}

  static void write(String kind, KeyStore store, Path file) throws Exception {
    switch (kind) {
      case "PEM" -> Files.writeString(file, pem(store));
      default -> {
        KeyStore other = KeyStore.getInstance(kind);
        other.load(null, null);
        for (String alias : Collections.list(store.aliases())) {
          if (store.isKeyEntry(alias)) {
            Key key = store.getKey(alias, PASSWORD.toCharArray());
            other.setKeyEntry(alias, key, PASSWORD.toCharArray(), store.getCertificateChain(alias));
          } else {
            other.setCertificateEntry(alias, store.getCertificate(alias));
          }
        }
        try (OutputStream out = Files.newOutputStream(file)) {
          other.store(out, PASSWORD.toCharArray());
        }
      }
    }
  }

  private static String pem(KeyStore store) throws Exception {
    StringBuilder pem = new StringBuilder("Some words before.\n");
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        byte[] key = store.getKey(alias, PASSWORD.toCharArray()).getEncoded();
        pem.append(block("PRIVATE KEY", key));
        for (Certificate certificate : store.getCertificateChain(alias)) {
          pem.append(block("CERTIFICATE", certificate.getEncoded()));
        }
      } else {
        pem.append(block("CERTIFICATE", store.getCertificate(alias).getEncoded()));
      }
    }
    return pem.toString();
  }

  private static String block(String type, byte[] bytes) {
    String text =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
  }
}
