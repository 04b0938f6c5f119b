package io.peregrine.testkit.leak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AllocationProbeTest {
  private static final AtomicReference<byte[]> ESCAPE = new AtomicReference<>();

  @Test
  void askingAloneCountsAsNothing() {
    AllocationProbe probe = AllocationProbe.of(Thread.currentThread());
    assertThat(probe.start().allocatedBytes()).isZero();
  }

  @Test
  void allocationIsCountedToTheByte() {
    AllocationProbe probe = AllocationProbe.of(Thread.currentThread());
    probe.start();
    ESCAPE.set(new byte[1 << 20]);
    assertThat(probe.allocatedBytes()).isBetween(1L << 20, (1L << 20) + 64);
  }

  @Test
  void threadsAreFoundByName() {
    String name = Thread.currentThread().getName();
    assertThat(AllocationProbe.threadsNamed(name)).contains(Thread.currentThread());
  }
}
