package io.peregrine.conductor;

import io.peregrine.io.SelectorAgent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;

/** Each agent on a thread of its own. Any thread may use it. */
public final class OwnThreads implements DriverThreads {
  private static final int SPINS = 20;
  private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final List<SelectorAgent> agents;
  private final ClusterConductor conductor;
  private final List<AgentRunner> agentRunners = new ArrayList<>();
  private final AgentRunner conductorRunner;
  private final List<Thread> agentThreads = new ArrayList<>();
  private final Thread conductorThread;

  private volatile boolean closing;

  /** A thread of the driver, recognisable as such. */
  private final class DriverThread extends Thread {
    private DriverThread(Runnable loop) {
      super(loop);
      setDaemon(true);
    }

    /** A handler that interrupts its thread must not end the driver: only closing may. */
    @Override
    public void interrupt() {
      if (closing) {
        super.interrupt();
      }
    }
  }

  /**
   * Starts the threads.
   *
   * @param agents the selector agents
   * @param idleStrategies makes what each of their threads does when there is nothing to do
   * @param conductor the conductor
   * @param errorHandler is told of faults
   */
  public OwnThreads(
      List<SelectorAgent> agents,
      Supplier<IdleStrategy> idleStrategies,
      ClusterConductor conductor,
      ErrorHandler errorHandler) {
    this.agents = List.copyOf(agents);
    this.conductor = conductor;
    for (SelectorAgent agent : agents) {
      AgentRunner runner = new AgentRunner(idleStrategies.get(), errorHandler, null, agent);
      agentRunners.add(runner);
      agentThreads.add(AgentRunner.startOnThread(runner, DriverThread::new));
    }
    conductorRunner = new AgentRunner(NoOpIdleStrategy.INSTANCE, errorHandler, null, conductor);
    conductorThread = AgentRunner.startOnThread(conductorRunner, DriverThread::new);
  }

  @Override
  public boolean isDriving() {
    return Thread.currentThread() instanceof DriverThread;
  }

  @Override
  public boolean invokes() {
    return false;
  }

  @Override
  public void idle(int idleCount) {
    pause(idleCount);
  }

  /** Waits a little, longer each time, up to a millisecond. */
  static void pause(int idleCount) {
    if (idleCount < SPINS) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(
          Math.min(LONGEST_PARK_NANOS, 1_000L << Math.min(10, idleCount - SPINS)));
    }
  }

  @Override
  public void drive() {
    throw haveTheirOwn();
  }

  @Override
  public void wakeUp() {
    // Nobody's thread blocks here.
  }

  @Override
  public int invoke() {
    throw haveTheirOwn();
  }

  private static IllegalStateException haveTheirOwn() {
    return new IllegalStateException(
        "the driver's agents have threads of their own; build the cluster with invoked(), or connect"
            + " with ConnectOptions.callerRuns(), to run them yourself");
  }

  @Override
  public void close() {
    closing = true;
    conductor.end();
    conductorRunner.close();
    agents.forEach(agent -> agent.connections().closeAgent());
    agentRunners.forEach(AgentRunner::close);
    awaitEnd(conductorThread);
    agentThreads.forEach(OwnThreads::awaitEnd);
  }

  /** A thread that has not begun when its runner is closed ends by itself, a moment later. */
  private static void awaitEnd(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
