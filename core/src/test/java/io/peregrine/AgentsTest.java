package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.SelectorAgent;
import io.peregrine.io.SelectorCounter;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.ScriptedCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several agents, and several connections to a node. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class AgentsTest {
  private static List<Long> counts(Cluster cluster, SelectorCounter counter) {
    return cluster.agents().stream().map(agent -> agent.counters().get(counter)).toList();
  }

  private static void await(String what, Cluster cluster, SelectorCounter counter, long... each) {
    List<Long> expected = new ArrayList<>();
    for (long one : each) {
      expected.add(one);
    }
    Observations.driveUntil(
        what + " " + expected,
        () -> counts(cluster, counter).equals(expected),
        AgentsTest::yielded);
  }

  @Test
  void connectionsAreSpreadEvenly() {
    try (ScriptedCluster nodes = ScriptedCluster.start(3);
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(nodes.address(0))
                .selectorAgents(3)
                .connectionsPerNode(2)
                .build();
        Session session = cluster.connect()) {
      // The first agent has the control connection too.
      await("connections", cluster, SelectorCounter.CONNECTIONS_OPENED, 3, 2, 2);
      Observations.driveUntil(
          "all nodes", () -> session.connectedNodes().size() == 3, AgentsTest::yielded);
      assertThat(AllocationProbe.threadsNamed("peregrine-selector")).hasSize(3);
      nodes.server(1).observed().awaitOpenConnections(2);
      nodes.server(2).observed().awaitOpenConnections(2);
    }
  }

  private static long yielded() {
    Thread.yield();
    return 0;
  }

  @Test
  void agentsThatLostASessionGetTheNext() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, b -> b.selectorAgents(2))) {
      await("connections", scene.cluster, SelectorCounter.CONNECTIONS_OPENED, 2, 0);
      try (Session second = scene.cluster.connect()) {
        await("connections", scene.cluster, SelectorCounter.CONNECTIONS_OPENED, 2, 1);
        scene.session.close();
        try (Session third = scene.cluster.connect()) {
          assertThat(third.execute("q").all()).isEmpty();
          assertThat(second.execute("q").all()).isEmpty();
          await("connections", scene.cluster, SelectorCounter.CONNECTIONS_OPENED, 3, 1);
        }
      }
    }
  }

  @Test
  void everyAgentHasWork() {
    try (Scene scene =
        Scene.open(ProtocolVersion.V5, b -> b.selectorAgents(3).connectionsPerNode(3))) {
      await("connections", scene.cluster, SelectorCounter.CONNECTIONS_OPENED, 2, 1, 1);
      List<Long> before = awaitRoutes(scene);
      for (int i = 0; i < 300; i++) {
        assertThat(scene.session.execute("q").all()).isEmpty();
      }
      List<Long> after = settledResponses(scene);
      for (int i = 0; i < 3; i++) {
        assertThat(after.get(i) - before.get(i)).as("answers of agent %d", i).isEqualTo(100);
      }
      assertThat(scene.session.connectedNodes()).hasSize(1);
    }
  }

  /** The conductor publishes a connection a moment after it was opened. */
  private static List<Long> awaitRoutes(Scene scene) {
    int before = scene.server.observed().requests(query("warm")).size();
    Observations.driveUntil(
        "requests on every connection",
        () ->
            scene.server.observed().requests(query("warm")).stream()
                    .skip(before)
                    .map(Request::connection)
                    .distinct()
                    .count()
                == 3,
        () -> scene.session.execute("warm").availableWithoutFetching());
    return settledResponses(scene);
  }

  /** An agent counts the answers of a read together, when it has handed them all over. */
  private static List<Long> settledResponses(Scene scene) {
    Observations.until(
        "all to be counted", () -> scene.cluster.metrics().counters().get("in flight") == 0);
    return counts(scene.cluster, SelectorCounter.RESPONSES);
  }

  @Test
  void fewestInFlightWins() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, b -> b.connectionsPerNode(2))) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("held"), held);
      Answers answers = new Answers();
      List<Exchange> exchanges = new ArrayList<>();
      Observations.driveUntil(
          "requests on both connections",
          () ->
              exchanges.stream().map(e -> e.request().connection()).distinct().count() == 2
                  && exchanges.size() >= 6,
          () -> {
            assertThat(scene.session.offer(SimpleStatement.of("held"), answers, 0))
                .isEqualTo(Session.ACCEPTED);
            exchanges.add(held.take());
            return 1;
          });
      Object idle = exchanges.get(exchanges.size() - 1).request().connection();
      int answered = 0;
      for (Exchange exchange : exchanges) {
        if (exchange.request().connection() == idle) {
          exchange.reply(Void.INSTANCE);
          answers.take();
          answered++;
        }
      }
      int onTheOther = exchanges.size() - answered;
      assertThat(onTheOther).isGreaterThan(1);
      for (int i = 1; i < onTheOther; i++) {
        scene.session.offer(SimpleStatement.of("held"), answers, i);
        Exchange exchange = held.take();
        assertThat(exchange.request().connection()).isSameAs(idle);
        exchanges.add(exchange);
      }
    }
  }

  @Test
  void fullConnectionIsPassedOver() {
    try (Scene scene =
        Scene.open(
            ProtocolVersion.V5,
            b -> b.connectionsPerNode(3).maxRequestsPerConnection(2).selectorAgents(2))) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("held"), held);
      awaitRoutes(scene);
      Answers answers = new Answers();
      for (int i = 0; i < 6; i++) {
        assertThat(scene.session.offer(SimpleStatement.of("held"), answers, i))
            .isEqualTo(Session.ACCEPTED);
      }
      assertThat(scene.session.offer(SimpleStatement.of("held"), answers, 6))
          .isEqualTo(Session.BUSY);
      assertThatThrownBy(() -> scene.session.executeAsync("held").join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              BackPressureException.class,
              e -> {
                assertThat(e.inFlight()).isEqualTo(6);
                assertThat(e.queueCapacity()).isEqualTo(4 << 20);
                assertThat(e.queuedBytes()).isBetween(0, e.queueCapacity());
              })
          .hasMessageContaining("6 in flight of 6 on 3 connections")
          .hasMessageContaining("bytes wait in the ring of peregrine-selector-");
      for (int i = 0; i < 6; i++) {
        held.take().reply(Void.INSTANCE);
        answers.take();
      }
    }
  }

  @Test
  void fullRingIsPassedOverAndTold() {
    try (Scene scene =
        Scene.open(ProtocolVersion.V5, b -> b.invoked().selectorAgents(2).connectionsPerNode(2))) {
      List<SelectorAgent> agents = scene.cluster.agents();
      Observations.driveUntil(
          "both connections",
          () -> counts(scene.cluster, SelectorCounter.CONNECTIONS_OPENED).equals(List.of(2L, 1L)),
          scene.cluster::invoke);
      scene.cluster.invoke();
      Answers answers = new Answers();
      SimpleStatement large = SimpleStatement.of("x".repeat(100_000));
      int accepted = 0;
      while (scene.session.offer(large, answers, 0) == Session.ACCEPTED) {
        accepted++;
      }
      assertThat(scene.session.offer(large, answers, 0)).isEqualTo(Session.BACK_PRESSURED);
      assertThat(agents)
          .allSatisfy(
              agent ->
                  assertThat(agent.requestRingCapacity() - agent.requestRingBytes())
                      .isLessThan(200_000));
      ResponseFuture refused = scene.session.executeAsync(large);
      int inFlight = accepted;
      assertThatThrownBy(refused::join)
          .cause()
          .isInstanceOfSatisfying(
              BackPressureException.class,
              e -> {
                assertThat(e.queueCapacity()).isEqualTo(4 << 20);
                assertThat(e.queuedBytes()).isGreaterThan(e.queueCapacity() - 200_000);
                assertThat(e.inFlight()).isEqualTo(inFlight);
              })
          .hasMessageContaining("The request ring is full")
          .hasMessageContaining("of 4194304 bytes wait in the ring of peregrine-selector-");
      Observations.driveUntil(
          "the answers", () -> answers.size() == inFlight, scene.cluster::invoke);
      for (int i = 0; i < inFlight; i++) {
        assertThat(answers.take().error()).isNull();
      }
    }
  }

  @Test
  void coreThatCannotBeHadIsCountedByItsAgentAndHarmsNothing() {
    try (Scene scene =
        Scene.open(
            ProtocolVersion.V5,
            b -> b.selectorAgents(2).selectorCores(4_094, 4_095).connectionsPerNode(2))) {
      await("failures to pin", scene.cluster, SelectorCounter.PINNING_FAILURES, 1, 1);
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void coresHaveToBeAsManyAsAgents() {
    assertThatThrownBy(() -> Cluster.builder().selectorAgents(2).selectorCores(1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 cores in selectorCores(...) for 2 of selectorAgents(...)");
    assertThatThrownBy(() -> Cluster.builder().selectorCores(1, 2).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 cores in selectorCores(...) for 1 of selectorAgents(...)");
    assertThatThrownBy(() -> Cluster.builder().invoked().selectorCores(1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("invoked() leaves it none");
    assertThatThrownBy(() -> Cluster.builder().selectorCores(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("core -1");
    assertThatThrownBy(() -> Cluster.builder().selectorAgents(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Cluster.builder().connectionsPerNode(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void agentsWithoutThreadsAllRunWhenInvoked() {
    try (Scene scene =
        Scene.open(ProtocolVersion.V5, b -> b.invoked().selectorAgents(2).connectionsPerNode(2))) {
      Observations.driveUntil(
          "answers by both agents",
          () ->
              counts(scene.cluster, SelectorCounter.RESPONSES).stream()
                  .allMatch(count -> count > 20),
          () -> scene.session.execute("q").availableWithoutFetching());
      assertThat(AllocationProbe.threadsNamed("peregrine")).isEmpty();
    }
  }
}
