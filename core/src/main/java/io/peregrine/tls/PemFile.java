package io.peregrine.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Reads certificates, and a private key if there is one, in PEM (RFC 7468). Stateless. */
final class PemFile {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA", "DSA");
  private static final char[] NO_PASSWORD = {};

  private PemFile() {}

  static KeyStore read(String text, char @Nullable [] password)
      throws IOException, GeneralSecurityException {
    List<Certificate> certificates = new ArrayList<>();
    PrivateKey key = null;
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      byte[] bytes = Base64.getMimeDecoder().decode(blocks.group(2));
      switch (blocks.group(1)) {
        case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE" ->
            certificates.add(factory.generateCertificate(new ByteArrayInputStream(bytes)));
        case "PRIVATE KEY" -> key = key(new PKCS8EncodedKeySpec(bytes));
        case "ENCRYPTED PRIVATE KEY" -> key = key(decrypted(bytes, password));
        case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY" ->
            throw new IOException(
                "the private key is not PKCS8; 'openssl pkcs8 -topk8 -nocrypt' makes it so");
        default -> {
          // Parameters and the like, which nobody needs.
        }
      }
    }
    return store(certificates, key, password == null ? NO_PASSWORD : password);
  }

  private static KeyStore store(
      List<Certificate> certificates, @Nullable PrivateKey key, char[] password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    if (certificates.isEmpty()) {
      throw new IOException("there is no certificate in it");
    }
    if (key == null) {
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("trusted-" + i, certificates.get(i));
      }
    } else {
      store.setKeyEntry("own", key, password, certificates.toArray(Certificate[]::new));
    }
    return store;
  }

  private static PKCS8EncodedKeySpec decrypted(byte[] bytes, char @Nullable [] password)
      throws IOException, GeneralSecurityException {
    if (password == null) {
      throw new IOException("the private key is encrypted, and no password was given");
    }
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(bytes);
    PBEKeySpec spec = new PBEKeySpec(password);
    try {
      // PBES2 is only the frame of an algorithm, which its parameters name.
      String algorithm =
          info.getAlgParameters() == null || !info.getAlgName().equals("PBES2")
              ? info.getAlgName()
              : info.getAlgParameters().toString();
      Key secret = SecretKeyFactory.getInstance(algorithm).generateSecret(spec);
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(Cipher.DECRYPT_MODE, secret, info.getAlgParameters());
      return info.getKeySpec(cipher);
    } finally {
      spec.clearPassword();
    }
  }

  private static PrivateKey key(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
    InvalidKeySpecException last = new InvalidKeySpecException("no algorithm");
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        last = e;
      }
    }
    throw new InvalidKeySpecException("the private key is of none of " + ALGORITHMS, last);
  }
}
