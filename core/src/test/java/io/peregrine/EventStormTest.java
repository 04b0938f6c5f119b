package io.peregrine;

import static io.peregrine.ClusterScene.KEYSPACES;
import static io.peregrine.ClusterScene.PEERS;
import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.SchemaChangeTarget;
import com.datastax.oss.protocol.internal.ProtocolConstants.SchemaChangeType;
import com.datastax.oss.protocol.internal.response.Event;
import com.datastax.oss.protocol.internal.response.event.SchemaChangeEvent;
import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import com.datastax.oss.protocol.internal.response.event.TopologyChangeEvent;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.ServerConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A hundred thousand events change a counter, and the cluster is looked at once more. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class EventStormTest {
  private static final int STORM = 100_000;
  private static final int MOST_WARNINGS = 10;
  private static final RequestMatcher ANY_SCHEMA = queryMatching("FROM system_schema\\.");

  private static final RequestMatcher TABLES = queryMatching("FROM system_schema\\.tables");

  private final HeldRequests held = new HeldRequests();

  /** Nothing that is held comes too late. */
  private static ClusterScene scene() {
    return ClusterScene.of(2, b -> b.controlConnectionTimeout(Duration.ZERO));
  }

  private static InetSocketAddress nobody(int i) {
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(), 1 + i % (Character.MAX_VALUE - 1));
  }

  /** Sends the storm while whatever is read of the cluster waits for its answer. */
  private void storm(
      ClusterScene scene, RequestMatcher reading, Event first, IntFunction<Event> event) {
    scene.nodes.on(reading, held);
    ServerConnection control = scene.control(0);
    control.pushEvent(first);
    scene.until("the first reading", () -> held.size() > 0);
    for (int i = 1; i < STORM; i++) {
      control.pushEvent(event.apply(i));
    }
    scene.until("all events", () -> scene.cluster.eventsReceived() == STORM);
  }

  private static Event moved(int i) {
    return new TopologyChangeEvent("MOVED_NODE", nobody(i));
  }

  private static Event up(int i) {
    return new StatusChangeEvent("UP", nobody(i));
  }

  private static Event created(int i) {
    return new SchemaChangeEvent(
        SchemaChangeType.CREATED, SchemaChangeTarget.TABLE, "ks", "t" + i, null);
  }

  private void assertOneMoreReading(ClusterScene scene, Session session, IntFunction<Event> event) {
    int before = scene.asked(PEERS);
    int schemaBefore = scene.asked(KEYSPACES);
    try (CapturedLog log = new CapturedLog()) {
      storm(scene, PEERS, event.apply(0), event);
      assertThat(session.execute("q").all()).isEmpty();
      assertThat(scene.asked(PEERS)).as("while the first is under way").isEqualTo(before + 1);
      held.take().replyByDefault();
      held.take().replyByDefault();
      scene.cluster.schema().checkAgreement();
      // The one for all, and one for those that were delivered after it had begun.
      assertThat(scene.asked(PEERS)).isBetween(before + 2, before + 3);
      assertThat(scene.asked(KEYSPACES)).isLessThanOrEqualTo(schemaBefore + 2);
      assertThat(scene.known()).hasSize(2);
      assertThat(scene.heard).containsExactlyInAnyOrder("add 0", "add 1");
      assertThat(log.lines("WARN")).hasSizeLessThanOrEqualTo(MOST_WARNINGS);
    }
  }

  @Test
  void nodesThatMoveByTheThousandAreReadOnce() {
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      assertOneMoreReading(scene, session, EventStormTest::moved);
    }
  }

  @Test
  void unknownNodesThatComeUpByTheThousandAreReadOnce() {
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      assertOneMoreReading(scene, session, EventStormTest::up);
    }
  }

  @Test
  void tablesThatAreCreatedByTheThousandAreFewReadings() {
    try (ClusterScene scene = scene();
        CapturedLog log = new CapturedLog();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      int before = scene.asked(ANY_SCHEMA);
      int perReading = before;
      storm(scene, ANY_SCHEMA, created(0), EventStormTest::created);
      assertThat(session.execute("q").all()).isEmpty();
      // What was told before is acted on before.
      scene.cluster.schema().checkAgreement();
      assertThat(scene.asked(ANY_SCHEMA)).as("one at a time").isLessThanOrEqualTo(2 * perReading);
      scene.nodes.on(ANY_SCHEMA, Exchange::replyByDefault);
      while (held.size() > 0) {
        held.take().replyByDefault();
      }
      scene.cluster.schema().refresh();
      assertThat(scene.asked(KEYSPACES)).isLessThanOrEqualTo(70);
      assertThat(log.lines("WARN")).hasSizeLessThanOrEqualTo(2 * MOST_WARNINGS);
    }
  }

  @Test
  void changesThatComeTogetherWaitForOneAgreement() {
    int changes = 10;
    try (ClusterScene scene = scene();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      RequestMatcher polls = queryMatching("schema_version FROM system.peers");
      scene.nodes.on(polls, held);
      int before = scene.asked(TABLES);
      for (int i = 0; i < changes; i++) {
        scene.control(0).pushEvent(created(i));
      }
      scene.until("all events", () -> scene.cluster.eventsReceived() == changes);
      // What was told before is acted on before.
      scene.cluster.refreshNodes(false);
      assertThat(scene.asked(polls)).isEqualTo(1);
      held.take().replyByDefault();
      scene.until("all tables", () -> scene.asked(TABLES) == before + changes);
      assertThat(scene.asked(polls)).isEqualTo(1);
    }
  }
}
