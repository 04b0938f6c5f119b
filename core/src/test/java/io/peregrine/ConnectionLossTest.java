package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.RequestMatcher;
import java.net.StandardSocketOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class ConnectionLossTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** A connection with more of them takes no requests any more. */
  private static final int MOST_ORPHANS = 256;

  private static final int AT_ONCE = 64;

  private final TestTime time = new TestTime();

  /** Lets requests time out until the driver opens another connection. */
  private void giveUp(Scene scene) {
    Observations observed = scene.server.observed();
    int before = observed.connections().size();
    for (int asked = 0; asked <= MOST_ORPHANS; asked += AT_ONCE) {
      int all = asked + AT_ONCE;
      for (int i = 0; i < AT_ONCE; i++) {
        scene.session.executeAsync(SimpleStatement.of("never").setTimeout(TIMEOUT));
      }
      TestTime.until(
          scene.cluster, "the requests", () -> observed.requests(query("never")).size() == all);
      time.pass(TIMEOUT);
    }
    TestTime.until(
        scene.cluster, "another connection", () -> observed.connections().size() > before);
  }

  private static void untilOpen(Scene scene, int connections) {
    TestTime.until(
        scene.cluster,
        connections + " open connections",
        () -> scene.server.observed().openConnections().size() == connections);
  }

  /** A request that has all the time that it takes until others time out. */
  private static ResponseFuture askSlowly(Scene scene, HeldRequests held) {
    scene.server.on(query("never"), Exchange::silence);
    scene.server.on(query("slow"), held);
    ResponseFuture sound =
        scene.session.executeAsync(SimpleStatement.of("slow").setTimeout(Duration.ZERO));
    TestTime.until(scene.cluster, "the slow request", () -> held.size() == 1);
    return sound;
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void connectionWithTooManyOrphansIsReplacedWhileItsRequestsGoOn(ProtocolVersion version) {
    try (Scene scene = Scene.open(version, time::drive)) {
      HeldRequests held = new HeldRequests();
      ResponseFuture sound = askSlowly(scene, held);
      int before = scene.server.observed().connections().size();
      Exchange slow = held.take();
      giveUp(scene);
      untilOpen(scene, before + 1);
      // The new one is in use while the old one still waits for its last answer.
      RequestMatcher elsewhere =
          query("q").and(request -> request.connection() != slow.connection());
      Observations.driveUntil(
          "a request on the new connection",
          () -> !scene.server.observed().requests(elsewhere).isEmpty(),
          () -> {
            scene.session.executeAsync("q");
            return scene.cluster.invoke();
          });
      assertThat(slow.connection().isOpen()).isTrue();
      assertThat(sound).isNotDone();
      slow.reply(rows(VALUE).row(int32(7)));
      assertThat(sound.result().one().getInt(0)).isEqualTo(7);
      untilOpen(scene, before);
      assertThat(slow.connection().isOpen()).isFalse();
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void sessionMayBeClosedWhileAConnectionDrains() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, time::drive)) {
      ResponseFuture sound = askSlowly(scene, new HeldRequests());
      int before = scene.server.observed().connections().size();
      giveUp(scene);
      untilOpen(scene, before + 1);
      scene.session.close();
      assertThatThrownBy(sound::join).cause().isInstanceOf(SessionClosedException.class);
      untilOpen(scene, before - 1);
    }
  }

  @Test
  void heartbeatsGoOnEachConnectionOfTheCluster() {
    try (Scene scene =
        Scene.open(
            ProtocolVersion.V5,
            b ->
                b.heartbeatInterval(Duration.ofMillis(20))
                    .heartbeatTimeout(Duration.ofSeconds(30)))) {
      int connections = scene.server.observed().connections().size();
      scene
          .server
          .observed()
          .await(
              "heartbeats on each connection",
              () ->
                  scene.server.observed().requests(opcode(Opcode.OPTIONS)).stream()
                          .map(request -> request.connection().id())
                          .distinct()
                          .filter(
                              id ->
                                  scene.server.observed().requests(opcode(Opcode.OPTIONS)).stream()
                                          .filter(request -> request.connection().id() == id)
                                          .count()
                                      >= 3)
                          .count()
                      == connections);
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void settingsThatMakeNoSenseAreRefusedAtOnce() {
    ClusterBuilder builder = Cluster.builder();
    assertThatThrownBy(() -> builder.heartbeatInterval(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("zero switches heartbeats off");
    assertThatThrownBy(() -> builder.heartbeatTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than zero");
    assertThatThrownBy(() -> builder.socketOption(StandardSocketOptions.IP_MULTICAST_TTL, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("IP_MULTICAST_TTL");
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void pageMayHaveAHundredThousandRows(ProtocolVersion version) {
    int count = 100_000;
    var page = rows(VALUE);
    for (int i = 0; i < count; i++) {
      page.row(int32(i));
    }
    try (Scene scene = Scene.open(version)) {
      scene.server.on(query("large"), page.build());
      long sum = 0;
      int rows = 0;
      for (Row row : scene.session.execute("large")) {
        sum += row.getInt(0);
        rows++;
      }
      assertThat(rows).isEqualTo(count);
      assertThat(sum).isEqualTo((long) count * (count - 1) / 2);
    }
  }
}
