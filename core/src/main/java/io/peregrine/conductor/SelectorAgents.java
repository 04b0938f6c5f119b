package io.peregrine.conductor;

import io.peregrine.io.SelectorAgent;
import java.util.List;

/**
 * The selector agents that share connections among them, and how many each has been given. The
 * counts are confined to the conductor's thread; any thread may read the rest.
 */
public final class SelectorAgents {
  private final List<SelectorAgent> agents;
  private final int[] given;

  /**
   * Agents that nothing has been given to yet.
   *
   * @param agents the agents, at least one
   */
  public SelectorAgents(List<SelectorAgent> agents) {
    this.agents = List.copyOf(agents);
    this.given = new int[agents.size()];
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
