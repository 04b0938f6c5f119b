package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.response.Authenticate;
import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.PolicyContext;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.policy.RoutingRequest;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.Script;
import io.peregrine.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A node that does not let the client in, which has lost its control connection again and again.
 */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class RefusingNodeTest {
  private static final RequestMatcher STARTUP = opcode(Opcode.STARTUP);
  private static final Authenticate WHO =
      new Authenticate("org.apache.cassandra.auth.PasswordAuthenticator");
  private static final int LOSSES = 8;

  /** Everybody is local, and the one that will refuse comes first. */
  private static final class RefusingFirst implements LoadBalancingPolicy {
    private volatile List<Node> nodes = List.of();

    @Override
    public void init(PolicyContext context) {
      nodes =
          context.nodes().stream()
              .sorted(Comparator.comparing(node -> number(node) == 1 ? -1 : number(node)))
              .toList();
    }

    private static int number(Node node) {
      return node.address().getAddress().getAddress()[3] - 1;
    }

    @Override
    public NodeDistance distance(Node node) {
      return NodeDistance.LOCAL;
    }

    @Override
    public void plan(RoutingRequest request, QueryPlan plan) {
      nodes.forEach(plan::add);
    }
  }

  private static ClusterScene scene() {
    return ClusterScene.of(
        3,
        b ->
            b.loadBalancingPolicy(new RefusingFirst())
                .reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofMillis(10))));
  }

  private static int startups(ScriptedServer server) {
    return server.observed().requests(STARTUP).size();
  }

  private static void loseTheControlConnection(ClusterScene scene) {
    for (int i = 0; i < LOSSES; i++) {
      int asked = scene.asked(ClusterScene.PEERS);
      scene.until("a control node", () -> scene.cluster.controlConnectionNode().isPresent());
      scene.control(scene.hasControl(2) ? 2 : 0).close();
      scene.until("another reading", () -> scene.asked(ClusterScene.PEERS) > asked);
    }
  }

  @Test
  void nodeThatIsUpAndLetsNobodyElseInIsAskedForTheControlConnectionLast() {
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      ScriptedServer refusing = scene.nodes.server(1);
      refusing.on(STARTUP, WHO);
      int before = startups(refusing);
      loseTheControlConnection(scene);
      assertThat(startups(refusing)).isEqualTo(before + 1);
      assertThat(session.connectedNodes()).hasSize(3);
    }
  }

  @Test
  void nodeThatIsDownForItIsNotAskedAgainUntilItIsSaidToBeUp() {
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      ScriptedServer refusing = scene.nodes.server(1);
      Script refusal = refusing.on(STARTUP, WHO);
      int before = startups(refusing);
      refusing.goDown();
      scene.untilHeard("down 1");
      refusing.startListening();
      scene.until("the refusal", () -> startups(refusing) == before + 1);
      loseTheControlConnection(scene);
      assertThat(startups(refusing)).isEqualTo(before + 1);
      refusal.remove();
      scene.nodes.push(new StatusChangeEvent("UP", scene.nodes.address(1)));
      scene.untilConnected(session, 3);
    }
  }
}
