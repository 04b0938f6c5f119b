package io.peregrine.io;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.Startup;
import com.datastax.oss.protocol.internal.response.Supported;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.ScriptedServer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is agreed on, by what is wanted and what the server offers. */
@ExtendWith(LeakCheck.class)
class CompressionHandshakeTest {
  private static String[] list(String names) {
    return names.isEmpty() ? new String[0] : names.split(" ");
  }

  @ParameterizedTest
  @CsvSource({
    "AUTO,   V4, 'snappy lz4', LZ4",
    "AUTO,   V5, 'snappy lz4', LZ4",
    "AUTO,   V4, 'snappy',     SNAPPY",
    "AUTO,   V5, 'snappy',     NONE",
    "AUTO,   V4, '',           NONE",
    "AUTO,   V5, '',           NONE",
    "NONE,   V4, 'snappy lz4', NONE",
    "NONE,   V5, 'snappy lz4', NONE",
    "LZ4,    V4, 'snappy lz4', LZ4",
    "LZ4,    V5, 'lz4',        LZ4",
    "SNAPPY, V4, 'snappy lz4', SNAPPY"
  })
  void startupAsksForWhatBothHave(
      Compression wanted, ProtocolVersion version, String offered, Compression agreed) {
    try (ScriptedServer server = ScriptedServer.builder().compressions(list(offered)).start();
        InvokedAgent agent = new InvokedAgent()) {
      RecordingListener listener = agent.connect(server.address(), version, wanted);
      assertThat(listener.connection.compression()).isEqualTo(agreed);
      Startup startup =
          (Startup) server.observed().requests(opcode(Opcode.STARTUP)).get(0).message();
      assertThat(startup.options.get(Compression.OPTION)).isEqualTo(agreed.algorithm());
      assertThat(agent.faults).isEmpty();
      server.observed().assertNoViolations();
    }
  }

  @ParameterizedTest
  @CsvSource({"LZ4, V4, 'snappy'", "LZ4, V5, ''", "SNAPPY, V4, 'lz4'", "SNAPPY, V4, ''"})
  void algorithmAskedForByNameIsNotReplaced(
      Compression wanted, ProtocolVersion version, String offered) {
    HandshakeException failure = refused(wanted, version, list(offered));
    assertThat(failure)
        .hasMessageContaining(
            "The requested compression type ("
                + wanted.algorithm()
                + ") is not supported by the Cassandra server at ")
        .hasMessageContaining("which offers [" + offered + "]");
  }

  @Test
  void snappyIsRefusedInVersion5BeforeTheServerIsAskedForIt() {
    HandshakeException failure = refused(Compression.SNAPPY, ProtocolVersion.V5, "snappy", "lz4");
    assertThat(failure).hasMessageContaining("protocol V5 does not have it; use LZ4 or AUTO");
  }

  private static HandshakeException refused(
      Compression wanted, ProtocolVersion version, String... offered) {
    try (ScriptedServer server = ScriptedServer.builder().compressions(offered).start();
        InvokedAgent agent = new InvokedAgent()) {
      RecordingListener listener = agent.open(server.address(), version, wanted);
      agent.driveUntil("the end of the handshake", () -> !listener.closed.isEmpty());
      assertThat(listener.ready).isZero();
      assertThat(server.observed().requests(opcode(Opcode.STARTUP))).isEmpty();
      HandshakeException failure = listener.handshakeFailure();
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.UNSUPPORTED_COMPRESSION);
      assertThat(failure).hasMessageContaining(server.address().toString());
      return failure;
    }
  }

  @Test
  void eachServerIsAskedForItself() {
    try (ScriptedServer modern = ScriptedServer.builder().compressions("lz4").start();
        ScriptedServer old = ScriptedServer.builder().compressions("snappy").start();
        ScriptedServer plain = ScriptedServer.start();
        InvokedAgent agent = new InvokedAgent()) {
      assertThat(compression(agent, modern)).isEqualTo(Compression.LZ4);
      assertThat(compression(agent, old)).isEqualTo(Compression.SNAPPY);
      assertThat(compression(agent, plain)).isEqualTo(Compression.NONE);
    }
  }

  private static Compression compression(InvokedAgent agent, ScriptedServer server) {
    return agent
        .connect(server.address(), ProtocolVersion.V4, Compression.AUTO)
        .connection
        .compression();
  }

  @Test
  void serverThatDoesNotSayWhatItOffersOffersNothing() {
    try (ScriptedServer server = ScriptedServer.start();
        InvokedAgent agent = new InvokedAgent()) {
      server.on(opcode(Opcode.OPTIONS), new Supported(Map.of("CQL_VERSION", List.of("3.4.7"))));
      RecordingListener listener =
          agent.connect(server.address(), ProtocolVersion.V5, Compression.AUTO);
      assertThat(listener.connection.compression()).isEqualTo(Compression.NONE);
    }
  }

  @Test
  void compressionIsNotToBeSmuggledInAsAnOption() {
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", 9042);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ConnectRequest(
                    address, ProtocolVersion.V4, Map.of(Compression.OPTION, "lz4"), 1))
        .withMessageContaining("COMPRESSION among the STARTUP options");
  }
}
