package io.peregrine.io;

import java.nio.channels.SocketChannel;

/** Makes transports that encrypt. Immutable, so any thread may use it. */
public final class TlsTransportFactory implements TransportFactory {
  private final TlsEngines engines;
  private final TransportFactory below;

  /**
   * A factory of TLS transports.
   *
   * @param engines makes the engine of each connection
   */
  public TlsTransportFactory(TlsEngines engines) {
    this(engines, TransportFactory.PLAIN);
  }

  /** TLS over another transport; tests break that one. */
  TlsTransportFactory(TlsEngines engines, TransportFactory below) {
    this.engines = engines;
    this.below = below;
  }

  @Override
  public Transport open(SocketChannel channel, TransportOwner owner) {
    return new TlsTransport(below.open(channel, owner), engines, owner);
  }
}
