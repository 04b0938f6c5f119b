package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.policy.PercentileSpeculativeExecutionPolicy;
import io.peregrine.policy.SpeculativeExecutionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whose latencies a policy takes for those of one statement. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class SpeculationByStatementTest {
  private static final long MILLI = 1_000_000;
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final String OTHER = "SELECT v FROM u WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);

  @Test
  void preparedStatementsMixNeitherWithEachOtherNorWithTheirText() {
    SpeculativeExecutionPolicy policy =
        PercentileSpeculativeExecutionPolicy.builder().minimumSamples(100).build();
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.define(SELECT, KEY, KEY, 0);
      scene.server.define(OTHER, KEY, KEY, 0);
      PreparedStatement select = scene.session.prepare(SELECT);
      PreparedStatement other = scene.session.prepare(OTHER);
      for (int i = 0; i < 110; i++) {
        execute(policy, select.bind(i), 3 * MILLI);
        execute(policy, other.bind(i), 20 * MILLI);
        execute(policy, SimpleStatement.of(SELECT, i), 150 * MILLI);
      }
      expect(policy, select.bind(7), 3 * MILLI);
      expect(policy, other.bind(7), 20 * MILLI);
      expect(policy, SimpleStatement.of(SELECT, 7), 150 * MILLI);
    }
  }

  private static void execute(
      SpeculativeExecutionPolicy policy, Statement<?> statement, long nanos) {
    policy.nextDelayNanos(null, statement, 1);
    policy.onAnswer(statement, nanos);
  }

  private static void expect(
      SpeculativeExecutionPolicy policy, Statement<?> statement, long nanos) {
    assertThat(policy.nextDelayNanos(null, statement, 1))
        .isCloseTo(nanos, Percentage.withPercentage(1));
  }
}
