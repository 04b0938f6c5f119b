package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.conductor.ClusterView;
import io.peregrine.conductor.DriverThreads;
import io.peregrine.io.Offer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Waiting for room takes from the time that the request has for its answer. */
class InsistTest {
  private static final long PAUSE_NANOS = 30;

  private long now = 1_000;

  private final class PausingThreads implements DriverThreads {
    @Override
    public boolean isDriving() {
      return false;
    }

    @Override
    public boolean invokes() {
      return false;
    }

    @Override
    public void idle(int idleCount) {
      now += PAUSE_NANOS;
    }

    @Override
    public void drive() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void wakeUp() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int invoke() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private final RequestRouter router =
      new RequestRouter(
          new ClusterView(),
          () -> now,
          PlainProfiles.session(),
          new SessionAccess(new Patience(new PausingThreads()), () -> false, null));

  private List<Long> timeLeft(long timeoutNanos, int refusals) {
    List<Long> left = new ArrayList<>();
    long begin = router.begin("a test");
    now += 5;
    router.insist(
        Offer.BACK_PRESSURED,
        begin,
        timeoutNanos,
        nanos -> {
          left.add(nanos);
          return left.size() <= refusals ? Offer.BUSY : Offer.ACCEPTED;
        });
    return left;
  }

  @Test
  void waitingForRoomTakesFromTheTimeout() {
    assertThat(timeLeft(100, 2)).containsExactly(65L, 35L, 5L);
  }

  @Test
  void requestWithoutATimeoutStaysWithout() {
    assertThat(timeLeft(Offer.NO_TIMEOUT, 2)).containsOnly(Offer.NO_TIMEOUT).hasSize(3);
  }

  @Test
  void longestTimeoutDoesNotOverflow() {
    assertThat(timeLeft(Long.MAX_VALUE, 0)).containsExactly(Long.MAX_VALUE - 35);
  }
}
