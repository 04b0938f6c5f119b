package io.peregrine;

import static io.peregrine.ClusterScene.KEYSPACES;
import static io.peregrine.ClusterScene.PEERS;
import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.metadata.FunctionSignature;
import io.peregrine.metadata.TokenMap;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.RowsBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the application can have read anew, and what it can switch on and off. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class RefreshTest {
  private static final RequestMatcher SCHEMA = queryMatching("FROM system_(virtual_)?schema\\.");

  /** A scene whose servers have one keyspace, with nothing in it. */
  private static ClusterScene scene() {
    // Nothing that is held comes too late.
    ClusterScene scene = ClusterScene.of(2, b -> b.controlConnectionTimeout(Duration.ZERO));
    scene.nodes.on(
        KEYSPACES,
        exchange ->
            exchange.reply(
                RowsBuilder.rows(
                        Columns.of("system_schema", "keyspaces")
                            .and("keyspace_name", DataType.VARCHAR))
                    .row(Cells.text("ks"))));
    return scene;
  }

  private static List<String> asked(ClusterScene scene, int before) {
    return scene.nodes.servers().stream()
        .flatMap(server -> server.observed().requests(SCHEMA).stream())
        .map(Request::text)
        .map(String::valueOf)
        .skip(before)
        .toList();
  }

  private static void assertReads(
      String where, int tables, Consumer<Cluster> refresh, String complaint) {
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      int before = scene.asked(SCHEMA);
      refresh.accept(scene.cluster);
      assertThat(asked(scene, before))
          .hasSize(tables)
          .allMatch(text -> text.endsWith(where), "ends with " + where);
      scene.nodes.on(SCHEMA, exchange -> exchange.reply(new Error(0x0000, "disk failure")));
      assertThatThrownBy(() -> refresh.accept(scene.cluster))
          .isInstanceOf(MetadataRefreshException.class)
          .hasMessageStartingWith(complaint + " metadata was not refreshed")
          .hasMessageContaining("disk failure");
      assertThat(session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void keyspaceIsReadWithoutWhatIsInIt() {
    assertReads(
        "WHERE keyspace_name = 'ks'",
        2,
        cluster -> cluster.schema().refreshKeyspace("ks"),
        "Keyspace");
  }

  @Test
  void tableIsReadAlone() {
    assertReads("_name = 't'", 8, cluster -> cluster.schema().refreshTable("ks", "t"), "Table");
  }

  @Test
  void viewIsReadAlone() {
    assertReads(
        "_name = 'v'", 8, cluster -> cluster.schema().refreshMaterializedView("ks", "v"), "Table");
  }

  @Test
  void userTypeIsReadAlone() {
    assertReads(
        "WHERE keyspace_name = 'ks' AND type_name = 'u'",
        1,
        cluster -> cluster.schema().refreshUserType("ks", "u"),
        "User type");
  }

  @Test
  void functionsOfANameAreReadAlone() {
    FunctionSignature signature = new FunctionSignature("f", List.of("int", "text"));
    assertReads(
        "WHERE keyspace_name = 'ks' AND function_name = 'f'",
        1,
        cluster -> cluster.schema().refreshFunction("ks", signature),
        "User function");
  }

  @Test
  void aggregatesOfANameAreReadAlone() {
    FunctionSignature signature = new FunctionSignature("a", List.of("int"));
    assertReads(
        "WHERE keyspace_name = 'ks' AND aggregate_name = 'a'",
        1,
        cluster -> cluster.schema().refreshAggregate("ks", signature),
        "User aggregate");
  }

  @Test
  void nodesAreReadOnceForAllWhoAskMeanwhile() {
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(PEERS, held);
      int before = scene.asked(PEERS);
      CompletableFuture<Void> first = scene.cluster.refreshNodesAsync(false);
      scene.until("the first reading", () -> held.size() == 1);
      CompletableFuture<Void> second = scene.cluster.refreshNodesAsync(false);
      CompletableFuture<Void> third = scene.cluster.refreshNodesAsync(true);
      held.take().replyByDefault();
      first.join();
      held.take().replyByDefault();
      CompletableFuture.allOf(second, third).join();
      assertThat(scene.asked(PEERS)).isEqualTo(before + 2);
      session.execute("q");
    }
  }

  @Test
  void requestsGoOnWhileTheClusterIsBeingRead() {
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      HeldRequests held = new HeldRequests();
      scene.nodes.on(PEERS, held);
      scene.nodes.on(SCHEMA, held);
      CompletableFuture<Void> nodes = scene.cluster.refreshNodesAsync(true);
      CompletableFuture<Void> schema = scene.cluster.schema().refreshAsync();
      for (int i = 0; i < 100; i++) {
        assertThat(session.execute("q").all()).isEmpty();
      }
      assertThat(nodes).isNotDone();
      assertThat(schema).isNotDone();
    }
  }

  @Test
  @SuppressWarnings("deprecation")
  void metadataIsSwitchedOffAndOnAtRunTime() {
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      assertThat(scene.cluster.metadata().keyspace("ks")).isPresent();
      assertThat(scene.cluster.metadata().tokenMap()).isPresent();
      scene.cluster.setMetadataRefreshEnabled(false);
      scene.until("no tokens", () -> scene.cluster.metadata().tokenMap().isEmpty());
      int before = scene.asked(SCHEMA);
      scene.cluster.refreshNodes(true);
      assertThat(scene.asked(SCHEMA)).isEqualTo(before);
      assertThat(scene.cluster.metadata().tokenMap()).isEmpty();
      scene.cluster.setMetadataRefreshEnabled(true);
      scene.until("tokens", () -> scene.cluster.metadata().tokenMap().isPresent());
      scene.until("the schema", () -> scene.asked(SCHEMA) > before);
      assertThat(session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void tokensThatAreSwitchedOnWhileNodesAreReadComeWithTheNextReading() {
    try (ClusterScene scene =
            ClusterScene.of(
                2, b -> b.controlConnectionTimeout(Duration.ZERO).tokenMetadataEnabled(false));
        Session session = scene.cluster.connect()) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(PEERS, held);
      CompletableFuture<Void> without = scene.cluster.refreshNodesAsync(false);
      scene.until("a reading without tokens", () -> held.size() == 1);
      scene.cluster.setTokenMetadataEnabled(true);
      assertThat(scene.cluster.schema().checkAgreement()).as("so it is switched on").isTrue();
      held.take().replyByDefault();
      without.join();
      assertThat(scene.cluster.metadata().tokenMap()).isEmpty();
      held.take().replyByDefault();
      scene.until("tokens", () -> scene.cluster.metadata().tokenMap().isPresent());
      assertThat(scene.cluster.metadata().tokenMap().orElseThrow().ranges()).isNotEmpty();
      session.execute("q");
    }
  }

  @Test
  void tokenMapThatIsSwitchedOffAndOnAgainAtOnceIsThereAllTheTime() {
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      TokenMap before = scene.cluster.metadata().tokenMap().orElseThrow();
      HeldRequests held = new HeldRequests();
      scene.nodes.on(PEERS, held);
      scene.cluster.setTokenMetadataEnabled(false);
      scene.until("a reading without tokens", () -> held.size() == 1);
      scene.cluster.setTokenMetadataEnabled(true);
      assertThat(scene.cluster.schema().checkAgreement()).as("so it is switched on").isTrue();
      held.take().replyByDefault();
      scene.until("a reading with tokens", () -> held.size() == 1);
      assertThat(scene.cluster.metadata().tokenMap()).containsSame(before);
      held.take().replyByDefault();
      scene.until(
          "other tokens", () -> scene.cluster.metadata().tokenMap().orElseThrow() != before);
      assertThat(scene.cluster.metadata().tokenMap().orElseThrow().ranges())
          .isEqualTo(before.ranges());
      session.execute("q");
    }
  }
}
