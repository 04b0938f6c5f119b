package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.SelectorAgent;
import io.peregrine.io.SelectorCounter;
import io.peregrine.testkit.cassandra.RealCassandra;
import io.peregrine.testkit.cassandra.SharedCassandra;
import io.peregrine.testkit.server.Observations;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several agents, and a caller-runs session, with a real server. */
@RealCassandra
class RealAgentsTest {
  private static final int ROWS = 2_000;

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void whatSeveralAgentsWriteACallerReadsPageByPage(ProtocolVersion version) {
    try (RealSession real = new RealSession(version, "agents")) {
      real.execute("CREATE TABLE t (k int, c int, v bigint, PRIMARY KEY (k, c))");
      try (Cluster cluster =
          RealSession.patient(SharedCassandra.server().contactPoint())
              .protocolVersion(version)
              .selectorAgents(2)
              .connectionsPerNode(4)
              .build()) {
        write(cluster, real.keyspace);
        try (Session session = cluster.connect(real.keyspace, ConnectOptions.callerRuns())) {
          PreparedStatement select = session.prepare("SELECT v FROM t WHERE k = ?");
          long sum = 0;
          int rows = 0;
          for (Row row : session.execute(select.bind(1).setPageSize(150))) {
            sum += row.getLong(0);
            rows++;
          }
          assertThat(rows).isEqualTo(ROWS);
          assertThat(sum).isEqualTo((long) ROWS * (ROWS - 1) / 2);
        }
      }
    }
  }

  private static void write(Cluster cluster, String keyspace) {
    try (Session session = cluster.connect(keyspace)) {
      PreparedStatement insert = session.prepare("INSERT INTO t (k, c, v) VALUES (1, ?, ?)");
      Observations.driveUntil(
          "requests by both agents",
          () -> cluster.agents().stream().allMatch(agent -> responses(agent) > 30),
          () -> session.execute(insert.bind(0, 0L)).availableWithoutFetching());
      List<ResponseFuture> written = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        written.add(session.executeAsync(insert.bind(i, (long) i)));
      }
      written.forEach(future -> RealSession.await(future));
      for (SelectorAgent agent : cluster.agents()) {
        assertThat(responses(agent)).isGreaterThan(ROWS / 10);
      }
    }
  }

  private static long responses(SelectorAgent agent) {
    return agent.counters().get(SelectorCounter.RESPONSES);
  }
}
