package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.io.SelectorCounter;
import io.peregrine.testkit.cassandra.RealCassandra;
import io.peregrine.testkit.cassandra.SharedCassandra;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is agreed on with a real Cassandra, and what it reads and writes then. */
@RealCassandra
class RealCompressionTest {
  private static final int HUNDRED_KILOBYTES = 100_000;

  private static RealSession open(ProtocolVersion version, Compression compression) {
    String name = "compressed_" + (compression.isNamed() ? compression.algorithm() : compression);
    RealSession real = new RealSession(version, name.toLowerCase(), compression);
    real.execute("CREATE TABLE blobs (k int PRIMARY KEY, v blob)");
    real.execute("CREATE TABLE series (k int, c int, v text, PRIMARY KEY (k, c))");
    return real;
  }

  /** What the server says that the driver's connections in this version told it. */
  private static Set<String> told(RealSession real) {
    Set<String> told = new TreeSet<>();
    String query = "SELECT driver_name, protocol_version, client_options FROM system_views.clients";
    for (Row row : real.execute(query)) {
      if ("Peregrine".equals(row.getString(0)) && row.getInt(1) == real.version.code()) {
        Map<String, String> options = row.getMap(2, String.class, String.class);
        told.add(options.getOrDefault(Compression.OPTION, "none"));
      }
    }
    return told;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "V4, LZ4, lz4",
    "V4, SNAPPY, snappy",
    "V5, LZ4, lz4",
    "V4, AUTO, lz4",
    "V5, AUTO, lz4",
    "V3, SNAPPY, snappy",
    "V4, NONE, none",
    "V5, NONE, none"
  })
  void serverReadsAndWritesWhatWasAgreedOn(
      ProtocolVersion version, Compression compression, String algorithm) {
    try (RealSession real = open(version, compression)) {
      assertThat(told(real)).contains(algorithm);
      PreparedStatement insert = real.session.prepare("INSERT INTO blobs (k, v) VALUES (?, ?)");
      PreparedStatement select = real.session.prepare("SELECT v FROM blobs WHERE k = ?");
      int[] sizes = {0, 1, 10, 1_000, HUNDRED_KILOBYTES, 130_990, 131_071, 700_000};
      for (int size : sizes) {
        for (byte[] value : List.of(new byte[size], random(size))) {
          real.session.execute(insert.bind(size, value));
          assertThat(real.row(select.bind(size)).getByteBuffer(0))
              .isEqualTo(ByteBuffer.wrap(value));
          int first =
              real.offer(
                  select.bind(size), rows -> rows.next() && size > 0 ? rows.valueLength(0) : 0);
          assertThat(first).isEqualTo(size);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"V4, LZ4", "V4, SNAPPY", "V5, LZ4"})
  void pagesOfManyRowsComeWhole(ProtocolVersion version, Compression compression) {
    try (RealSession real = open(version, compression)) {
      PreparedStatement insert =
          real.session.prepare("INSERT INTO series (k, c, v) VALUES (1, ?, ?)");
      List<ResponseFuture> written = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        written.add(real.session.executeAsync(insert.bind(i, "value " + i + " ".repeat(i % 300))));
      }
      written.forEach(RealSession::await);
      int next = 0;
      Statement<?> all = SimpleStatement.of("SELECT c, v FROM series WHERE k = 1").setPageSize(700);
      for (Row row : real.session.execute(all)) {
        assertThat(row.getInt(0)).isEqualTo(next);
        assertThat(row.getString(1)).isEqualTo("value " + next + " ".repeat(next % 300));
        next++;
      }
      assertThat(next).isEqualTo(2_000);
      int rows =
          real.offer(
              SimpleStatement.of("SELECT c, v FROM series WHERE k = 1"),
              RealCompressionTest::count);
      assertThat(rows).isEqualTo(2_000);
    }
  }

  private static int count(RowCursor rows) {
    int count = 0;
    while (rows.next()) {
      count++;
    }
    return count;
  }

  @ParameterizedTest
  @CsvSource({"V4, LZ4", "V4, SNAPPY", "V5, LZ4"})
  void zerosTravelShortBothWays(ProtocolVersion version, Compression compression) {
    // One that reads nothing of the schema meanwhile.
    try (RealSession real = open(version, compression);
        Cluster cluster =
            RealSession.patient(SharedCassandra.server().contactPoint())
                .protocolVersion(version)
                .compression(compression)
                .schemaMetadataEnabled(false)
                .build();
        Session session = cluster.connect(real.keyspace)) {
      PreparedStatement insert = session.prepare("INSERT INTO blobs (k, v) VALUES (1, ?)");
      PreparedStatement select = session.prepare("SELECT v FROM blobs WHERE k = 1");
      long written = count(cluster, SelectorCounter.BYTES_WRITTEN);
      long read = count(cluster, SelectorCounter.BYTES_READ);
      session.execute(insert.bind(new byte[HUNDRED_KILOBYTES]));
      Row row = session.execute(select.bind()).one();
      assertThat(row.getByteBuffer(0).remaining()).isEqualTo(HUNDRED_KILOBYTES);
      assertThat(count(cluster, SelectorCounter.BYTES_WRITTEN) - written).isLessThan(10_000);
      assertThat(count(cluster, SelectorCounter.BYTES_READ) - read).isLessThan(10_000);
    }
  }

  private static long count(Cluster cluster, SelectorCounter counter) {
    return cluster.agents().get(0).counters().get(counter);
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"LZ4", "SNAPPY"})
  void serversErrorsComeWhole(Compression compression) {
    try (RealSession real = open(ProtocolVersion.V4, compression)) {
      assertThatThrownBy(() -> real.execute("SELECT nothing FROM " + "x".repeat(500)))
          .isInstanceOf(InvalidQueryException.class)
          .hasMessageContaining("x".repeat(500));
    }
  }

  @Test
  void snappyIsRefusedByTheDriverInVersion5() {
    try (Cluster cluster =
        PatientCluster.builder()
            .addContactPoint(SharedCassandra.server().contactPoint())
            .compression(Compression.SNAPPY)
            .build()) {
      assertThatThrownBy(cluster::connect)
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining("The requested compression type (snappy) is not supported by")
          .hasMessageContaining("protocol V5 does not have it");
    }
  }
}
