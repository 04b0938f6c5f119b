package io.peregrine.io;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/** What other threads have the agent do. Any thread adds, and the agent's runs. */
final class AgentCommands {
  private static final int LIMIT = 64;

  private final ManyToOneConcurrentLinkedQueue<Runnable> queue =
      new ManyToOneConcurrentLinkedQueue<>();
  private final ErrorHandler faults;

  AgentCommands(ErrorHandler faults) {
    this.faults = faults;
  }

  void add(Runnable command) {
    queue.offer(command);
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Runs some of them, the oldest first, and tells how many. */
  int run() {
    int work = 0;
    Runnable command = queue.poll();
    while (command != null) {
      work++;
      try {
        command.run();
      } catch (Throwable t) {
        faults.onError(t);
      }
      // A listener that connects anew at once must not keep the loop from its sockets.
      command = work < LIMIT ? queue.poll() : null;
    }
    return work;
  }
}
