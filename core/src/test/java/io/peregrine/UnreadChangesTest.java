package io.peregrine;

import static io.peregrine.ClusterScene.KEYSPACES;
import static io.peregrine.ClusterScene.PEERS;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.event.SchemaChangeEvent;
import com.datastax.oss.protocol.internal.response.event.TopologyChangeEvent;
import com.datastax.oss.protocol.internal.response.result.SchemaChange;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.RowsBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes that were told of and could not be read are told once, and known in the end. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class UnreadChangesTest {
  private static final RequestMatcher COLUMNS = queryMatching("FROM system_schema\\.columns");
  private static final RequestMatcher POLLS = queryMatching("schema_version FROM system.peers");
  private static final Error OVERLOADED = new Error(0x1001, "overloaded");

  private final List<String> keyspaces = new CopyOnWriteArrayList<>();

  /** Servers that have the keyspaces, and make them. */
  private ClusterScene scene(UnaryOperator<ClusterBuilder> settings) {
    ClusterScene scene = ClusterScene.of(3, settings);
    scene.nodes.on(KEYSPACES, exchange -> exchange.reply(rows()));
    scene.nodes.on(
        query("CREATE KEYSPACE a"),
        exchange -> {
          keyspaces.add("a");
          exchange.reply(new SchemaChange("CREATED", "KEYSPACE", "a", null, null));
        });
    return scene;
  }

  private ClusterScene scene() {
    return scene(builder -> builder);
  }

  private static ClusterBuilder deafToTheSchema(ClusterBuilder builder) {
    return builder.schemaEventRefreshWindow(Duration.ofNanos(-1));
  }

  private RowsBuilder rows() {
    RowsBuilder rows =
        RowsBuilder.rows(
            Columns.of("system_schema", "keyspaces").and("keyspace_name", DataType.VARCHAR));
    keyspaces.forEach(keyspace -> rows.row(Cells.text(keyspace)));
    return rows;
  }

  private void tellOfANewKeyspace(ClusterScene scene, String name) {
    keyspaces.add(name);
    scene.nodes.push(new SchemaChangeEvent("CREATED", "KEYSPACE", name, null, null));
  }

  private static void untilKnown(ClusterScene scene, String keyspace) {
    scene.until(
        "the keyspace " + keyspace, () -> scene.cluster.metadata().keyspace(keyspace).isPresent());
  }

  private static void assertNothingIsFrozen(ClusterScene scene, Session session) {
    scene.cluster.refreshNodes(true);
    scene.cluster.schema().refresh();
    assertThat(session.execute("q").all()).isEmpty();
  }

  @Test
  void nodeThatLeavesIsForgottenThoughTheListCouldNotBeReadAtOnce() {
    try (ClusterScene scene = scene();
        CapturedLog log = new CapturedLog();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      scene.nodes.server(0).once(PEERS, exchange -> exchange.reply(OVERLOADED));
      scene.nodes.remove(2);
      scene.nodes.push(new TopologyChangeEvent("REMOVED_NODE", scene.nodes.address(2)));
      scene.untilHeard("remove 2");
      assertThat(log.lines("The list of nodes could not be read"))
          .hasSize(1)
          .allMatch(line -> line.contains("WARN") && line.contains("overloaded"));
      assertThat(scene.hasControl(0)).isTrue();
      assertNothingIsFrozen(scene, session);
    }
  }

  @Test
  void nodeThatDoesNotTellTheListLosesTheControlConnectionAndNothingElse() {
    try (ClusterScene scene = scene();
        CapturedLog log = new CapturedLog();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      scene.nodes.server(2).goDown();
      scene.untilHeard("down 2");
      scene.nodes.server(0).on(PEERS, exchange -> exchange.reply(OVERLOADED));
      scene.nodes.remove(2);
      scene.nodes.push(new TopologyChangeEvent("REMOVED_NODE", scene.nodes.address(2)));
      scene.untilHeard("remove 2");
      scene.until("another control node", () -> scene.hasControl(1));
      assertThat(session.connectedNodes()).contains(scene.node(0), scene.node(1));
      assertThat(scene.heard).doesNotContain("down 0");
      assertThat(log.lines("The list of nodes could not be read, and is")).hasSize(1);
      assertNothingIsFrozen(scene, session);
    }
  }

  @Test
  void whatIsSwitchedOnIsReadThoughItCouldNotBeReadAtOnce() {
    try (ClusterScene scene =
            scene(builder -> builder.tokenMetadataEnabled(false).schemaMetadataEnabled(false));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      keyspaces.add("a");
      scene.nodes.server(0).once(PEERS, exchange -> exchange.reply(OVERLOADED));
      scene.nodes.server(0).once(COLUMNS, exchange -> exchange.reply(OVERLOADED));
      scene.cluster.setTokenMetadataEnabled(true);
      scene.cluster.setSchemaMetadataEnabled(true);
      scene.until("tokens", () -> scene.cluster.metadata().tokenMap().isPresent());
      untilKnown(scene, "a");
      assertNothingIsFrozen(scene, session);
    }
  }

  @Test
  void schemaThatCannotBeReadOnceIsReadAgain() {
    try (ClusterScene scene = scene();
        CapturedLog log = new CapturedLog();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      scene.nodes.server(0).once(COLUMNS, exchange -> exchange.reply(OVERLOADED));
      tellOfANewKeyspace(scene, "one");
      untilKnown(scene, "one");
      assertThat(log.lines("The schema could not be read"))
          .hasSize(1)
          .allMatch(line -> line.contains("WARN") && line.contains("overloaded"));
      assertNothingIsFrozen(scene, session);
    }
  }

  @Test
  void ownKeyspaceIsKnownThoughItCouldNotBeReadAtOnce() {
    try (ClusterScene scene = scene(UnreadChangesTest::deafToTheSchema);
        CapturedLog log = new CapturedLog();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      scene.nodes.server(0).once(COLUMNS, exchange -> exchange.reply(OVERLOADED));
      assertThat(session.execute("CREATE KEYSPACE a").isSchemaAgreed()).isTrue();
      untilKnown(scene, "a");
      assertThat(log.lines("The schema could not be read")).hasSize(1);
      assertNothingIsFrozen(scene, session);
    }
  }

  @Test
  void ownKeyspaceIsKnownThoughTheControlConnectionWasBeingReplaced() {
    try (ClusterScene scene =
            scene(builder -> deafToTheSchema(builder).controlConnectionTimeout(Duration.ZERO));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      HeldRequests held = new HeldRequests();
      scene.nodes.on(COLUMNS, held);
      int before = scene.asked(KEYSPACES);
      scene.control(0).close();
      Exchange reading = held.take();
      scene.until("the old keyspaces", () -> scene.asked(KEYSPACES) > before);
      assertThat(session.execute("CREATE KEYSPACE a").isSchemaAgreed()).isTrue();
      assertThat(scene.cluster.metadata().keyspace("a")).isEmpty();
      scene.nodes.on(COLUMNS, Exchange::replyByDefault);
      reading.replyByDefault();
      untilKnown(scene, "a");
      assertNothingIsFrozen(scene, session);
    }
  }

  @Test
  void changeIsKnownThoughTheControlConnectionIsLostBeforeTheNodesAgree() {
    try (ClusterScene scene = scene(b -> b.controlConnectionTimeout(Duration.ZERO));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      HeldRequests polls = new HeldRequests();
      scene.nodes.on(POLLS, polls);
      tellOfANewKeyspace(scene, "one");
      polls.take();
      scene.nodes.on(POLLS, Exchange::replyByDefault);
      scene.control(0).close();
      untilKnown(scene, "one");
      scene.until("a control node", () -> scene.cluster.controlConnectionNode().isPresent());
      assertNothingIsFrozen(scene, session);
      tellOfANewKeyspace(scene, "two");
      untilKnown(scene, "two");
    }
  }

  @Test
  void changeIsKnownThoughTheControlConnectionIsLostBetweenTwoAnswers() {
    try (ClusterScene scene = scene(b -> b.controlConnectionTimeout(Duration.ZERO));
        CapturedLog log = new CapturedLog();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      HeldRequests second = new HeldRequests();
      scene.nodes.on(COLUMNS, second);
      tellOfANewKeyspace(scene, "one");
      second.take();
      assertThat(scene.cluster.metadata().keyspace("one")).isEmpty();
      scene.nodes.on(COLUMNS, Exchange::replyByDefault);
      scene.control(0).close();
      untilKnown(scene, "one");
      scene.until("a control node", () -> scene.cluster.controlConnectionNode().isPresent());
      assertThat(log.lines("The schema could not be read")).hasSizeLessThanOrEqualTo(1);
      assertNothingIsFrozen(scene, session);
      tellOfANewKeyspace(scene, "two");
      untilKnown(scene, "two");
    }
  }

  private static SchemaChangeListener created(Consumer<String> told) {
    return new SchemaChangeListener() {
      @Override
      public void onKeyspaceCreated(KeyspaceMetadata keyspace) {
        told.accept(keyspace.name());
      }
    };
  }

  @Test
  void listenerThatThrowsKeepsTheNextAndWhatIsReadLaterFromNothing() {
    List<String> heard = new CopyOnWriteArrayList<>();
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      Consumer<String> fault =
          name -> {
            throw new AssertionError("the test's own, for " + name);
          };
      scene.cluster.schema().addListener(created(fault));
      scene.cluster.schema().addListener(created(heard::add));
      tellOfANewKeyspace(scene, "one");
      scene.until("the news of one", () -> heard.contains("one"));
      tellOfANewKeyspace(scene, "two");
      scene.until("the news of two", () -> heard.contains("two"));
      untilKnown(scene, "two");
      assertNothingIsFrozen(scene, session);
    }
  }

  @Test
  void clusterIsConnectedToThoughNobodyTellsAllOfItsSchema() {
    keyspaces.add("a");
    List<String> heard = new CopyOnWriteArrayList<>();
    try (ClusterScene scene = scene();
        CapturedLog log = new CapturedLog()) {
      scene.cluster.schema().addListener(created(heard::add));
      scene.nodes.on(COLUMNS, exchange -> exchange.reply(OVERLOADED));
      try (Session session = scene.cluster.connect("a")) {
        scene.untilConnected(session, 3);
        assertThat(scene.cluster.metadata().keyspace("a")).isPresent();
        assertThat(scene.cluster.metadata().tokenMap()).isPresent();
        assertThat(session.execute("q").all()).isEmpty();
        scene.until("it is told", () -> !log.lines("The schema could not be read").isEmpty());
        // A reading that has begun must not succeed without it, for there would be no other.
        scene.nodes.on(
            KEYSPACES,
            exchange -> {
              if (!keyspaces.contains("b")) {
                keyspaces.add("b");
                scene.nodes.on(COLUMNS, Exchange::replyByDefault);
              }
              exchange.reply(rows());
            });
        untilKnown(scene, "b");
        assertThat(log.lines("The schema could not be read, and is")).hasSize(1);
        assertThat(heard).as("what was there before is no news").isEmpty();
        tellOfANewKeyspace(scene, "c");
        scene.until("the news of c", () -> !heard.isEmpty());
        assertThat(heard).containsExactly("c");
        assertNothingIsFrozen(scene, session);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void clusterIsConnectedToThoughNobodyTellsHowKeyspacesAreReplicated(boolean schema) {
    keyspaces.add("a");
    try (ClusterScene scene = scene(b -> b.schemaMetadataEnabled(schema));
        CapturedLog log = new CapturedLog()) {
      scene.nodes.on(KEYSPACES, exchange -> exchange.reply(OVERLOADED));
      try (Session session = scene.cluster.connect("a")) {
        scene.untilConnected(session, 3);
        assertThat(scene.known()).hasSize(3);
        assertThat(session.execute("q").all()).isEmpty();
        scene.until("it is told", () -> !log.lines("The schema could not be read").isEmpty());
        scene.nodes.on(KEYSPACES, exchange -> exchange.reply(rows()));
        untilKnown(scene, "a");
        assertThat(log.lines("The schema could not be read, and is")).hasSize(1);
        assertNothingIsFrozen(scene, session);
      }
    }
  }

  @Test
  void nodeThatTellsMoreIsPreferredToOneThatTellsNothingOfTheSchema() {
    keyspaces.add("a");
    try (ClusterScene scene = scene(b -> b);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      for (int i = 0; i < 2; i++) {
        scene.nodes.server(i).on(KEYSPACES, exchange -> exchange.reply(OVERLOADED));
      }
      scene.control(0).close();
      scene.until("the node that tells", () -> scene.hasControl(2));
      assertThat(scene.cluster.metadata().keyspace("a")).isPresent();
      assertThat(session.connectedNodes()).hasSize(3);
    }
  }

  @Test
  void whatIsKnownStaysWhereNobodyTellsAnythingOfTheSchema() {
    keyspaces.add("a");
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      scene.nodes.on(KEYSPACES, exchange -> exchange.reply(OVERLOADED));
      int before = scene.asked(KEYSPACES);
      scene.control(0).close();
      scene.until("everybody asked twice", () -> scene.asked(KEYSPACES) >= before + 4);
      scene.until("a control node", () -> scene.cluster.controlConnectionNode().isPresent());
      assertThat(scene.cluster.metadata().keyspace("a")).isPresent();
      scene.nodes.remove(2);
      scene.nodes.push(new TopologyChangeEvent("REMOVED_NODE", scene.nodes.address(2)));
      scene.untilHeard("remove 2");
    }
  }

  @Test
  void controlConnectionIsReplacedThoughNobodyTellsAllOfTheSchema() {
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      scene.nodes.on(COLUMNS, exchange -> exchange.reply(OVERLOADED));
      scene.nodes.server(0).goDown();
      scene.until("another control node", () -> scene.hasControl(1) || scene.hasControl(2));
      scene.nodes.remove(0);
      scene.nodes.push(new TopologyChangeEvent("REMOVED_NODE", scene.nodes.address(0)));
      scene.untilHeard("remove 0");
      assertThat(session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void nodeThatDoesNotTellAllOfTheSchemaGivesWayToOneThatDoes() {
    keyspaces.add("a");
    try (ClusterScene scene = scene()) {
      scene.nodes.server(0).on(COLUMNS, exchange -> exchange.reply(OVERLOADED));
      try (Session session = scene.cluster.connect()) {
        scene.untilConnected(session, 3);
        scene.until("another control node", () -> scene.hasControl(1) || scene.hasControl(2));
        assertThat(session.connectedNodes()).hasSize(3);
        assertNothingIsFrozen(scene, session);
      }
    }
  }
}
