package io.peregrine.conductor;

import io.peregrine.io.SelectorAgent;
import java.util.List;

/**
 * The selector agents that share connections among them, how many each has been given, and how many
 * are being opened. The counts are confined to the conductor's thread; any thread may read the
 * rest.
 */
public final class SelectorAgents {
  private final List<SelectorAgent> agents;
  private final int[] given;
  private final AttemptGate gate;

  /**
   * Agents that nothing has been given to yet.
   *
   * @param agents the agents, at least one
   * @param conductor the conductor that opens connections
   * @param mostAttempts how many connections of sessions are opened at once, at least 1
   * @param connectTimeoutNanos how long it may take to open one, in ns
   */
  public SelectorAgents(
      List<SelectorAgent> agents,
      ClusterConductor conductor,
      int mostAttempts,
      long connectTimeoutNanos) {
    this.agents = List.copyOf(agents);
    this.given = new int[agents.size()];
    this.gate = new AttemptGate(conductor, mostAttempts, connectTimeoutNanos);
  }

  /**
   * The agents.
   *
   * @return an immutable list
   */
  public List<SelectorAgent> all() {
    return agents;
  }

  /** The one that drives what there is only one of. */
  SelectorAgent first() {
    return agents.get(0);
  }

  /** What a session's connection waits for before it is opened. */
  AttemptGate gate() {
    return gate;
  }

  /** An agent for one more connection: one of those that have the fewest. */
  SelectorAgent take() {
    int least = 0;
    for (int i = 1; i < given.length; i++) {
      if (given[i] < given[least]) {
        least = i;
      }
    }
    given[least]++;
    return agents.get(least);
  }

  /** A connection will not be opened again. */
  void giveBack(SelectorAgent agent) {
    given[agents.indexOf(agent)]--;
  }
}
