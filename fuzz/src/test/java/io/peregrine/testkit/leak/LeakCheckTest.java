package io.peregrine.testkit.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
  private final LeakCheck impatient = new LeakCheck(Duration.ofMillis(1));
  private final LeakCheck patient = new LeakCheck();

  @Test
  void leakedThreadIsNamed() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    impatient.before();
    Thread leaked = new Thread(() -> awaitUninterruptibly(end), "peregrine-agent-7");
    leaked.setDaemon(true);
    leaked.start();
    try {
      assertThatThrownBy(impatient::after)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("peregrine-agent-7");
    } finally {
      end.countDown();
      leaked.join();
    }
  }

  @Test
  void threadOnItsWayOutIsWaitedFor() {
    patient.before();
    AtomicLong asked = new AtomicLong();
    CountDownLatch end = new CountDownLatch(1);
    new Thread(() -> awaitUninterruptibly(end), "peregrine-agent-8").start();
    LeakCheck.track(
        "leases",
        () -> {
          end.countDown();
          return asked.incrementAndGet() < 3 ? 1 : 0;
        });
    patient.after();
    assertThat(asked).hasValueGreaterThanOrEqualTo(3);
  }

  @Test
  void leakedSocketIsFound() throws Exception {
    Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
    impatient.before();
    try (ServerSocket leaked = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(leaked.isBound()).isTrue();
      assertThatThrownBy(impatient::after).hasMessageContaining("socket:[");
    }
    assertThatCode(impatient::after).doesNotThrowAnyException();
  }

  @Test
  void whatIsTrackedMustBeGivenBack() {
    impatient.before();
    LeakCheck.track("stream ids", () -> 3);
    assertThatThrownBy(impatient::after).hasMessageContaining("stream ids=3");
    assertThatCode(impatient::after).doesNotThrowAnyException();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
