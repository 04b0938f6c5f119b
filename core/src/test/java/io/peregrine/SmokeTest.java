package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.cassandra.CassandraServer;
import io.peregrine.testkit.cassandra.RealCassandra;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@RealCassandra
class SmokeTest {
  private final CassandraServer server;

  SmokeTest(CassandraServer server) {
    this.server = server;
  }

  @ParameterizedTest
  @EnumSource(names = {"V3", "V4", "V5"})
  void writesAndReads(ProtocolVersion version) {
    try (Cluster cluster =
            Cluster.builder()
                .addContactPoint(server.contactPoint())
                .protocolVersion(version)
                .build();
        Session session = cluster.connect()) {
      session.execute(
          "CREATE KEYSPACE IF NOT EXISTS smoke WITH replication = {'class': 'SimpleStrategy',"
              + " 'replication_factor': 1}");
      session.execute("USE smoke");
      session.execute("CREATE TABLE IF NOT EXISTS t (k text, c int, v double, PRIMARY KEY (k, c))");
      PreparedStatement insert = session.prepare("INSERT INTO t (k, c, v) VALUES (?, ?, ?)");
      AtomicInteger done = new AtomicInteger();
      RequestHandler handler =
          new RequestHandler() {
            @Override
            public void onRows(long correlationId, RowCursor rows) {
              done.incrementAndGet();
            }

            @Override
            public void onError(long correlationId, ErrorView error) {
              throw error.toException();
            }
          };
      BoundStatement bound = insert.bind();
      for (int i = 0; i < 1000; i++) {
        bound.setString(0, "k").setInt(1, i).setDouble(2, i * 0.5);
        while (session.offer(bound, handler, i) < 0) {
          Thread.onSpinWait();
        }
      }
      while (done.get() < 1000) {
        Thread.onSpinWait();
      }
      PreparedStatement select = session.prepare("SELECT c, v FROM t WHERE k = ?");
      int n = 0;
      for (Row row : session.execute(select.bind("k").setPageSize(64))) {
        assertThat(row.getInt(0)).isEqualTo(n);
        assertThat(row.getDouble("v")).isEqualTo(n * 0.5);
        n++;
      }
      assertThat(n).isEqualTo(1000);
    }
  }

  @Test
  void unsetValueIsRefusedBeforeItIsSentInV3() {
    try (Cluster cluster =
            Cluster.builder()
                .addContactPoint(server.contactPoint())
                .protocolVersion(ProtocolVersion.V3)
                .build();
        Session session = cluster.connect()) {
      session.execute(
          "CREATE KEYSPACE IF NOT EXISTS smoke WITH replication = {'class': 'SimpleStrategy',"
              + " 'replication_factor': 1}");
      session.execute("CREATE TABLE IF NOT EXISTS smoke.u (k int PRIMARY KEY, v int, w int)");
      PreparedStatement insert = session.prepare("INSERT INTO smoke.u (k, v, w) VALUES (?, ?, ?)");
      session.execute(insert.bind(1, 2, 3));
      BoundStatement incomplete = insert.bind().setInt(0, 1).setInt(1, 9);
      assertThatThrownBy(() -> session.execute(incomplete))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContainingAll("'w' (2)", "V3", "set it to null");
      BatchStatement batch = BatchStatement.logged().add(insert.bind(1, 8, 8)).add(incomplete);
      assertThatThrownBy(() -> session.execute(batch))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("'w' (2)");
      session.execute(batch.clear().add(incomplete.setNull(2)));
      Row row = session.execute("SELECT v, w FROM smoke.u WHERE k = 1").iterator().next();
      assertThat(row.getInt(0)).isEqualTo(9);
      assertThat(row.isNull(1)).isTrue();
    }
  }
}
