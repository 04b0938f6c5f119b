package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.ConnectionLostException;
import io.peregrine.io.FlightRecords;
import io.peregrine.metrics.Latencies;
import io.peregrine.metrics.Metrics;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class ObservationTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void latenciesAreThoseOfTheRequestsThatWereAnswered(boolean invoked) {
    try (Scene scene =
        Scene.open(ProtocolVersion.V5, b -> invoked ? b.invoked() : b.idle(Idle.SELECT))) {
      awaitAllRecorded(scene, invoked);
      scene.cluster.metrics().takeLatencies();
      int requests = 500;
      for (int i = 0; i < requests; i++) {
        scene.session.execute("q");
      }
      awaitAllRecorded(scene, invoked);
      Latencies all = scene.cluster.metrics().latencies();
      assertThat(all.queue().count()).isGreaterThan(requests);
      assertThat(all.server().count()).isEqualTo(all.queue().count());
      assertThat(all.handler().count()).isGreaterThan(requests / 64);
      assertThat(all.server().p50()).isPositive();
      assertThat(all.server().p50()).isLessThanOrEqualTo(all.server().p99());
      assertThat(all.server().p99()).isLessThanOrEqualTo(all.server().p999());
      assertThat(all.server().p999()).isLessThanOrEqualTo(all.server().max());
      Latencies taken = scene.cluster.metrics().takeLatencies();
      assertThat(taken.server().count()).isEqualTo(requests);
      assertThat(scene.cluster.metrics().takeLatencies().server().count()).isZero();
      assertThat(scene.cluster.metrics().latencies().server()).isEqualTo(all.server());
    }
  }

  /** Latencies are recorded at the end of a duty cycle, which may be after the answer is there. */
  private static void awaitAllRecorded(Scene scene, boolean invoked) {
    Metrics metrics = scene.cluster.metrics();
    Observations.driveUntil(
        "the end of the duty cycle",
        () -> {
          Latencies recorded = metrics.latencies();
          Map<String, Long> counted = metrics.counters();
          return counted.get("in flight") == 0
              && recorded.queue().count() == counted.get("requests")
              && recorded.server().count() == counted.get("responses");
        },
        () -> invoked ? scene.cluster.invoke() : 0);
  }

  /** What one read has brought is counted together, when it has been handed over. */
  private static void awaitInFlight(Scene scene, long requests) {
    Observations.until(
        requests + " in flight",
        () -> scene.cluster.metrics().counters().get("in flight") == requests);
  }

  @Test
  void countersTellWhatIsInFlight() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("slow"), held);
      ResponseFuture first = scene.session.executeAsync("slow");
      ResponseFuture second = scene.session.executeAsync("slow");
      Exchange exchange = held.take();
      held.take();
      awaitInFlight(scene, 2);
      exchange.replyByDefault();
      Observations.until("an answer", () -> first.isDone() || second.isDone());
      awaitInFlight(scene, 1);
    }
  }

  @Test
  void lostConnectionsErrorHasItsFlightRecordsAndItsReconnectIsCounted() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, ClusterBuilder::invoked)) {
      scene.server.on(query("fatal"), exchange -> exchange.connection().close());
      scene.session.execute("q");
      assertThat(scene.cluster.flightRecords()).contains("QUERY").contains("RESULT");
      ResponseFuture future = scene.session.executeAsync("fatal");
      Observations.driveUntil("the loss", future::isDone, scene.cluster::invoke);
      assertThatThrownBy(future::join)
          .isInstanceOf(CompletionException.class)
          .satisfies(
              error -> {
                ConnectionLostException lost = lost(error);
                FlightRecords records = Objects.requireNonNull(lost.flightRecords());
                assertThat(records.isRequest(records.size() - 1)).isTrue();
                assertThat(records.toString()).contains("QUERY");
              });
      assertThat(scene.cluster.metrics().counters().get("connection errors")).isEqualTo(1);
      Observations.driveUntil(
          "a new connection",
          () ->
              scene.cluster.metrics().counters().get("reconnects") == 1
                  && scene.session.connectedNodes().size() == 1,
          scene.cluster::invoke);
    }
  }

  private static ConnectionLostException lost(Throwable error) {
    Throwable cause = error;
    while (cause != null && !(cause instanceof ConnectionLostException)) {
      cause = cause.getCause();
    }
    return (ConnectionLostException) Objects.requireNonNull(cause, error::toString);
  }

  @Test
  void whatIsSwitchedOffIsEmpty() {
    try (Scene scene =
        Scene.open(ProtocolVersion.V5, b -> b.recordLatencies(false).flightRecords(0))) {
      scene.session.execute("q");
      assertThat(scene.cluster.metrics().latencies().queue().count()).isZero();
      assertThat(scene.cluster.metrics().takeLatencies().server().max()).isZero();
      assertThat(scene.cluster.flightRecords()).isEmpty();
      assertThat(scene.cluster.metrics().counters().get("responses")).isPositive();
    }
  }

  @Test
  void wrongNumbersAndDirectoriesInUseAreRefused() {
    assertThatThrownBy(() -> Cluster.builder().flightRecords(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 65536");
    try (Scene scene = Scene.open(ProtocolVersion.V5, b -> b.statsDirectory(folder))) {
      ClusterBuilder second = Cluster.builder().statsDirectory(folder);
      assertThatThrownBy(second::build)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(folder.toString());
      scene.session.execute("q");
    }
    assertThat(folder).isEmptyDirectory();
  }
}
