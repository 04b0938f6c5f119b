package io.peregrine.testkit.server;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.request.Startup;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.testkit.leak.LeakCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class ClientViolationsTest {
  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server = ScriptedServer.start();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void violationsOfTheProtocolAreCollected() throws Exception {
    server.on(query("q"), Exchange::silence);
    try (PlainClient client = new PlainClient(server.address(), 4)) {
      assertThat(client.ask(0, new Query("early"))).isInstanceOf(Error.class);
      client.startup();
      assertThat(client.ask(0, new Startup())).isInstanceOf(Error.class);
      client.send(5, new Query("q"));
      client.send(5, new Query("q"));
      client.send(-7, new Query("q"));
      assertThat(server.observed().awaitViolations(4))
          .satisfiesExactly(
              v -> assertThat(v).contains("before READY"),
              v -> assertThat(v).contains("STARTUP a second time"),
              v -> assertThat(v).contains("stream id 5 is in use"),
              v -> assertThat(v).contains("negative stream id -7"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 6, 20})
  void flippedBitInARequestFrameEndsTheConnection(int offset) throws Exception {
    try (PlainClient client = PlainClient.ready(server.address(), 5)) {
      byte[] frame = client.frames(client.encode(0, new Query("q"))).get(0);
      frame[offset] ^= 1;
      client.sendRaw(frame);
      assertThat(client.read()).isEqualTo(-1);
    }
    assertThat(server.observed().awaitViolations(1).get(0)).contains("wrong CRC");
    assertThatThrownBy(() -> server.observed().assertNoViolations())
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void responseFromAClientEndsTheConnection() throws Exception {
    try (PlainClient client = PlainClient.ready(server.address(), 4)) {
      client.sendRaw(Wire.encodeResponse(4, 0, Void.INSTANCE));
      assertThat(client.read()).isEqualTo(-1);
    }
    assertThat(server.observed().awaitViolations(1).get(0)).contains("direction bit");
  }
}
