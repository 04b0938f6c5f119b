package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Options;
import com.datastax.oss.protocol.internal.request.Prepare;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.request.Register;
import com.datastax.oss.protocol.internal.request.query.QueryOptions;
import com.datastax.oss.protocol.internal.response.result.Prepared;
import com.datastax.oss.protocol.internal.response.result.SchemaChange;
import io.peregrine.testkit.cassandra.CassandraServer;
import io.peregrine.testkit.cassandra.SharedCassandra;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Records what a real Cassandra answers, for fuzzing to damage: run it by hand when there is a new
 * Cassandra, with the file as its argument. One thread.
 */
final class TrafficRecorder {
  private static final int MAX_ENVELOPE = 12_000;

  private static final List<String> QUERIES =
      List.of(
          "CREATE KEYSPACE IF NOT EXISTS rec WITH replication ="
              + " {'class': 'SimpleStrategy', 'replication_factor': 1}",
          "USE rec",
          "CREATE TYPE IF NOT EXISTS rec.address (street text, numbers set<int>)",
          "CREATE TABLE IF NOT EXISTS rec.everything (k int, c text, a ascii, b bigint, d blob,"
              + " e boolean, f decimal, g double, h float, i inet, j date, l time, m timestamp,"
              + " n smallint, o tinyint, p uuid, q timeuuid, r varint, s duration, t list<text>,"
              + " u set<int>, v map<text, frozen<list<double>>>, w frozen<tuple<int, text>>,"
              + " x frozen<address>, y vector<float, 4>, z vector<text, 2>, PRIMARY KEY (k, c))",
          "INSERT INTO rec.everything (k, c, a, b, d, e, f, g, h, i, j, l, m, n, o, p, q, r, s, t,"
              + " u, v, w, x, y, z) VALUES (1, 'größe', 'ascii', 2, 0x0102, true, 1.25, 2.5, 3.5,"
              + " '127.0.0.1', '2026-11-22', '12:34:56.789', '2026-11-22T01:02:03Z', 4, 5,"
              + " 6bddc89a-5644-11e4-97fc-56847afe9799, 6bddc89a-5644-11e4-97fc-56847afe9799,"
              + " 123456789012345678901234567890, 1mo2d3ns, ['x', 'y'], {1, 2, 3},"
              + " {'a': [1.0, 2.0], 'b': []}, (7, 'seven'), {street: 'Main', numbers: {1, 2}},"
              + " [0.1, 0.2, 0.3, 0.4], ['one', 'two'])",
          "INSERT INTO rec.everything (k, c, i) VALUES (1, 'nulls', '::1')",
          "INSERT INTO rec.everything (k, c) VALUES (1, 'once') IF NOT EXISTS",
          "INSERT INTO rec.everything (k, c) VALUES (1, 'once') IF NOT EXISTS",
          "SELECT * FROM rec.everything",
          "SELECT JSON * FROM rec.everything WHERE k = 1",
          "SELECT count(*), max(b), avg(g) FROM rec.everything",
          "SELECT * FROM rec.everything WHERE k = 99",
          "SELECT * FROM system.local",
          "SELECT keyspace_name, table_name, column_name, type, kind, position"
              + " FROM system_schema.columns WHERE keyspace_name = 'rec'",
          "SELECT * FROM system_schema.types WHERE keyspace_name = 'rec'",
          "SELECT * FROM nowhere.nothing",
          "SELEKT",
          "SELECT * FROM rec.everything WHERE b = 1",
          "CREATE TABLE rec.everything (k int PRIMARY KEY)",
          "CREATE KEYSPACE rec WITH replication ="
              + " {'class': 'SimpleStrategy', 'replication_factor': 1}",
          "ALTER TABLE rec.everything ADD added int",
          "DROP TABLE rec.everything",
          "DROP KEYSPACE rec");

  private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();

  private TrafficRecorder() {}

  /** Starts a Cassandra and writes its answers. */
  public static void main(String[] arguments) throws Exception {
    TrafficRecorder recorder = new TrafficRecorder();
    try (CassandraServer server = SharedCassandra.server()) {
      for (int version = 4; version <= 5; version++) {
        recorder.record(server, version);
      }
    }
    Files.write(Path.of(arguments[0]), recorder.recorded.toByteArray());
  }

  private void record(CassandraServer server, int version) throws Exception {
    try (PlainClient client = PlainClient.ready(server.contactPoint(), version);
        PlainClient listener = PlainClient.ready(server.contactPoint(), version)) {
      ask(client, version, false, Options.INSTANCE);
      ask(
          listener,
          version,
          false,
          new Register(List.of("SCHEMA_CHANGE", "STATUS_CHANGE", "TOPOLOGY_CHANGE")));
      for (String query : QUERIES) {
        boolean select = query.startsWith("SELECT *");
        byte[] answer = ask(client, version, false, new Query(query, options(select ? 1 : 100, 1)));
        if (select) {
          ask(client, version, true, new Query(query, options(100, 1)));
        }
        if (query.startsWith("INSERT") || query.startsWith("SELECT * FROM rec")) {
          prepare(client, version, query);
        }
        if (Peer.decodeResponse(answer).message instanceof SchemaChange) {
          keep(listener.receiveEnvelope());
        }
      }
      ask(client, version, false, new Query("SELECT * FROM system.local", options(9, 3)));
      ask(client, version, false, new Execute(new byte[] {1, 2}, new byte[] {3}, options(1, 1)));
    }
  }

  private void prepare(PlainClient client, int version, String query) throws Exception {
    byte[] answer = ask(client, version, false, new Prepare(query));
    Message message = Peer.decodeResponse(answer).message;
    if (message instanceof Prepared prepared) {
      ask(
          client,
          version,
          false,
          new Execute(prepared.preparedQueryId, prepared.resultMetadataId, options(2, 1)));
    }
  }

  private static QueryOptions options(int pageSize, int consistency) {
    return new QueryOptions(
        consistency,
        List.<ByteBuffer>of(),
        Map.of(),
        pageSize == 2,
        pageSize,
        null,
        8,
        QueryOptions.NO_DEFAULT_TIMESTAMP,
        null,
        QueryOptions.NO_NOW_IN_SECONDS);
  }

  private byte[] ask(PlainClient client, int version, boolean tracing, Message request)
      throws Exception {
    byte[] envelope =
        Peer.encodeRequest(Frame.forRequest(version, 3, tracing, Frame.NO_PAYLOAD, request));
    if (Wire.hasFrames(version)) {
      client.sendRaw(Peer.frame(envelope, true));
    } else {
      client.sendRaw(envelope);
    }
    return keep(client.receiveEnvelope());
  }

  private byte[] keep(byte[] envelope) {
    if (envelope.length <= MAX_ENVELOPE) {
      recorded.writeBytes(envelope);
    }
    return envelope;
  }
}
