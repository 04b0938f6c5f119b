package io.peregrine.conductor;

import io.peregrine.io.SelectorAgent;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentInvoker;

/** No threads: the agents run when the application says so, or waits. Confined to one thread. */
public final class CallersThread implements DriverThreads {
  private final AgentInvoker agent;
  private final AgentInvoker conductor;
  private boolean driving;

  /**
   * Starts the agents on the calling thread.
   *
   * @param agent the selector agent
   * @param conductor the conductor
   * @param errorHandler is told of faults
   */
  public CallersThread(SelectorAgent agent, ClusterConductor conductor, ErrorHandler errorHandler) {
    this.agent = new AgentInvoker(errorHandler, null, agent);
    this.conductor = new AgentInvoker(errorHandler, null, conductor);
    this.agent.start();
    this.conductor.start();
  }

  @Override
  public boolean isDriving() {
    return driving;
  }

  @Override
  public boolean invokes() {
    return true;
  }

  @Override
  public void idle(int idleCount) {
    invoke();
  }

  @Override
  public int invoke() {
    if (driving) {
      throw new IllegalStateException("invoke() was called from within a handler");
    }
    driving = true;
    try {
      return conductor.invoke() + agent.invoke();
    } finally {
      driving = false;
    }
  }

  @Override
  public void close() {
    driving = true;
    try {
      conductor.close();
      agent.close();
    } finally {
      driving = false;
    }
  }
}
