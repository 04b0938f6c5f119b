package io.peregrine.io;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLEngine;

/**
 * Makes the TLS engine of a new connection. Called on the threads of {@link
 * SelectorContext#handshakes}, so it may read files.
 */
@FunctionalInterface
public interface TlsEngines {
  /**
   * Makes an engine that plays the client.
   *
   * @param server where the connection leads; {@link InetSocketAddress#getHostString} is the name
   *     that it was looked up by, or the address
   * @return an engine whose handshake has not begun
   * @throws IOException if a file cannot be read
   * @throws GeneralSecurityException if what stands there cannot be used
   */
  SSLEngine newEngine(InetSocketAddress server) throws IOException, GeneralSecurityException;
}
