package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Prepare;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.RequestMatcher;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A hundred thousand random orders of what can happen between a table that is altered and a
 * statement that reads it. Many run side by side, step by step, over one connection and on one
 * thread, so that one that fails fails again.
 */
@ExtendWith(LeakCheck.class)
@Timeout(600)
class MetadataRaceTest {
  private static final int RACES = Integer.getInteger("metadata.races", 50_000);
  private static final int SIDE_BY_SIDE = 100;
  private static final int STEPS = 5;
  private static final int MOST_STEPS = 50;

  private final AtomicReferenceArray<MetadataRace> races = new AtomicReferenceArray<>(SIDE_BY_SIDE);
  private int unprepared;
  private int changed;

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void noRowIsReadByOtherColumnsThanThoseOfItsAnswer(ProtocolVersion version) {
    try (Scene scene = Scene.open(version, ClusterBuilder::invoked)) {
      scene.server.on(
          request -> request.message() instanceof Execute || request.message() instanceof Prepare,
          this::arrive);
      scene.server.on(RequestMatcher.query("fence"), Void.INSTANCE);
      for (int seed = 0; seed < RACES; seed += SIDE_BY_SIDE) {
        runSideBySide(scene, seed);
      }
    }
    assertThat(unprepared).isGreaterThan(RACES / 10);
    assertThat(changed)
        .matches(count -> version == ProtocolVersion.V5 ? count > RACES / 10 : count == 0);
  }

  private void runSideBySide(Scene scene, int seed) {
    List<MetadataRace> running = new ArrayList<>();
    for (int i = 0; i < SIDE_BY_SIDE; i++) {
      MetadataRace race = new MetadataRace(i, scene.session, seed + i);
      races.set(i, race);
      running.add(race);
    }
    for (int step = 0; step < STEPS; step++) {
      running.forEach(MetadataRace::ask);
      pass(scene);
      running.forEach(MetadataRace::serve);
      pass(scene);
    }
    for (int step = 0; !running.stream().allMatch(MetadataRace::isOver); step++) {
      assertThat(step).isLessThan(MOST_STEPS);
      running.forEach(MetadataRace::finish);
      pass(scene);
    }
    for (int i = 0; i < SIDE_BY_SIDE; i++) {
      try {
        running.get(i).check();
      } catch (AssertionError e) {
        throw new AssertionError("race with seed " + (seed + i), e);
      }
      unprepared += running.get(i).table().unprepared();
      changed += running.get(i).table().changed();
    }
    scene.server.observed().forgetRequests();
  }

  /** All that was sent before has come when this returns, and what came of it as well. */
  private static void pass(Scene scene) {
    for (int i = 0; i < 2; i++) {
      ResponseFuture fence = scene.session.executeAsync("fence");
      Observations.driveUntil("the fence", fence::isDone, scene.cluster::invoke);
    }
  }

  private void arrive(Exchange exchange) {
    int race;
    if (exchange.request().message() instanceof Execute execute) {
      race = ByteBuffer.wrap(execute.queryId).getInt();
    } else {
      String text = ((Prepare) exchange.request().message()).cqlQuery;
      race = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
    }
    races.get(race).arrive(exchange);
  }
}
