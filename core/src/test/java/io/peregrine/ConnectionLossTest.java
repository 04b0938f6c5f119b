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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class ConnectionLossTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);

  /** Lets requests time out until the driver opens another connection. */
  private static void giveUp(Scene scene) {
    SimpleStatement never = SimpleStatement.of("never").setTimeout(Duration.ofMillis(5));
    int before = scene.server.observed().connections().size();
    Observations.driveUntil(
        "another connection",
        () -> scene.server.observed().connections().size() > before,
        () -> {
          scene.session.executeAsync(never);
          return 1;
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void connectionWithTooManyOrphansIsReplacedWhileItsRequestsGoOn(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("never"), Exchange::silence);
      scene.server.on(query("slow"), held);
      CompletableFuture<ResultSet> sound = scene.session.executeAsync("slow").toCompletableFuture();
      int before = scene.server.observed().connections().size();
      Exchange slow = held.take();
      giveUp(scene);
      scene.server.observed().awaitOpenConnections(before + 1);
      // The new one is in use while the old one still waits for its last answer.
      RequestMatcher elsewhere =
          query("q").and(request -> request.connection() != slow.connection());
      Observations.driveUntil(
          "a request on the new connection",
          () -> !scene.server.observed().requests(elsewhere).isEmpty(),
          () -> {
            scene.session.executeAsync("q");
            return 1;
          });
      assertThat(slow.connection().isOpen()).isTrue();
      assertThat(sound).isNotDone();
      slow.reply(rows(VALUE).row(int32(7)));
      assertThat(sound.join().one().getInt(0)).isEqualTo(7);
      scene.server.observed().awaitOpenConnections(before);
      assertThat(slow.connection().isOpen()).isFalse();
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void sessionMayBeClosedWhileAConnectionDrains() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("never"), Exchange::silence);
      scene.server.on(query("slow"), held);
      CompletableFuture<ResultSet> sound = scene.session.executeAsync("slow").toCompletableFuture();
      int before = scene.server.observed().connections().size();
      held.take();
      giveUp(scene);
      scene.server.observed().awaitOpenConnections(before + 1);
      scene.session.close();
      assertThatThrownBy(sound::join).cause().isInstanceOf(SessionClosedException.class);
      scene.server.observed().awaitOpenConnections(before - 1);
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
