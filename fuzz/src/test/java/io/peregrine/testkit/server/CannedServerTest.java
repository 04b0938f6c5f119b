package io.peregrine.testkit.server;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Batch;
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
import com.datastax.oss.protocol.internal.response.result.Prepared;
import com.datastax.oss.protocol.internal.response.result.Rows;
import com.datastax.oss.protocol.internal.response.result.SetKeyspace;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class CannedServerTest {
  private static final Columns ID = Columns.of("ks", "t").and("id", DataType.INT);
  private static final RowsBuilder ONE_ROW = rows(ID).row(int32(42));

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void everyKindOfRequestHasItsAnswer(int version) throws Exception {
    try (CannedServer server =
            CannedServer.builder().answer(ONE_ROW.build()).prepared(ID, ID, 0).start();
        PlainClient client = new PlainClient(server.address(), version)) {
      assertThat(client.ask(0, Options.INSTANCE)).isInstanceOf(Supported.class);
      client.startup();
      assertThat(client.ask(1, new Register(List.of("TOPOLOGY_CHANGE")))).isInstanceOf(Ready.class);
      assertThat(((SetKeyspace) client.ask(2, new Query("use \"Ks\";"))).keyspace).isEqualTo("Ks");
      assertThat(rowCount(client, "SELECT * FROM system.local WHERE key='local'")).isEqualTo(1);
      assertThat(rowCount(client, "SELECT * FROM system.peers")).isZero();
      assertThat(rowCount(client, "select peer from system.peers_v2")).isZero();
      assertThat(rowCount(client, "SELECT * FROM system_schema.tables")).isZero();
      Prepared prepared = (Prepared) client.ask(3, new Prepare("SELECT id FROM t WHERE id = ?"));
      assertThat(prepared.variablesMetadata.pkIndices).containsExactly(0);
      Execute execute =
          new Execute(prepared.preparedQueryId, prepared.resultMetadataId, QueryOptions.DEFAULT);
      assertThat(((Rows) client.ask(4, execute)).getData()).hasSize(1);
      Batch batch =
          new Batch(
              (byte) 0,
              List.of("INSERT"),
              List.of(List.of()),
              1,
              8,
              Long.MIN_VALUE,
              null,
              Integer.MIN_VALUE);
      assertThat(((Rows) client.ask(32767, batch)).getData().peek().get(0)).isEqualTo(int32(42));
      server.assertNoViolations();
    }
  }

  private static int rowCount(PlainClient client, String query) throws Exception {
    return ((Rows) client.ask(9, new Query(query))).getData().size();
  }

  @Test
  void unknownVersionIsRefusedInTheHighestKnown() throws Exception {
    try (CannedServer server = CannedServer.start(ONE_ROW.build());
        PlainClient client = new PlainClient(server.address(), 3)) {
      client.send(7, new Startup());
      var answer = client.receive();
      assertThat(answer.protocolVersion).isEqualTo(5);
      assertThat(answer.streamId).isEqualTo(7);
      assertThat(((Error) answer.message).code).isEqualTo(0x000A);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void hundredThousandPipelinedRequestsAreAllAnsweredOnTheirStreams(int version) throws Exception {
    int window = 1000;
    int rounds = 100;
    try (CannedServer server = CannedServer.start(ONE_ROW.build());
        PlainClient client = PlainClient.ready(server.address(), version)) {
      byte[] burst = burst(client, window, version);
      for (int i = 0; i < 20; i++) {
        exchange(client, burst, window);
      }
      AllocationProbe probe = AllocationProbe.of(server.thread());
      for (int round = 0; round < rounds; round++) {
        exchange(client, burst, window);
      }
      assertThat(probe.allocatedBytes()).isLessThan(window);
      server.assertNoViolations();
    }
  }

  /** Requests on the streams 0 to n − 1; in v5 in frames of several sizes. */
  private static byte[] burst(PlainClient client, int requests, int version) {
    ByteArrayOutputStream burst = new ByteArrayOutputStream();
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (int stream = 0; stream < requests; stream++) {
      byte[] envelope =
          client.encode(stream, new Execute(new byte[16], new byte[16], QueryOptions.DEFAULT));
      payload.writeBytes(envelope);
      if (version == 4 || stream % 7 == 0 || stream == requests - 1) {
        byte[] bytes = payload.toByteArray();
        burst.writeBytes(version == 4 ? bytes : Wire.frame(bytes, 0, bytes.length, true));
        payload.reset();
      }
    }
    return burst.toByteArray();
  }

  private static void exchange(PlainClient client, byte[] burst, int window) throws Exception {
    client.sendRaw(burst);
    for (int stream = 0; stream < window; stream++) {
      byte[] envelope = client.receiveEnvelope();
      int answered = (envelope[2] & 0xFF) << Byte.SIZE | envelope[3] & 0xFF;
      if (answered != stream) {
        throw new AssertionError("stream " + stream + " was answered as " + answered);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void requestsCutAnywhereAreAnswered(int version) throws Exception {
    try (CannedServer server = CannedServer.start(ONE_ROW.build());
        PlainClient client = PlainClient.ready(server.address(), version)) {
      byte[] burst = burst(client, 5, version);
      for (byte b : burst) {
        client.sendRaw(new byte[] {b});
      }
      for (int stream = 0; stream < 5; stream++) {
        assertThat(client.receive().streamId).isEqualTo(stream);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void largeAnswersComeWholeAndWaitForASlowReader(int version) throws Exception {
    String big = "x".repeat(300_000);
    RowsBuilder large = rows(Columns.of("ks", "t").and("v", DataType.VARCHAR)).row(text(big));
    try (CannedServer server = CannedServer.start(large.build());
        PlainClient client = PlainClient.ready(server.address(), version)) {
      byte[] burst = burst(client, 60, version);
      client.sendRaw(burst);
      for (int stream = 0; stream < 60; stream++) {
        var answer = client.receive();
        assertThat(answer.streamId).isEqualTo(stream);
        assertThat(((Rows) answer.message).getData().peek().get(0)).isEqualTo(text(big));
      }
    }
  }

  @Test
  void brokenAndSlicedFramesAreReported() throws Exception {
    try (CannedServer server = CannedServer.start(ONE_ROW.build())) {
      try (PlainClient client = PlainClient.ready(server.address(), 5)) {
        client.sendInFrames(0, new Query("SELECT 1"), 4);
        assertThat(client.ask(1, new Query("SELECT 1"))).isInstanceOf(Rows.class);
        assertThat(server.violations()).isNotEmpty().allMatch(v -> v.contains("several frames"));
        byte[] frame = client.frames(client.encode(0, new Query("q"))).get(0);
        frame[frame.length - 1] ^= 1;
        client.sendRaw(frame);
        assertThat(client.read()).isEqualTo(-1);
        assertThat(server.violations()).anyMatch(v -> v.contains("wrong CRC32"));
      }
    }
  }
}
