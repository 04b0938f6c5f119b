package io.peregrine.testkit.server;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * How a scripted server speaks TLS. Immutable, so any thread may use it.
 *
 * @param context its keys and whom it trusts
 * @param wantsClientCertificate whether it refuses clients without a certificate that it trusts
 * @param protocols what it speaks, for example TLSv1.2
 */
public record ServerTls(
    SSLContext context, boolean wantsClientCertificate, List<String> protocols) {
  /** Copies the list. */
  public ServerTls {
    protocols = List.copyOf(protocols);
  }

  /**
   * TLS 1.3 and 1.2 with one of the kit's certificates.
   *
   * @param certificate one of {@link TestStores}, for example "server"
   * @return the settings, for any client
   */
  public static ServerTls of(String certificate) {
    return new ServerTls(
        TestStores.context(certificate, "authority"), false, List.of("TLSv1.3", "TLSv1.2"));
  }

  /**
   * A copy that wants a certificate of the client's.
   *
   * @return the copy
   */
  public ServerTls mutual() {
    return new ServerTls(context, true, protocols);
  }

  /**
   * A copy that speaks other protocols.
   *
   * @param others their names
   * @return the copy
   */
  public ServerTls speaking(String... others) {
    return new ServerTls(context, wantsClientCertificate, List.of(others));
  }

  /** TLS over a socket; the handshake begins with the first read. */
  Socket accept(Socket client) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(client, null, client.getPort(), true);
    socket.setUseClientMode(false);
    socket.setNeedClientAuth(wantsClientCertificate);
    socket.setEnabledProtocols(protocols.toArray(String[]::new));
    return socket;
  }
}
