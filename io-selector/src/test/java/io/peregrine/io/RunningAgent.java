package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.server.Observations;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NoOpIdleStrategy;

/**
 * An agent on a thread of its own that sleeps in its selector, for as long as nobody wakes it. Used
 * by the test's thread.
 */
final class RunningAgent implements AutoCloseable {
  final List<Throwable> faults = new CopyOnWriteArrayList<>();
  final SelectorAgent agent;
  final Thread thread;
  private final AgentRunner runner;

  RunningAgent(SelectorContext context) {
    // A wake-up that is missed is never made up for.
    agent =
        new SelectorAgent(
            context
                .parksInSelect(true)
                .longestParkMillis(Integer.MAX_VALUE)
                .errorHandler(faults::add));
    runner = new AgentRunner(NoOpIdleStrategy.INSTANCE, faults::add, null, agent);
    thread = AgentRunner.startOnThread(runner);
  }

  Connection connect(InetSocketAddress address, ProtocolVersion version) {
    RecordingListener listener = new RecordingListener();
    Connection connection =
        agent
            .connections()
            .connect(
                new ConnectRequest(
                    address, version, Map.of(), InvokedAgent.CONNECT_TIMEOUT.toNanos()),
                listener);
    await("a ready connection", () -> listener.ready == 1);
    return connection;
  }

  static void await(String what, BooleanSupplier condition) {
    Observations.driveUntil(
        what,
        condition,
        () -> {
          Thread.yield();
          return 0;
        });
  }

  /** Tells the agent to end and waits until its thread has. */
  void end() {
    agent.connections().closeAgent();
    try {
      thread.join(Observations.BOUND.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(thread.isAlive()).as("the agent's thread is alive").isFalse();
  }

  @Override
  public void close() {
    end();
    runner.close();
    assertThat(faults).isEmpty();
    assertThat(agent.keptRequests()).as("kept requests").isZero();
    assertThat(agent.leasedBytes()).as("leased bytes").isZero();
    assertThat(agent.offHeapBytes()).as("off-heap bytes").isZero();
  }
}
