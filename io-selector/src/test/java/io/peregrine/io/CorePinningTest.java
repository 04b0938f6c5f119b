package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.ScriptedServer;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import net.openhft.affinity.Affinity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class CorePinningTest {
  private static final int NO_SUCH_CORE = 4_095;

  @Test
  @EnabledOnOs(OS.LINUX)
  void agentRunsOnItsCoreAndNobodyElseIsTied() throws Exception {
    BitSet before = Affinity.getAffinity();
    int core = before.length() - 1;
    try (RunningAgent running = new RunningAgent(new SelectorContext().core(core))) {
      CompletableFuture<BitSet> cores = new CompletableFuture<>();
      running.agent.command(() -> cores.complete(Affinity.getAffinity()));
      assertThat(cores.get().stream()).containsExactly(core);
      assertThat(running.agent.counters().get(SelectorCounter.PINNING_FAILURES)).isZero();
    }
    assertThat(Affinity.getAffinity()).isEqualTo(before);
  }

  @Test
  void coreThatCannotBeHadIsCountedAndToldOnceAndHarmsNothing() {
    try (ScriptedServer server = ScriptedServer.start();
        InvokedAgent invoked = new InvokedAgent(new SelectorContext().core(NO_SUCH_CORE))) {
      invoked.agent.onStart();
      assertThat(invoked.count(SelectorCounter.PINNING_FAILURES)).isEqualTo(1);
      assertThat(invoked.faults)
          .singleElement()
          .isInstanceOf(DriverException.class)
          .asString()
          .contains("cannot be tied to core 4095")
          .contains(Thread.currentThread().getName());
      assertThat(invoked.connect(server.address(), ProtocolVersion.V5).ready).isEqualTo(1);
    }
  }

  @Test
  void agentWithoutACoreIsNotTied() {
    BitSet before = Affinity.getAffinity();
    try (InvokedAgent invoked = new InvokedAgent()) {
      invoked.agent.onStart();
      assertThat(Affinity.getAffinity()).isEqualTo(before);
      assertThat(invoked.count(SelectorCounter.PINNING_FAILURES)).isZero();
    }
  }

  @Test
  void negativeCoreIsRefused() {
    assertThatThrownBy(() -> new SelectorContext().core(-2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("core -2");
  }
}
