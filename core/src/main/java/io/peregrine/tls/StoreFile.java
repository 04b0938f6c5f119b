package io.peregrine.tls;

import io.peregrine.tls.TlsMaterial.Store;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;

/** Reads a store, whichever of the three kinds it is. Stateless. */
final class StoreFile {
  private static final byte[] JKS_BEGIN = {(byte) 0xFE, (byte) 0xED, (byte) 0xFE, (byte) 0xED};
  private static final long LONGEST_FILE = 64L << 20;

  private StoreFile() {}

  static KeyStore read(Store store) throws IOException, GeneralSecurityException {
    Path file = store.file();
    if (Files.size(file) > LONGEST_FILE) {
      throw new IOException(file + " is larger than " + LONGEST_FILE + " bytes");
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      if (isPem(bytes)) {
        return PemFile.read(new String(bytes, StandardCharsets.US_ASCII), store.password());
      }
      KeyStore read =
          KeyStore.getInstance(
              Arrays.equals(bytes, 0, Math.min(4, bytes.length), JKS_BEGIN, 0, 4)
                  ? "JKS"
                  : "PKCS12");
      read.load(new ByteArrayInputStream(bytes), store.password());
      return read;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          file + " is no PKCS12, JKS or PEM file that the password opens: " + e, e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static boolean isPem(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII).contains("-----BEGIN ");
  }
}
