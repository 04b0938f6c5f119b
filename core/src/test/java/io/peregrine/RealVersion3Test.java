package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.cassandra.RealCassandra;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Prepared statements where the protocol tells less of them, on a real Cassandra. */
@RealCassandra
class RealVersion3Test {
  @Test
  void schemaTellsThePartitionKeyWhereTheProtocolDoesNot() {
    try (RealSession real = new RealSession(ProtocolVersion.V3, "version3")) {
      real.execute("CREATE TABLE t (a int, b text, c int, v int, PRIMARY KEY ((a, b), c))");
      PreparedStatement update =
          real.session.prepare("UPDATE t SET v = ? WHERE b = ? AND a = ? AND c = ?");
      assertThat(update.partitionKeyIndexes()).containsExactly(2, 1);
      PreparedStatement scan = real.session.prepare("SELECT v FROM t WHERE a = ? ALLOW FILTERING");
      assertThat(scan.partitionKeyIndexes()).isEmpty();
      real.session.execute(update, 1, "b", 3, 4);
      assertThat(real.row("SELECT a, v FROM t WHERE a = 3 AND b = 'b'").getInt(1)).isEqualTo(1);
      BoundStatement bound = update.bind(1, "b", 3, 4);
      RoutingKey key = new RoutingKey();
      assertThat(bound.findKey(key)).isTrue();
      assertThat(key.toBytes()).containsExactly(0, 4, 0, 0, 0, 3, 0, 0, 1, 'b', 0);
      assertThatThrownBy(() -> update.bind(1, "b", 3))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("got 3, 4 expected");
      assertThatThrownBy(() -> update.bindNamed(Map.of("a", 3, "b", "b", "c", 4)))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("'v'");
    }
  }
}
