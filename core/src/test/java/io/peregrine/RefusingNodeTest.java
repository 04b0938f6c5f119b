package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.AuthResponse;
import com.datastax.oss.protocol.internal.response.AuthSuccess;
import com.datastax.oss.protocol.internal.response.Authenticate;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import io.peregrine.auth.PlainTextAuthProvider;
import io.peregrine.codec.ErrorCode;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.PolicyContext;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.policy.RoutingRequest;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.Script;
import io.peregrine.testkit.server.ScriptedServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
  private static final RequestMatcher LOGIN = opcode(Opcode.AUTH_RESPONSE);
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
      scene.until(
          "the refusal",
          () ->
              startups(refusing) == before + 1 && refusing.observed().openConnections().isEmpty());
      // What the agent and the conductor have heard before is acted on before.
      session.execute("q");
      scene.cluster.refreshNodes(false);
      loseTheControlConnection(scene);
      assertThat(startups(refusing)).isEqualTo(before + 1);
      refusal.remove();
      scene.nodes.push(new StatusChangeEvent("UP", scene.nodes.address(1)));
      scene.untilConnected(session, 3);
    }
  }

  /** Lets in who has this password, and nobody else. */
  private static void answerLogins(ScriptedServer server, String password) {
    server.on(STARTUP, WHO);
    server.on(
        LOGIN,
        exchange ->
            exchange.reply(
                token(exchange.request()).endsWith(password)
                    ? new AuthSuccess(null)
                    : new Error(ErrorCode.BAD_CREDENTIALS, "wrong password")));
  }

  private static String token(Request login) {
    ByteBuffer token = ((AuthResponse) login.message()).token;
    return StandardCharsets.UTF_8.decode(token.duplicate()).toString();
  }

  @Test
  void nodeThatIsDownForItIsAskedAgainOnceTheProviderHasSomethingElseToSay() {
    TestTime time = new TestTime();
    Duration aWhile = Duration.ofSeconds(10);
    PlainTextAuthProvider provider = new PlainTextAuthProvider("user", "old".toCharArray());
    try (ClusterScene scene = ClusterScene.of(2, b -> time.drive(b).authProvider(provider))) {
      answerLogins(scene.nodes.server(0), "");
      answerLogins(scene.nodes.server(1), "new");
      ScriptedServer refusing = scene.nodes.server(1);
      try (Session session = scene.cluster.connect()) {
        TestTime.until(scene.cluster, "the refusal", () -> scene.heard.contains("down 1"));
        long before = oldLogins(refusing);
        for (int i = 0; i < 2; i++) {
          time.pass(aWhile);
          scene.cluster.invoke();
          session.execute("q");
        }
        provider.credentials("user", "new".toCharArray());
        time.pass(aWhile);
        TestTime.until(scene.cluster, "both nodes", () -> session.connectedNodes().size() == 2);
        TestTime.until(scene.cluster, "the news of it", () -> scene.heard.contains("up 1"));
        assertThat(oldLogins(refusing)).isEqualTo(before);
      }
    }
  }

  private static long oldLogins(ScriptedServer server) {
    return server.observed().requests(LOGIN).stream()
        .filter(login -> token(login).endsWith("old"))
        .count();
  }
}
