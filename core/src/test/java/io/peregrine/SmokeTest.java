package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.cassandra.CassandraServer;
import io.peregrine.testkit.cassandra.RealCassandra;
import java.util.concurrent.atomic.AtomicInteger;
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
}
