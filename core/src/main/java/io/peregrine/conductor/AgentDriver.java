package io.peregrine.conductor;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/**
 * Runs an agent on a thread of the application's, a duty cycle a call. Confined to one thread at a
 * time.
 *
 * <p>That thread may be interrupted for reasons of its own, and such an interrupt must end neither
 * the agent, as it would with Agrona's invoker, nor the sockets that are read meanwhile: it is put
 * off to the end of the cycle.
 */
final class AgentDriver implements AutoCloseable {
  private final Agent agent;
  private final ErrorHandler errorHandler;
  private boolean closed;

  AgentDriver(Agent agent, ErrorHandler errorHandler) {
    this.agent = agent;
    this.errorHandler = errorHandler;
  }

  void start() {
    agent.onStart();
  }

  /** One duty cycle; nothing if the agent has ended. */
  int invoke() {
    if (closed) {
      return 0;
    }
    boolean interrupted = Thread.interrupted();
    try {
      return agent.doWork();
    } catch (AgentTerminationException e) {
      if (!e.isExpected()) {
        errorHandler.onError(e);
      }
      close();
    } catch (Throwable t) {
      errorHandler.onError(t);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return 0;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        agent.onClose();
      } catch (Throwable t) {
        errorHandler.onError(t);
      }
    }
  }
}
