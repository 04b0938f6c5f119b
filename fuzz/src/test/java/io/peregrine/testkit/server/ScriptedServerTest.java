package io.peregrine.testkit.server;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.CrcMismatchException;
import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Options;
import com.datastax.oss.protocol.internal.request.Prepare;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.request.Register;
import com.datastax.oss.protocol.internal.request.Startup;
import com.datastax.oss.protocol.internal.request.query.QueryOptions;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.Ready;
import com.datastax.oss.protocol.internal.response.Supported;
import com.datastax.oss.protocol.internal.response.error.Unprepared;
import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import com.datastax.oss.protocol.internal.response.result.Prepared;
import com.datastax.oss.protocol.internal.response.result.Rows;
import com.datastax.oss.protocol.internal.response.result.SetKeyspace;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.testkit.leak.LeakCheck;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class ScriptedServerTest {
  private static final Columns ID_AND_NAME =
      Columns.of("ks", "t").and("id", DataType.INT).and("name", DataType.VARCHAR);
  private static final Query SELECT = new Query("SELECT id, name FROM ks.t");

  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server = ScriptedServer.start();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void handshakeAndDefaultAnswersNeedNoScript(int version) throws Exception {
    try (PlainClient client = new PlainClient(server.address(), version)) {
      assertThat(client.ask(0, Options.INSTANCE)).isInstanceOf(Supported.class);
      client.startup();
      assertThat(client.ask(1, new Register(List.of("STATUS_CHANGE")))).isInstanceOf(Ready.class);
      assertThat(((SetKeyspace) client.ask(2, new Query("USE \"Ks\""))).keyspace).isEqualTo("Ks");
      assertThat(client.ask(3, new Query("INSERT INTO t (id) VALUES (1)")))
          .isInstanceOf(Void.class);
      Rows local = (Rows) client.ask(4, new Query("SELECT * FROM system.local WHERE key='local'"));
      assertThat(local.getData()).hasSize(1);
      Rows peers = (Rows) client.ask(4, new Query("SELECT host_id, rack FROM system.peers_v2"));
      assertThat(peers.getMetadata().columnCount).isEqualTo(2);
      assertThat(peers.getData()).isEmpty();
    }
    server.observed().assertNoViolations();
    assertThat(server.observed().requestCount()).isEqualTo(7);
  }

  @Test
  void unknownVersionIsRefusedInTheHighestKnown() throws Exception {
    try (PlainClient client = new PlainClient(server.address(), 6)) {
      client.send(3, new Startup());
      Frame answer = client.receive();
      assertThat(answer.protocolVersion).isEqualTo(5);
      assertThat(answer.streamId).isEqualTo(3);
      assertThat(((Error) answer.message).code)
          .isEqualTo(ProtocolConstants.ErrorCode.PROTOCOL_ERROR);
      assertThat(((Error) answer.message).message)
          .isEqualTo(
              "Invalid or unsupported protocol version (6); supported versions are (4/v4, 5/v5)");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void executeOfAnUnknownIdIsUnprepared(int version) throws Exception {
    String text = "SELECT id, name FROM ks.t WHERE id = ?";
    server.define(text, Columns.of("ks", "t").and("id", DataType.INT), ID_AND_NAME, 0);
    server.on(execute(text), e -> e.reply(rows(ID_AND_NAME).row(int32(7), text("seven"))));
    byte[] id = ScriptedServer.preparedId(text);
    Execute execute = new Execute(id, id, valueAndSkipMetadata());
    try (PlainClient client = PlainClient.ready(server.address(), version)) {
      assertThat(((Unprepared) client.ask(0, execute)).id).isEqualTo(id);
      Prepared prepared = (Prepared) client.ask(0, new Prepare(text));
      assertThat(prepared.preparedQueryId).isEqualTo(id);
      assertThat(prepared.variablesMetadata.pkIndices).containsExactly(0);
      assertThat(prepared.resultMetadata.columnSpecs).hasSize(2);
      Rows answer = (Rows) client.ask(0, execute);
      assertThat(answer.getMetadata().columnSpecs).isEmpty();
      assertThat(answer.getMetadata().columnCount).isEqualTo(2);
      assertThat(answer.getData()).containsExactly(List.of(int32(7), text("seven")));
      server.forgetPrepared();
      assertThat(client.ask(0, execute)).isInstanceOf(Unprepared.class);
    }
    server.observed().assertNoViolations();
  }

  private static QueryOptions valueAndSkipMetadata() {
    return new QueryOptions(
        1, List.of(int32(7)), Map.of(), true, -1, null, 8, Long.MIN_VALUE, null, Integer.MIN_VALUE);
  }

  @Test
  void pagesFollowTheirStates() throws Exception {
    server.on(
        query(SELECT.query),
        exchange -> {
          ByteBuffer state = ((Query) exchange.request().message()).options.pagingState;
          int page = state == null ? 0 : state.get(0);
          RowsBuilder rows = rows(ID_AND_NAME).row(int32(page), null);
          exchange.reply(page < 2 ? rows.pagingState((byte) (page + 1)) : rows);
        });
    List<Integer> ids = new ArrayList<>();
    try (PlainClient client = PlainClient.ready(server.address(), 5)) {
      ByteBuffer state = null;
      do {
        QueryOptions options =
            new QueryOptions(
                1,
                List.of(),
                Map.of(),
                false,
                1,
                state,
                8,
                Long.MIN_VALUE,
                null,
                Integer.MIN_VALUE);
        Rows page = (Rows) client.ask(0, new Query(SELECT.query, options));
        page.getData().forEach(row -> ids.add(row.get(0).getInt(0)));
        state = page.getMetadata().pagingState;
      } while (state != null);
    }
    assertThat(ids).containsExactly(0, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void choppedAnswersAreWhole(int bytesPerWrite) throws Exception {
    server.on(
        query(SELECT.query),
        e -> e.replyInPieces(rows(ID_AND_NAME).row(int32(1), text("one")).build(), bytesPerWrite));
    try (PlainClient client = PlainClient.ready(server.address(), 5)) {
      assertThat(((Rows) client.ask(9, SELECT)).getData()).hasSize(1);
    }
  }

  @Test
  void largeMessagesTravelInManyFramesBothWays() throws Exception {
    String big = "x".repeat(400_000);
    server.on(
        RequestMatcher.queryStartingWith("x"),
        e -> e.reply(rows(ID_AND_NAME).row(int32(1), text(e.request().text()))));
    try (PlainClient client = PlainClient.ready(server.address(), 5)) {
      Rows answer = (Rows) client.ask(0, new Query(big));
      assertThat(answer.getData().peek().get(1)).isEqualTo(text(big));
      client.sendInFrames(1, new Query("xyz"), 4);
      assertThat(((Rows) client.receive().message).getData().peek().get(1)).isEqualTo(text("xyz"));
      server.on(query("y"), e -> e.replyInFrames(Void.INSTANCE, 5));
      assertThat(client.ask(2, new Query("y"))).isInstanceOf(Void.class);
    }
    server.observed().assertNoViolations();
  }

  @Test
  void corruptChecksumsAreReallyCorrupt() throws Exception {
    server.on(query("payload"), e -> e.replyWithCorruptCrc(Void.INSTANCE));
    server.on(query("header"), e -> e.replyWithCorruptHeaderCrc(Void.INSTANCE));
    for (String which : List.of("payload", "header")) {
      try (PlainClient client = PlainClient.ready(server.address(), 5)) {
        assertThatThrownBy(() -> client.ask(0, new Query(which)))
            .isInstanceOf(CrcMismatchException.class);
      }
    }
  }

  @Test
  void heldAnswerComesWhenTheTestSaysSo() throws Exception {
    HeldRequests held = new HeldRequests();
    server.on(query("late"), held);
    server.on(query("never"), Exchange::silence);
    try (PlainClient client = PlainClient.ready(server.address(), 5)) {
      client.send(1, new Query("late"));
      client.send(2, new Query("never"));
      Exchange late = held.take();
      assertThat(client.ask(3, new Query("soon"))).isInstanceOf(Void.class);
      assertThat(server.observed().openConnections().get(0).streamsInUse()).isEqualTo(2);
      late.reply(new SetKeyspace("late"));
      assertThat(client.receive().streamId).isEqualTo(1);
      assertThat(server.observed().openConnections().get(0).streamsInUse()).isEqualTo(1);
    }
    server.observed().assertNoViolations();
  }

  @Test
  void wrongAnswersAreWrongInTheWayAskedFor() throws Exception {
    server.on(query("other"), e -> e.replyOn(99, Void.INSTANCE));
    server.on(query("twice"), e -> e.replyTwice(Void.INSTANCE));
    server.on(query("huge"), e -> e.replyWithLength(Integer.MAX_VALUE));
    server.on(query("cut"), e -> e.replyTruncatedAndClose(Void.INSTANCE, 5));
    try (PlainClient client = PlainClient.ready(server.address(), 4)) {
      client.send(1, new Query("other"));
      assertThat(client.receive().streamId).isEqualTo(99);
      client.send(2, new Query("twice"));
      assertThat(client.receive().streamId).isEqualTo(client.receive().streamId).isEqualTo(2);
      client.send(3, new Query("huge"));
      byte[] header = client.readExactly(Wire.ENVELOPE_HEADER_LENGTH);
      assertThat(ByteBuffer.wrap(header).getInt(Wire.LENGTH_OFFSET)).isEqualTo(Integer.MAX_VALUE);
      client.send(4, new Query("cut"));
      client.readExactly(5);
      assertThat(client.read()).isEqualTo(-1);
    }
  }

  @Test
  void closeAndResetLookDifferentToTheClient() throws Exception {
    server.on(query("close"), Exchange::close);
    server.on(query("reset"), Exchange::reset);
    try (PlainClient client = PlainClient.ready(server.address(), 4)) {
      assertThatThrownBy(() -> client.ask(0, new Query("close"))).isInstanceOf(EOFException.class);
    }
    try (PlainClient client = PlainClient.ready(server.address(), 4)) {
      assertThatThrownBy(() -> client.ask(0, new Query("reset")))
          .isInstanceOf(SocketException.class);
    }
    server.observed().awaitOpenConnections(0);
  }

  @Test
  void scriptsForAFewRequestsGiveWayToTheDefault() throws Exception {
    Message error = new Error(ProtocolConstants.ErrorCode.OVERLOADED, "busy");
    Script script = server.onFirst(2, query("q"), e -> e.withWarnings("w").reply(error));
    try (PlainClient client = PlainClient.ready(server.address(), 5)) {
      client.send(0, new Query("q"));
      assertThat(client.receive().warnings).containsExactly("w");
      assertThat(client.ask(0, new Query("q"))).isInstanceOf(Error.class);
      assertThat(client.ask(0, new Query("q"))).isInstanceOf(Void.class);
    }
    assertThat(script.uses()).isEqualTo(2);
  }

  @Test
  void tracingIdAndPayloadGoIntoTheAnswer() throws Exception {
    UUID id = new UUID(1, 2);
    server.on(
        query("q"),
        e ->
            e.withTracingId(id)
                .withCustomPayload(Map.of("k", text("v")))
                .replyLater(Duration.ofMillis(1), Void.INSTANCE));
    try (PlainClient client = PlainClient.ready(server.address(), 5)) {
      client.send(0, new Query("q"));
      Frame answer = client.receive();
      assertThat(answer.tracingId).isEqualTo(id);
      assertThat(answer.customPayload).containsEntry("k", text("v"));
    }
  }

  @Test
  void eventsGoToThoseWhoRegistered() throws Exception {
    try (PlainClient registered = PlainClient.ready(server.address(), 5);
        PlainClient other = PlainClient.ready(server.address(), 5)) {
      registered.ask(0, new Register(List.of("STATUS_CHANGE")));
      server.push(new StatusChangeEvent("DOWN", server.address()));
      assertThat(registered.receive().streamId).isEqualTo(-1);
      assertThat(other.ask(0, new Query("q"))).isInstanceOf(Void.class);
    }
  }

  @Test
  void corkedAnswersShareOneFrame() throws Exception {
    HeldRequests held = new HeldRequests();
    server.on(query("q"), held);
    try (PlainClient client = PlainClient.ready(server.address(), 5)) {
      client.send(0, new Query("q"));
      client.send(1, new Query("q"));
      Exchange first = held.take();
      Exchange second = held.take();
      first.connection().cork();
      first.reply(Void.INSTANCE);
      second.reply(Void.INSTANCE);
      first.connection().uncork();
      int voidEnvelope = Wire.ENVELOPE_HEADER_LENGTH + Integer.BYTES;
      byte[] frame =
          client.readExactly(
              Wire.FRAME_HEADER_LENGTH + 2 * voidEnvelope + Wire.FRAME_TRAILER_LENGTH);
      assertThat(Wire.FRAMES.decodeHeader(WireBuffer.of(frame)).payloadLength)
          .isEqualTo(2 * voidEnvelope);
    }
  }

  @Test
  void pausedConnectionTakesNoBytesUntilItIsResumed() throws Exception {
    try (SocketChannel channel = SocketChannel.open(server.address())) {
      ServerConnection connection = server.observed().awaitOpenConnections(1).get(0);
      connection.pauseReading();
      channel.configureBlocking(false);
      byte[] request =
          Wire.encode(Frame.forRequest(4, 0, false, Map.of(), Options.INSTANCE), Wire.CLIENT);
      ByteBuffer requests = ByteBuffer.allocate(request.length * 10_000);
      while (requests.hasRemaining()) {
        requests.put(request);
      }
      do {
        requests.rewind();
      } while (channel.write(requests) == requests.capacity());
      assertThat(connection.bytesReceived()).isLessThan(requests.capacity());
      assertThat(server.observed().requestCount()).isZero();
      connection.resumeReading();
      server.observed().awaitRequests(10_000);
    }
  }

  @Test
  void serverThatWentDownRefusesAndComesBack() throws Exception {
    PlainClient before = PlainClient.ready(server.address(), 4);
    server.goDown();
    assertThat(before.read()).isEqualTo(-1);
    before.close();
    assertThatThrownBy(() -> new PlainClient(server.address(), 4)).isInstanceOf(IOException.class);
    server.startListening();
    PlainClient.ready(server.address(), 4).close();
  }

  @Test
  void twoHundredConnectionsAreServed() throws Exception {
    PlainClient[] clients = new PlainClient[200];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = PlainClient.ready(server.address(), 4 + i % 2);
    }
    for (int stream = 0; stream < 10; stream++) {
      for (PlainClient client : clients) {
        client.send(stream, SELECT);
      }
    }
    for (PlainClient client : clients) {
      int[] streams = new int[10];
      for (int i = 0; i < streams.length; i++) {
        streams[i] = client.receive().streamId;
      }
      assertThat(Arrays.stream(streams).sum()).isEqualTo(45);
      client.close();
    }
    server.observed().awaitOpenConnections(0);
    server.observed().awaitRequests(2000, query(SELECT.query));
    server.observed().assertNoViolations();
  }
}
