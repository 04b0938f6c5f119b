package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that are never silent, and never have said anything. */
@ExtendWith(LeakCheck.class)
class DrippingServerTest {
  private static final Duration A_SECOND = Duration.ofSeconds(1);
  private static final int MOST_BYTES = (int) InvokedAgent.CONNECT_TIMEOUT.toSeconds();

  static Stream<Arguments> answers() {
    return Stream.of(
        Arguments.of("an envelope", TransportFactory.PLAIN, announcing(0x85, Opcode.SUPPORTED)),
        Arguments.of("a TLS record", Tls.trusting().transports(), record()));
  }

  /** The header of an envelope, and some of its body. */
  private static byte[] announcing(int version, int opcode) {
    return ByteBuffer.allocate(100)
        .put((byte) version)
        .put((byte) 0)
        .putShort((short) 0)
        .put((byte) opcode)
        .putInt(1000)
        .array();
  }

  /** Of a handshake, and 16 KiB long, of which less comes. */
  private static byte[] record() {
    return ByteBuffer.allocate(100)
        .put((byte) 22)
        .putShort((short) 0x0303)
        .putShort((short) 0x4000)
        .array();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void bytesThatComeOneByOneDoNotPutTheDeadlineOff(
      String what, TransportFactory transports, byte[] answer) throws IOException {
    TestClock clock = new TestClock();
    SelectorContext context = new SelectorContext().clock(clock).transports(transports);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        InvokedAgent agent = new InvokedAgent(context)) {
      RecordingListener listener =
          agent.open((InetSocketAddress) server.getLocalSocketAddress(), ProtocolVersion.V5);
      agent.drive(10);
      try (Socket client = server.accept()) {
        OutputStream out = client.getOutputStream();
        int bytes = 0;
        while (listener.closed.isEmpty()) {
          assertThat(bytes).as("bytes of " + what).isLessThan(MOST_BYTES);
          out.write(answer[bytes++]);
          agent.drive(10);
          clock.advance(A_SECOND);
          agent.drive(10);
        }
        assertThat(bytes).isEqualTo(MOST_BYTES);
      }
      assertThat(listener.handshakeFailure().reason())
          .isEqualTo(HandshakeException.Reason.TIMED_OUT);
      assertThat(agent.agent.offHeapBytes()).isLessThan(2 << 20);
      assertThat(agent.faults).isEmpty();
    }
  }
}
