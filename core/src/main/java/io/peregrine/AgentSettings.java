package io.peregrine;

import io.peregrine.conductor.PoolSize;
import io.peregrine.io.SelectorAgent;
import io.peregrine.io.SelectorContext;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * How many selector agents there are, and how they run. Immutable.
 *
 * @param connections what their connections have in common
 * @param observation what is observed of them
 * @param count how many, at least 1
 * @param cores the core of each, or none
 * @param idle what their threads do when there is nothing to do; null if they have none
 * @param connectionsPerNode how many connections a session has to a node, by its distance
 * @param maxInFlight how many requests may be in flight on a connection
 */
record AgentSettings(
    ConnectionSettings connections,
    Observation observation,
    int count,
    List<Integer> cores,
    @Nullable Idle idle,
    PoolSize.PerNode connectionsPerNode,
    int maxInFlight) {
  private static final int CALLERS_RING_CAPACITY = 1 << 20;

  AgentSettings {
    cores = List.copyOf(cores);
    if (!cores.isEmpty() && idle == null) {
      throw new IllegalArgumentException(
          "selectorCores(...) is for the driver's threads, and invoked() leaves it none; leave one"
              + " of them out");
    }
    if (!cores.isEmpty() && cores.size() != count) {
      throw new IllegalArgumentException(
          cores.size()
              + " cores in selectorCores(...) for "
              + count
              + " of selectorAgents(...); each agent needs one");
    }
  }

  NanoClock clock() {
    return connections.clock();
  }

  /** The cluster's agents, not started. */
  List<SelectorAgent> agents(ErrorHandler faults) {
    List<SelectorAgent> agents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      agents.add(
          observation.watch(
              new SelectorAgent(
                  context("peregrine-selector-" + i, idle == Idle.SELECT, faults)
                      .core(cores.isEmpty() ? SelectorContext.ANY_CORE : cores.get(i)))));
    }
    return agents;
  }

  /** An agent for a thread of the application's. */
  SelectorAgent callersAgent(boolean blocks, ErrorHandler faults) {
    String name = "peregrine-caller-" + Thread.currentThread().getName();
    return observation.watch(
        new SelectorAgent(
            context(name, blocks, faults).requestRingCapacity(CALLERS_RING_CAPACITY)));
  }

  private SelectorContext context(String name, boolean parks, ErrorHandler faults) {
    return observation
        .applyTo(connections.applyTo(new SelectorContext()))
        .name(name)
        .maxInFlight(maxInFlight)
        .parksInSelect(parks)
        .errorHandler(faults);
  }
}
