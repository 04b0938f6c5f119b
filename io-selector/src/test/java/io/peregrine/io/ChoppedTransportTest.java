package io.peregrine.io;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.BodyReader;
import io.peregrine.codec.ProtocolVersion;
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

  static Stream<Arguments> choppings() {
    return Stream.of(ProtocolVersion.V4, ProtocolVersion.V5)
        .flatMap(
            version ->
                Stream.of(
                    Arguments.of(version, 1, 1, 40, 60),
                    Arguments.of(version, 1, 7, 60, 200),
                    Arguments.of(version, 13, 3, 60, 200),
                    Arguments.of(version, 5_000, 9_000, 60, 300_000)));
  }

  @ParameterizedTest
  @MethodSource("choppings")
  void answersAreRightHoweverTheBytesAreCut(
      ProtocolVersion version, int mostRead, int mostWritten, int requests, int longest) {
    long seed = 0x5EED + mostRead;
    Random random = new Random(seed);
    RecordingHandler handler = new RecordingHandler();
    try (ScriptedServer server = ScriptedServer.start();
        InvokedAgent agent =
            new InvokedAgent(
                new SelectorContext()
                    .transports(TestTransports.chopped(seed, mostRead, mostWritten)))) {
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
      Connection connection = agent.connect(server.address(), version).connection;
      String[] texts = new String[requests];
      for (int i = 0; i < requests; i++) {
        boolean large = i % 8 == 3;
        int length = random.nextInt(large ? longest : 50);
        texts[i] = (i % 5 == 0 ? "SELECT f " : "SELECT ") + i + "x".repeat(length);
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
