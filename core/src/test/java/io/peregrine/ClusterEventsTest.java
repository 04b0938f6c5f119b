package io.peregrine;

import static io.peregrine.ClusterScene.KEYSPACES;
import static io.peregrine.ClusterScene.PEERS;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.SchemaChangeTarget;
import com.datastax.oss.protocol.internal.ProtocolConstants.SchemaChangeType;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.Event;
import com.datastax.oss.protocol.internal.response.event.SchemaChangeEvent;
import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import com.datastax.oss.protocol.internal.response.event.TopologyChangeEvent;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.ScriptedCluster;
import io.peregrine.testkit.server.ServerConnection;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What events from the cluster, and the loss of who sends them, lead to. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ClusterEventsTest {
  private static final int STORM = 100_000;

  private static Event topology(String change, InetSocketAddress address) {
    return new TopologyChangeEvent(change, address);
  }

  private static Event status(String change, InetSocketAddress address) {
    return new StatusChangeEvent(change, address);
  }

  private static Event keyspaceCreated(String name) {
    return new SchemaChangeEvent(
        SchemaChangeType.CREATED, SchemaChangeTarget.KEYSPACE, name, null, null);
  }

  private static ClusterBuilder everyTenMillis(ClusterBuilder builder) {
    return builder.reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofMillis(10)));
  }

  private static ClusterBuilder onlyWhenTold(ClusterBuilder builder) {
    return builder.reconnectionPolicy(() -> () -> -1);
  }

  @Test
  void nodeThatJoinsIsConnectedToAndToldOf() {
    try (ClusterScene scene = ClusterScene.of(3)) {
      NodeInfo joining = scene.nodes.nodes().get(2);
      scene.nodes.remove(2);
      try (Session session = scene.cluster.connect()) {
        scene.untilConnected(session, 2);
        scene.nodes.add(joining);
        scene.nodes.push(topology("NEW_NODE", joining.address()));
        scene.untilConnected(session, 3);
        scene.untilHeard("add 2", "up 2");
        assertThat(scene.cluster.metadata().nodes()).containsKey(joining.hostId());
      }
    }
  }

  @Test
  void nodeThatLeavesIsDisconnectedAndForgotten() {
    try (ClusterScene scene =
            ClusterScene.of(3, b -> b.topologyEventRefreshWindow(Duration.ofDays(1)));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      scene.nodes.remove(2);
      scene.nodes.push(topology("REMOVED_NODE", scene.nodes.address(2)));
      scene.untilHeard("remove 2");
      scene.nodes.server(2).observed().awaitOpenConnections(0);
      assertThat(scene.cluster.nodes()).hasSize(2);
      assertThat(scene.cluster.metadata().nodes()).hasSize(2);
      session.execute("q");
    }
  }

  @Test
  void newNodeThatIsUpAlreadyIsNotReadAgain() {
    try (ClusterScene scene = ClusterScene.of(2);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      int before = scene.asked(PEERS);
      scene.nodes.push(topology("NEW_NODE", scene.nodes.address(1)));
      // Events are acted on in order, so the first one is done with when the second one is.
      scene.nodes.remove(1);
      scene.nodes.push(topology("REMOVED_NODE", scene.nodes.address(1)));
      scene.untilHeard("remove 1");
      assertThat(scene.asked(PEERS)).isEqualTo(before + 1);
    }
  }

  @Test
  void wholeLifeOfANodeIsToldInOrder() {
    try (ClusterScene scene = ClusterScene.of(3, ClusterEventsTest::onlyWhenTold)) {
      NodeInfo joining = scene.nodes.nodes().get(2);
      scene.nodes.remove(2);
      try (Session session = scene.cluster.connect()) {
        scene.nodes.add(joining);
        scene.nodes.push(topology("NEW_NODE", joining.address()));
        scene.untilHeard("up 2");
        scene.untilConnected(session, 3);
        Node node = scene.node(2);
        scene.nodes.server(2).goDown();
        scene.untilHeard("down 2");
        assertThat(node.state()).isEqualTo(NodeState.DOWN);
        scene.untilConnected(session, 2);
        scene.nodes.server(2).startListening();
        scene.heard.remove("up 2");
        scene.nodes.push(status("UP", joining.address()));
        scene.untilHeard("up 2");
        scene.untilConnected(session, 3);
        assertThat(scene.node(2)).isSameAs(node);
        scene.nodes.remove(2);
        scene.nodes.push(topology("REMOVED_NODE", joining.address()));
        scene.untilHeard("remove 2");
        assertThat(scene.heard)
            .filteredOn(news -> news.endsWith(" 2"))
            .containsExactly("add 2", "down 2", "up 2", "remove 2");
      }
    }
  }

  @Test
  void downForANodeThatIsConnectedToIsIgnored() {
    try (ClusterScene scene = ClusterScene.of(2);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      scene.nodes.push(status("DOWN", scene.nodes.address(1)));
      scene.nodes.push(topology("REMOVED_NODE", scene.nodes.address(1)));
      scene.nodes.server(0).observed().awaitRequests(2, PEERS);
      assertThat(scene.node(1).state()).isEqualTo(NodeState.UP);
      assertThat(scene.heard).doesNotContain("down 1");
      assertThat(session.connectedNodes()).hasSize(2);
    }
  }

  @Test
  void controlConnectionMovesOnAndEventsGoOnFlowing() {
    try (ClusterScene scene = ClusterScene.of(3, ClusterEventsTest::everyTenMillis);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      assertThat(scene.hasControl(0)).isTrue();
      scene.nodes.server(0).goDown();
      scene.until("another control node", () -> scene.hasControl(1) || scene.hasControl(2));
      scene.untilHeard("down 0");
      scene.nodes.remove(0);
      scene.nodes.push(topology("REMOVED_NODE", scene.nodes.address(0)));
      scene.untilHeard("remove 0");
      assertThat(session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void controlConnectionIsLookedForUntilSomebodyTakesIt() {
    try (ClusterScene scene = ClusterScene.of(1, ClusterEventsTest::everyTenMillis);
        Session session = scene.cluster.connect()) {
      scene.nodes.server(0).goDown();
      scene.until("no control node", () -> scene.cluster.controlConnectionNode().isEmpty());
      scene.nodes.server(0).startListening();
      scene.until("a control node", () -> scene.hasControl(0));
      scene.untilConnected(session, 1);
    }
  }

  @Test
  void controlConnectionThatWasGivenUpIsLookedForWhenSomebodyNeedsIt() {
    try (ClusterScene scene = ClusterScene.of(1, ClusterEventsTest::onlyWhenTold);
        CapturedLog log = new CapturedLog();
        Session session = scene.cluster.connect()) {
      List<Runnable> needs =
          List.of(
              () -> scene.cluster.refreshNodesAsync(false),
              () -> scene.cluster.schema().refreshAsync(),
              () -> scene.cluster.connectAsync());
      for (int i = 1; i <= needs.size(); i++) {
        int searches = i;
        scene.nodes.server(0).goDown();
        scene.until(
            "the end of the search",
            () -> log.lines("is not looked for any more").size() == searches);
        scene.nodes.server(0).startListening();
        needs.get(i - 1).run();
        scene.until("a control node", () -> scene.hasControl(0));
      }
      assertThat(session.isClosed()).isFalse();
    }
  }

  @Test
  void policyThatThrowsDoesNotEndTheSearchForAControlConnection() {
    try (ClusterScene scene =
            ClusterScene.of(
                2,
                b ->
                    b.reconnectionPolicy(
                        () -> {
                          throw new IllegalStateException("the test's own fault");
                        }));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      scene.control(0).close();
      scene.until("a control node", () -> scene.hasControl(0) || scene.hasControl(1));
    }
  }

  @Test
  void whatIsToldWhileTheControlConnectionIsBeingReadIsNotLost() {
    try (ClusterScene scene = ClusterScene.of(3)) {
      HeldRequests held = new HeldRequests();
      try (Session session = scene.cluster.connect()) {
        scene.untilConnected(session, 3);
        scene.nodes.on(KEYSPACES, held);
        scene.control(0).close();
        Exchange reading = held.take();
        ServerConnection candidate = reading.connection();
        scene.nodes.remove(2);
        long before = scene.cluster.eventsReceived();
        candidate.pushEvent(topology("REMOVED_NODE", scene.nodes.address(2)));
        scene.until("the event", () -> scene.cluster.eventsReceived() > before);
        reading.replyByDefault();
        scene.untilHeard("remove 2");
      }
    }
  }

  @Test
  void stormOfEventsIsCountedAndReadOnce() {
    // Nothing that is held comes too late.
    try (ClusterScene scene = ClusterScene.of(2, b -> b.controlConnectionTimeout(Duration.ZERO));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      HeldRequests held = new HeldRequests();
      scene.nodes.on(PEERS, held);
      int before = scene.asked(PEERS);
      ServerConnection control = scene.control(0);
      for (int i = 0; i < STORM; i++) {
        control.pushEvent(topology("MOVED_NODE", scene.nodes.address(1)));
      }
      scene.until("all events", () -> scene.cluster.eventsReceived() == STORM);
      held.take().replyByDefault();
      held.take().replyByDefault();
      assertThat(session.execute("q").all()).isEmpty();
      // One that was under way, one for all that came meanwhile, and perhaps one for the rest.
      assertThat(scene.asked(PEERS)).isBetween(before + 2, before + 3);
      assertThat(scene.known()).hasSize(2);
      assertThat(scene.heard).containsExactlyInAnyOrder("add 0", "add 1");
    }
  }

  @Test
  void nodeThatMovesToAnotherAddressStaysItself() {
    try (ClusterScene scene = ClusterScene.of(3)) {
      NodeInfo elsewhere = scene.nodes.nodes().get(2);
      scene.nodes.remove(2);
      try (Session session = scene.cluster.connect()) {
        scene.untilConnected(session, 2);
        Node node = scene.node(1);
        NodeInfo old = scene.nodes.nodes().get(1);
        scene.nodes.remove(1);
        scene.nodes.add(elsewhere.withHostId(old.hostId()).withTokens(old.tokens()));
        scene.cluster.refreshNodes(false);
        scene.nodes.server(2).observed().awaitOpenConnections(1);
        scene.nodes.server(1).observed().awaitOpenConnections(0);
        assertThat(scene.node(2)).isSameAs(node);
        scene.untilConnected(session, 2);
        session.execute("q");
        assertThat(scene.heard).doesNotContain("remove 1", "add 2", "remove 2");
      }
    }
  }

  @Test
  void schemaThatCannotBeReadOnceIsReadTheNextTime() {
    try (ClusterScene scene = ClusterScene.of(1);
        Session session = scene.cluster.connect()) {
      scene.nodes.server(0).once(KEYSPACES, e -> e.reply(new Error(0x0000, "disk failure")));
      int before = scene.asked(KEYSPACES);
      scene.nodes.push(keyspaceCreated("one"));
      scene.nodes.server(0).observed().awaitRequests(before + 1, KEYSPACES);
      scene.nodes.push(keyspaceCreated("two"));
      scene.nodes.server(0).observed().awaitRequests(before + 2, KEYSPACES);
      scene.cluster.schema().refresh();
      assertThat(session.execute("q").all()).isEmpty();
      assertThat(scene.nodes.server(0).observed().requests(query("q"))).hasSize(1);
    }
  }

  @Test
  void schemaEventsAreIgnoredIfTheApplicationWantsThat() {
    try (ClusterScene scene =
            new ClusterScene(
                ScriptedCluster.start(1), b -> b.schemaEventRefreshWindow(Duration.ofNanos(-1)));
        Session session = scene.cluster.connect()) {
      int before = scene.asked(KEYSPACES);
      scene.nodes.push(keyspaceCreated("one"));
      scene.nodes.push(topology("REMOVED_NODE", new InetSocketAddress("127.0.0.77", 9042)));
      scene.nodes.server(0).observed().awaitRequests(2, PEERS);
      assertThat(scene.asked(KEYSPACES)).isEqualTo(before);
      session.execute("q");
    }
  }
}
