package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Observations;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that answer a TLS handshake with something else. */
@ExtendWith(LeakCheck.class)
class TlsHostileServerTest {
  /** Answers the first bytes that come, again and again if told so, until the client has gone. */
  private static final class Hostile implements AutoCloseable {
    private final ServerSocket listener;
    private final Thread thread;
    private volatile boolean spokenTo;

    Hostile(byte[] answer, boolean again) throws IOException {
      listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      thread = new Thread(() -> serve(answer, again), "test-hostile");
      thread.start();
    }

    private void serve(byte[] answer, boolean again) {
      try (Socket client = listener.accept()) {
        client.getInputStream().read(new byte[4096]);
        spokenTo = true;
        OutputStream out = client.getOutputStream();
        do {
          out.write(answer);
        } while (again);
        while (client.getInputStream().read() >= 0) {
          // The client is to end it.
        }
      } catch (IOException expected) {
        // The client has ended it.
      }
    }

    InetSocketAddress address() {
      return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
      listener.close();
      try {
        thread.join(Observations.BOUND.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      assertThat(thread.isAlive()).isFalse();
    }
  }

  private static byte[] record(int type, int length, int filled) {
    byte[] record = new byte[5 + filled];
    Arrays.fill(record, (byte) 0x55);
    record[0] = (byte) type;
    record[1] = 3;
    record[2] = 3;
    record[3] = (byte) (length >> 8);
    record[4] = (byte) length;
    return record;
  }

  static Stream<Arguments> answers() {
    byte[] cql = {(byte) 0x85, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 10, 0, 0};
    return Stream.of(
        Arguments.of("plain CQL", cql, false),
        Arguments.of("HTTP", "HTTP/1.1 400\r\n\r\n".getBytes(StandardCharsets.US_ASCII), false),
        Arguments.of("an oversized record", record(22, 0xFFFF, 0xFFFF), true),
        Arguments.of("a record of another kind", record(99, 100, 100), false),
        Arguments.of("data before the handshake", record(23, 16_000, 16_000), true),
        Arguments.of("alerts without end", record(21, 2, 2), true),
        Arguments.of("a server hello that is none", record(22, 16_000, 16_000), true),
        Arguments.of("empty records without end", record(22, 0, 0), true),
        Arguments.of("changes of cipher without end", record(20, 1, 1), true));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void answerThatIsNoHandshakeEndsTheConnectionInLittleMemory(
      String what, byte[] answer, boolean again) throws IOException {
    SelectorContext context = new SelectorContext().transports(Tls.trusting().transports());
    try (InvokedAgent agent = new InvokedAgent(context);
        Hostile server = new Hostile(answer, again)) {
      RecordingListener listener = agent.open(server.address(), ProtocolVersion.V5);
      agent.driveUntil(
          "the end of " + what,
          () -> {
            assertThat(agent.agent.offHeapBytes()).isLessThan(2 << 20);
            return !listener.closed.isEmpty();
          });
      HandshakeException failure = listener.handshakeFailure();
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.TLS);
      assertThat(failure).hasMessageContaining("No TLS connection to " + server.address());
      assertThat(agent.faults).isEmpty();
    }
  }

  @Test
  void silenceEndsWithTheConnectTimeoutAndSaysWhatWasWaitedFor() throws IOException {
    TestClock clock = new TestClock();
    SelectorContext context =
        new SelectorContext().clock(clock).transports(Tls.trusting().transports());
    try (InvokedAgent agent = new InvokedAgent(context);
        Hostile server = new Hostile(new byte[0], false)) {
      RecordingListener listener = agent.open(server.address(), ProtocolVersion.V5);
      agent.driveUntil("the first words", () -> server.spokenTo);
      clock.advance(InvokedAgent.CONNECT_TIMEOUT);
      agent.driveUntil("the timeout", () -> !listener.closed.isEmpty());
      assertThat(listener.handshakeFailure().reason())
          .isEqualTo(HandshakeException.Reason.TIMED_OUT);
      assertThat(listener.handshakeFailure()).hasMessageContaining("is TLS switched on");
    }
  }
}
