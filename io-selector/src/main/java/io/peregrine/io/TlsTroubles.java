package io.peregrine.io;

import java.io.EOFException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in words what went wrong with TLS, and what to do about it. Stateless. */
final class TlsTroubles {
  private static final int DEEPEST_CAUSE = 16;

  private TlsTroubles() {}

  static String explain(Throwable failure, InetSocketAddress server) {
    String said = said(failure);
    if (find(failure, CertificateExpiredException.class) != null) {
      return "the server's certificate has expired (" + said + "); it needs a new one";
    }
    if (find(failure, CertificateNotYetValidException.class) != null) {
      return "the server's certificate is not valid yet ("
          + said
          + "); is this machine's clock right?";
    }
    if (isOtherName(failure)) {
      return "the server's certificate is not for '"
          + server.getHostString()
          + "' ("
          + said
          + "); connect by a name or address that it is issued for, or switch off"
          + " hostnameVerification";
    }
    if (find(failure, CertPathBuilderException.class) != null
        || find(failure, CertPathValidatorException.class) != null) {
      return "the server's certificate is not trusted ("
          + said
          + "); is the authority that issued it among those of the trust store?";
    }
    if (said.contains("ecognized SSL message")
        || said.contains("nable to parse TLS packet header")) {
      return "what answers there does not speak TLS ("
          + said
          + "); is TLS switched on for this port?";
    }
    if (said.contains("alert")) {
      return explainAlert(said);
    }
    if (failure instanceof EOFException
        || failure instanceof SocketException
        || !(failure instanceof SSLException)) {
      return said + "; is TLS switched on for this port, and does the server accept the client?";
    }
    return said;
  }

  private static String explainAlert(String said) {
    if (said.contains("certificate")) {
      return "the server does not accept the client's certificate, or wants one and got none ("
          + said
          + "); give a key store whose certificate the server trusts";
    }
    return "the server refused ("
        + said
        + "); do both sides have a protocol and a cipher suite in common, and does the server want"
        + " the client's certificate, and trust it?";
  }

  /** The JDK has no type for it. */
  private static boolean isOtherName(Throwable failure) {
    CertificateException certificate = find(failure, CertificateException.class);
    String message = certificate == null ? null : certificate.getMessage();
    return message != null
        && (message.startsWith("No subject alternative")
            || message.startsWith("No subjectAltNames")
            || message.startsWith("No name matching")
            || message.startsWith("Illegal given domain name"));
  }

  private static String said(Throwable failure) {
    Throwable deepest = failure;
    for (int depth = 0; depth < DEEPEST_CAUSE && deepest.getCause() != null; depth++) {
      deepest = deepest.getCause();
    }
    String message = deepest.getMessage();
    return message == null ? deepest.getClass().getSimpleName() : message;
  }

  private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
    Throwable cause = failure;
    for (int depth = 0; depth < DEEPEST_CAUSE && cause != null; depth++) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
      cause = cause.getCause();
    }
    return null;
  }
}
