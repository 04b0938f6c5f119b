package io.peregrine.io;

import io.peregrine.testkit.server.ScriptedServer;
import io.peregrine.testkit.server.ScriptedServerBuilder;
import io.peregrine.testkit.server.ServerTls;

/** What carries the bytes of a test. */
enum Carrier {
  PLAIN,
  TLS;

  /** A server that is spoken to so. */
  ScriptedServerBuilder server() {
    ScriptedServerBuilder builder = ScriptedServer.builder();
    return this == PLAIN ? builder : builder.tls(ServerTls.of("server"));
  }

  SelectorContext context() {
    return new SelectorContext().transports(over(TransportFactory.PLAIN));
  }

  TransportFactory over(TransportFactory below) {
    return this == PLAIN ? below : Tls.trusting().over(below);
  }
}
