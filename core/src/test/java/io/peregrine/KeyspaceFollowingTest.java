package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.ScriptedCluster;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections of a session follow it into its keyspace, or are no connections of its any more. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class KeyspaceFollowingTest {
  private static Cluster to(ScriptedCluster nodes) {
    return PatientCluster.builder()
        .addContactPoint(nodes.address(0))
        .port(nodes.address(0).getPort())
        .build();
  }

  private static void awaitConnected(Session session, int nodes) {
    Observations.until(nodes + " nodes", () -> session.connectedNodes().size() == nodes);
  }

  @Test
  void connectionThatCannotFollowIntoAKeyspaceIsGivenUp() {
    try (ScriptedCluster nodes = ScriptedCluster.start(2);
        Cluster cluster = to(nodes);
        Session session = cluster.connect()) {
      awaitConnected(session, 2);
      int connections = nodes.server(1).observed().connections().size();
      nodes.server(1).once(query("USE \"ks\""), e -> e.reply(new Error(0x2200, "not yet")));
      nodes.server(0).once(query("USE \"ks\""), e -> e.reply(new Error(0x2200, "not yet")));
      List<Node> all = session.connectedNodes();
      assertThatThrownBy(() -> session.execute("USE ks"))
          .isInstanceOf(SetKeyspaceException.class)
          .hasMessageContaining("not yet");
      awaitConnected(session, 2);
      nodes
          .server(1)
          .observed()
          .await(
              "a new connection",
              () -> nodes.server(1).observed().connections().size() > connections);
      assertThat(all).hasSize(2);
    }
  }

  @Test
  void fullConnectionFollowsIntoAKeyspaceWhenItHasRoom() {
    try (ScriptedCluster nodes = ScriptedCluster.start(2);
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(nodes.address(0))
                .maxRequestsPerConnection(4)
                .build();
        Session session = cluster.connect()) {
      awaitConnected(session, 2);
      HeldRequests held = new HeldRequests();
      nodes.server(1).on(query("held"), held);
      List<ResponseFuture> futures = new ArrayList<>();
      List<Exchange> waiting = new ArrayList<>();
      while (waiting.size() < 4) {
        ResponseFuture future = session.executeAsync("held");
        futures.add(future);
        while (!future.isDone() && held.size() == 0) {
          Thread.onSpinWait();
        }
        if (!future.isDone()) {
          waiting.add(held.take());
        }
      }
      ResponseFuture use = session.executeAsync("USE ks");
      nodes.server(0).observed().awaitRequests(1, query("USE \"ks\""));
      waiting.forEach(exchange -> exchange.reply(Void.INSTANCE));
      assertThat(use.join().all()).isEmpty();
      assertThat(nodes.server(1).observed().requests(query("USE \"ks\""))).hasSize(1);
      assertThat(nodes.server(1).observed().connections()).hasSize(1);
      futures.forEach(future -> assertThat(future.join().all()).isEmpty());
    }
  }

  @Test
  void connectionThatOpensMeanwhileFollowsIntoTheLatestKeyspace() {
    try (ScriptedCluster nodes = ScriptedCluster.start(2);
        Cluster cluster = to(nodes)) {
      HeldRequests held = new HeldRequests();
      nodes.server(1).on(query("USE \"old\""), held);
      try (Session session = cluster.connect("old")) {
        Exchange late = held.take();
        session.execute("USE new");
        late.replyByDefault();
        awaitConnected(session, 2);
        assertThat(nodes.server(1).observed().requests(query("USE \"new\""))).hasSize(1);
      }
    }
  }
}
