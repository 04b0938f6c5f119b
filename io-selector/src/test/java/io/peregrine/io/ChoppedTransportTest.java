package io.peregrine.io;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.BodyReader;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ScriptedServer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class ChoppedTransportTest {
  private static final Columns COLUMNS = Columns.of("ks", "t").and("v", DataType.VARCHAR);

  /** What carries the bytes; {@link OverTlsTest} has them go through TLS. */
  Carrier carrier() {
    return Carrier.PLAIN;
  }

  static Stream<Arguments> choppings() {
    return Stream.of(
            Wire.of(ProtocolVersion.V4, Compression.NONE),
            Wire.of(ProtocolVersion.V4, Compression.LZ4),
            Wire.of(ProtocolVersion.V4, Compression.SNAPPY),
            Wire.of(ProtocolVersion.V5, Compression.NONE),
            Wire.of(ProtocolVersion.V5, Compression.LZ4))
        .flatMap(
            wire ->
                Stream.of(
                    Arguments.of(wire, 1, 1, 40, 60),
                    Arguments.of(wire, 1, 7, 60, 200),
                    Arguments.of(wire, 13, 3, 60, 200),
                    Arguments.of(wire, 5_000, 9_000, 60, 300_000)));
  }

  /** What is spoken, and what it is compressed with. */
  private record Wire(ProtocolVersion version, Compression compression) {
    static Wire of(ProtocolVersion version, Compression compression) {
      return new Wire(version, compression);
    }
  }

  @ParameterizedTest
  @MethodSource("choppings")
  void answersAreRightHoweverTheBytesAreCut(
      Wire wire, int mostRead, int mostWritten, int requests, int longest) {
    long seed = 0x5EED + mostRead;
    Random random = new Random(seed);
    RecordingHandler handler = new RecordingHandler();
    try (ScriptedServer server = carrier().server().compressions("lz4", "snappy").start();
        InvokedAgent agent =
            new InvokedAgent(
                carrier()
                    .context()
                    .transports(
                        carrier().over(TestTransports.chopped(seed, mostRead, mostWritten))))) {
      server.on(
          queryStartingWith("SELECT"),
          exchange -> exchange.reply(echo(String.valueOf(exchange.request().text()))));
      server.on(
          queryStartingWith("SELECT f"),
          exchange -> {
            Message answer = echo(String.valueOf(exchange.request().text()));
            if (exchange.connection().isFramed()) {
              exchange.replyInFrames(answer, 11);
            } else {
              exchange.replyInPieces(answer, 11);
            }
          });
      Connection connection =
          agent.connect(server.address(), wire.version(), wire.compression()).connection;
      assertThat(connection.compression()).isEqualTo(wire.compression());
      String[] texts = new String[requests];
      for (int i = 0; i < requests; i++) {
        boolean large = i % 8 == 3;
        int length = random.nextInt(large ? longest : 50);
        String filling = i % 3 == 0 ? noise(random, length) : "x".repeat(length);
        texts[i] = (i % 5 == 0 ? "SELECT f " : "SELECT ") + i + filling;
        assertThat(new CqlRequest(texts[i]).offer(connection, handler, i)).isZero();
        if (random.nextInt(4) == 0) {
          agent.drive(random.nextInt(20));
        }
      }
      agent.driveUntil("the answers", () -> handler.outcomes() == requests);
      for (int i = 0; i < requests; i++) {
        assertThat(handler.bodies.get((long) i)).as(texts[i]).isNotNull();
        byte[] body = handler.bodies.get((long) i);
        assertThat(cell(body, texts[i])).isEqualTo(texts[i]);
      }
      assertThat(agent.faults).isEmpty();
      server.observed().assertNoViolations();
    }
  }

  /** Text that no algorithm makes shorter. */
  private static String noise(Random random, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) (' ' + random.nextInt(95)));
    }
    return text.toString();
  }

  private static Message echo(String text) {
    return rows(COLUMNS).row(text(text)).build();
  }

  /** The last cell of a body with one row of one column. */
  private static String cell(byte[] body, String expected) {
    int length = expected.getBytes(StandardCharsets.UTF_8).length;
    BodyReader reader =
        new BodyReader().wrap(new UnsafeBuffer(body), body.length - length - 4, length + 4);
    return reader.readLongString("cell");
  }
}
