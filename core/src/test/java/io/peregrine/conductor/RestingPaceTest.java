package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Long work rests in time, and short work does not. */
class RestingPaceTest {
  private static final long TOKEN_NANOS = 1_000;
  private static final long REST_LASTS_NANOS = 70_000;

  private final List<Long> stretches = new ArrayList<>();
  private long now = 5;
  private long resumed = now;
  private final RestingPace pace = new RestingPace(() -> now, this::rest);

  private void rest(long nanos) {
    assertThat(nanos).isPositive();
    stretches.add(now - resumed);
    now += REST_LASTS_NANOS;
    resumed = now;
  }

  private void work(int steps, int tokens) {
    for (int i = 0; i < steps; i++) {
      now += tokens * TOKEN_NANOS;
      pace.did(tokens);
    }
  }

  @Test
  void noStretchIsMuchLongerThanATenthOfAMillisecond() {
    work(10_000, 1);
    long tooFew = RestingPace.TOKENS_PER_LOOK * TOKEN_NANOS;
    assertThat(stretches)
        .hasSizeBetween(70, 100)
        .allMatch(stretch -> stretch >= RestingPace.STRETCH_NANOS)
        .allMatch(stretch -> stretch < RestingPace.STRETCH_NANOS + tooFew);
  }

  @Test
  void oneLongStepIsFollowedByARest() {
    work(3, 500);
    assertThat(stretches).containsExactly(500_000L, 500_000L, 500_000L);
  }

  @Test
  void workThatIsDoneSoonDoesNotRest() {
    work(90, 1);
    assertThat(stretches).isEmpty();
  }
}
