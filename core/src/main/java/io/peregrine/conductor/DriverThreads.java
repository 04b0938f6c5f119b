package io.peregrine.conductor;

/**
 * Who runs the agents: threads of their own, or the application's. Any thread may use it.
 *
 * <p>All ways run the same agents; only this composition differs.
 */
public interface DriverThreads {
  /**
   * Whether the calling thread is in the middle of running an agent, so that waiting would wait for
   * itself.
   *
   * @return true on a thread that must not block
   */
  boolean isDriving();

  /**
   * Whether waiting means to do the agents' work.
   *
   * @return true if the agents have no threads of their own
   */
  boolean invokes();

  /**
   * Lets the calling thread wait a little for room, and do the agents' work if that is its part.
   *
   * @param idleCount how often it has waited in this wait already, from 0 on
   */
  void idle(int idleCount);

  /**
   * Does the agents' work once. May block until an agent has something to do, or until {@link
   * #wakeUp}.
   *
   * @throws IllegalStateException if the agents have threads of their own
   */
  void drive();

  /** Ends a {@link #drive} that blocks, or keeps the next from blocking. */
  void wakeUp();

  /**
   * Runs one duty cycle of each agent, without blocking.
   *
   * @return how much was done
   * @throws IllegalStateException if the agents have threads of their own
   */
  int invoke();

  /** Ends the agents and waits for it. */
  void close();
}
