package io.peregrine.io;

import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.ScriptedServer;
import io.peregrine.testkit.server.ScriptedServerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds of a connection to a scripted server, whatever carries the bytes. */
@ExtendWith(LeakCheck.class)
abstract class CarriedTest {
  final RecordingHandler handler = new RecordingHandler();
  final HeldRequests held = new HeldRequests();
  ScriptedServer server;

  /** What carries the bytes; {@link OverTlsTest} has them go through TLS. */
  Carrier carrier() {
    return Carrier.PLAIN;
  }

  /** What the server is like, before it starts. */
  void prepare(ScriptedServerBuilder server) {}

  @BeforeEach
  void startServer() {
    ScriptedServerBuilder builder = carrier().server();
    prepare(builder);
    server = builder.start();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }
}
