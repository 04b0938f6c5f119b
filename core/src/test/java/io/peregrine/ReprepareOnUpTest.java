package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node is told that was down. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ReprepareOnUpTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);

  private static int prepared(ClusterScene scene, int server) {
    return scene.nodes.server(server).observed().requests(opcode(Opcode.PREPARE)).size();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nodeIsUpOnlyWhenItKnowsTheStatementsIfThatIsWanted(boolean wanted) {
    try (ClusterScene scene =
            ClusterScene.of(
                2,
                builder ->
                    builder
                        .reprepareOnUp(wanted)
                        .reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofMillis(10))));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      scene.nodes.servers().forEach(server -> server.define(SELECT, KEY, VALUE, 0));
      session.prepare(SELECT);
      assertThat(prepared(scene, 1)).isEqualTo(1);
      scene.nodes.server(1).goDown();
      scene.untilHeard("down 1");
      assertThat(prepared(scene, 1)).isEqualTo(1);
      scene.nodes.server(1).startListening();
      scene.untilHeard("up 1");
      assertThat(prepared(scene, 1)).isEqualTo(wanted ? 2 : 1);
    }
  }
}
