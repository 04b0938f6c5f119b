package io.peregrine.conductor;

import io.peregrine.io.SelectorAgent;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ErrorHandler;

/** No threads: the agents run when the application says so, or waits. Confined to one thread. */
public final class CallersThread implements DriverThreads {
  private final List<AgentDriver> agents = new ArrayList<>();
  private final AgentDriver conductor;
  private boolean driving;

  /**
   * Starts the agents on the calling thread.
   *
   * @param agents the selector agents
   * @param conductor the conductor
   * @param errorHandler is told of faults
   */
  public CallersThread(
      List<SelectorAgent> agents, ClusterConductor conductor, ErrorHandler errorHandler) {
    for (SelectorAgent agent : agents) {
      this.agents.add(new AgentDriver(agent, errorHandler));
    }
    this.conductor = new AgentDriver(conductor, errorHandler);
    this.agents.forEach(AgentDriver::start);
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
  public void drive() {
    invoke();
  }

  @Override
  public void wakeUp() {
    // It never blocks.
  }

  @Override
  public int invoke() {
    if (driving) {
      throw new IllegalStateException("invoke() was called from within a handler");
    }
    driving = true;
    try {
      int work = conductor.invoke();
      for (int i = 0; i < agents.size(); i++) {
        work += agents.get(i).invoke();
      }
      return work;
    } finally {
      driving = false;
    }
  }

  @Override
  public void close() {
    driving = true;
    try {
      conductor.close();
      agents.forEach(AgentDriver::close);
    } finally {
      driving = false;
    }
  }
}
