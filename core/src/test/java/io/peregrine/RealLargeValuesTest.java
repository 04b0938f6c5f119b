package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.cassandra.CassandraCluster;
import io.peregrine.testkit.cassandra.CassandraSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values of many megabytes, on a node that is set up to take them. */
class RealLargeValuesTest {
  private static final int MEGABYTE = 1 << 20;

  private static CassandraCluster node;

  @BeforeAll
  static void start() {
    // A mutation may take half a segment; the rest are the bounds of what is under way at a time.
    node =
        CassandraCluster.start(
            CassandraSpec.oneNode()
                .withHeapMegabytes(512)
                .withJvmFlag("-Dcassandra.unsafesystem=true")
                .withSetting("commitlog_segment_size", "32MiB")
                .withSetting("commitlog_total_space", "256MiB")
                .withSetting("native_transport_max_frame_size", "16MiB")
                .withSetting("native_transport_max_message_size", "16MiB")
                .withSetting("native_transport_max_request_data_in_flight", "256MiB")
                .withSetting("native_transport_max_request_data_in_flight_per_ip", "256MiB"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Cluster cluster(ProtocolVersion version) {
    return RealSession.patient(node.contactPoint()).protocolVersion(version).build();
  }

  private static void makeTables(Session session, String keyspace) {
    session.execute(
        "CREATE KEYSPACE IF NOT EXISTS "
            + keyspace
            + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    session.execute(
        "CREATE TABLE IF NOT EXISTS " + keyspace + ".blobs (k int PRIMARY KEY, v blob)");
    session.execute("CREATE TABLE IF NOT EXISTS " + keyspace + ".small (k int PRIMARY KEY, v int)");
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void largeValuesGoBothWaysWhileSmallRequestsGoOn(ProtocolVersion version) {
    String keyspace = "large_v" + version.code();
    try (Cluster cluster = cluster(version);
        Session session = cluster.connect()) {
      makeTables(session, keyspace);
      PreparedStatement insert =
          session.prepare("INSERT INTO " + keyspace + ".blobs (k, v) VALUES (?, ?)");
      PreparedStatement select =
          session.prepare("SELECT v FROM " + keyspace + ".blobs WHERE k = ?");
      PreparedStatement put =
          session.prepare("INSERT INTO " + keyspace + ".small (k, v) VALUES (?, ?)");
      PreparedStatement get = session.prepare("SELECT v FROM " + keyspace + ".small WHERE k = ?");
      int[] sizes = {3 * MEGABYTE, 5 * MEGABYTE, 12 * MEGABYTE};
      List<ResponseFuture> large = new ArrayList<>();
      for (int size : sizes) {
        large.add(session.executeAsync(insert.bind(size, random(size))));
      }
      int done = 0;
      while (done < 20 || !large.stream().allMatch(ResponseFuture::isDone)) {
        session.execute(put.bind(done, -done));
        assertThat(session.execute(get.bind(done)).one().getInt(0)).isEqualTo(-done);
        done++;
      }
      large.forEach(RealSession::await);
      large.clear();
      for (int size : sizes) {
        large.add(session.executeAsync(select.bind(size)));
      }
      for (int i = 0; i < 20 || !large.stream().allMatch(ResponseFuture::isDone); i++) {
        assertThat(session.execute(get.bind(i % done)).one().getInt(0)).isEqualTo(-(i % done));
      }
      for (int i = 0; i < sizes.length; i++) {
        ByteBuffer value = RealSession.await(large.get(i)).one().getByteBuffer(0);
        assertThat(value).isEqualTo(ByteBuffer.wrap(random(sizes[i])));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void whatTheServerFindsTooLargeFailsAloneAndTheSessionGoesOn(ProtocolVersion version) {
    String keyspace = "too_large_v" + version.code();
    try (Cluster cluster = cluster(version);
        Session session = cluster.connect()) {
      makeTables(session, keyspace);
      PreparedStatement insert =
          session.prepare("INSERT INTO " + keyspace + ".blobs (k, v) VALUES (?, ?)");
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> session.execute(insert.bind(1, new byte[20 * MEGABYTE])))
            .isInstanceOf(InvalidQueryException.class)
            .hasMessageContaining("" + 16 * MEGABYTE);
      }
      assertThat(session.execute("SELECT v FROM " + keyspace + ".blobs WHERE k = 1").one())
          .isNull();
    }
  }
}
