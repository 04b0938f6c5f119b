package io.peregrine.bench.demo;

import io.peregrine.testkit.leak.AllocationProbe;
import java.util.List;

/**
 * Counts what the two threads on the way of a request allocate: the one that offers and the
 * driver's that sends and receives. Confined to the application thread.
 */
final class AllocationMeter {
  private static final String AGENT_THREAD = "peregrine-selector-0";

  private final AllocationProbe application = AllocationProbe.of(Thread.currentThread());
  private final AllocationProbe agent = AllocationProbe.of(agentThread());
  private long applicationBytes;
  private long agentBytes;

  void start() {
    agent.start();
    application.start();
  }

  void stop() {
    applicationBytes = application.allocatedBytes();
    agentBytes = agent.allocatedBytes();
  }

  /** Bytes between start and stop on the thread that made this meter. */
  long applicationBytes() {
    return applicationBytes;
  }

  /** Bytes between start and stop on the driver's thread. */
  long agentBytes() {
    return agentBytes;
  }

  private static Thread agentThread() {
    List<Thread> threads = AllocationProbe.threadsNamed(AGENT_THREAD);
    if (threads.size() != 1) {
      throw new DemoFailedException(
          threads.size() + " threads are named " + AGENT_THREAD + "; one was expected.");
    }
    return threads.get(0);
  }
}
