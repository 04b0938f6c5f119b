package io.peregrine.conductor;

import io.peregrine.io.SelectorAgent;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;

/** Each agent on a thread of its own. Any thread may use it. */
public final class OwnThreads implements DriverThreads {
  private static final int SPINS = 20;
  private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final SelectorAgent agent;
  private final ClusterConductor conductor;
  private final AgentRunner agentRunner;
  private final AgentRunner conductorRunner;
  private final Thread agentThread;
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
   * @param agent the selector agent
   * @param idleStrategy what its thread does when there is nothing to do
   * @param conductor the conductor
   * @param errorHandler is told of faults
   */
  public OwnThreads(
      SelectorAgent agent,
      IdleStrategy idleStrategy,
      ClusterConductor conductor,
      ErrorHandler errorHandler) {
    this.agent = agent;
    this.conductor = conductor;
    agentRunner = new AgentRunner(idleStrategy, errorHandler, null, agent);
    conductorRunner = new AgentRunner(NoOpIdleStrategy.INSTANCE, errorHandler, null, conductor);
    agentThread = AgentRunner.startOnThread(agentRunner, DriverThread::new);
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
    if (idleCount < SPINS) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(
          Math.min(LONGEST_PARK_NANOS, 1_000L << Math.min(10, idleCount - SPINS)));
    }
  }

  @Override
  public int invoke() {
    throw new IllegalStateException(
        "the driver's agents have threads of their own; build the cluster with invoked() to run them"
            + " yourself");
  }

  @Override
  public void close() {
    closing = true;
    conductor.end();
    conductorRunner.close();
    agent.connections().closeAgent();
    agentRunner.close();
    awaitEnd(conductorThread);
    awaitEnd(agentThread);
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
