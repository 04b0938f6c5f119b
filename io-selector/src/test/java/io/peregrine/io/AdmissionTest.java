package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdmissionTest {
  private static final int LINE = 64;

  private static long offsetOf(Class<?> holder, String field) throws NoSuchFieldException {
    return UnsafeApi.objectFieldOffset(holder.getDeclaredField(field));
  }

  @Test
  void noMoreAreTakenThanMayBe() {
    Admission admission = new Admission(2);
    assertThat(admission.take()).isTrue();
    assertThat(admission.take()).isTrue();
    assertThat(admission.take()).isFalse();
    assertThat(admission.taken()).isEqualTo(2);
    admission.end();
    assertThat(admission.take()).isTrue();
    admission.giveBack();
    assertThat(admission.taken()).isEqualTo(1);
  }

  @Test
  void whoComparesConnectionsIsToldTheSame() {
    Admission admission = new Admission(5);
    for (int i = 1; i <= 5; i++) {
      admission.take();
      assertThat(admission.aboutTaken()).isEqualTo(i);
    }
    admission.end();
    assertThat(admission.aboutTaken()).isEqualTo(admission.taken()).isEqualTo(4);
  }

  @Test
  void nobodyIsBusierThanAnybodyAndTakesNothing() {
    assertThat(Admission.NEVER.take()).isFalse();
    assertThat(Admission.NEVER.aboutTaken()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void whatIsCongestedTakesNothing() {
    Admission admission = new Admission(2);
    admission.congested(true);
    assertThat(admission.isCongested()).isTrue();
    assertThat(admission.take()).isFalse();
    admission.congested(false);
    assertThat(admission.take()).isTrue();
  }

  @Test
  void threadsThatCompeteTakeNoMoreThanMayBeAndLeaveNothingBehind() throws InterruptedException {
    int limit = 5;
    Admission admission = new Admission(limit);
    AtomicInteger held = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(3);
    for (int i = 0; i < 3; i++) {
      new Thread(
              () -> {
                for (int j = 0; j < 20_000; j++) {
                  if (admission.take()) {
                    most.accumulateAndGet(held.incrementAndGet(), Math::max);
                    if (j % 3 == 0) {
                      held.decrementAndGet();
                      admission.giveBack();
                    } else {
                      ended.incrementAndGet();
                    }
                  }
                }
                done.countDown();
              })
          .start();
    }
    // The agent ends what was offered.
    while (done.getCount() > 0 || ended.get() > 0) {
      if (ended.get() > 0) {
        ended.decrementAndGet();
        held.decrementAndGet();
        admission.end();
      }
    }
    done.await();
    assertThat(most.get()).isBetween(1, limit);
    assertThat(admission.taken()).isZero();
  }

  @Test
  void whatDifferentThreadsWriteIsNotInOneLineOfTheCache() throws NoSuchFieldException {
    long begun = offsetOf(BegunRequests.class, "begun");
    long ended = offsetOf(Admission.class, "ended");
    assertThat(ended - begun).isGreaterThanOrEqualTo(2 * LINE);
    assertThat(offsetOf(Admission.class, "a127") - ended).isGreaterThanOrEqualTo(2 * LINE);
  }
}
