package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.io.Connection;
import io.peregrine.io.Way;
import java.util.function.BiFunction;

/**
 * What the pools of one session have in common. Immutable.
 *
 * @param conductor whose thread they are confined to
 * @param agents the agents that drive the connections
 * @param template what the connections have in common
 * @param size how many there are
 * @param health is told of connections that fail
 * @param ways makes what the session keeps of a connection; called on the conductor's thread
 * @param <W> what that is
 */
record PoolContext<W extends Way>(
    ClusterConductor conductor,
    SelectorAgents agents,
    ConnectTemplate template,
    PoolSize size,
    NodeHealth health,
    BiFunction<Node, Connection, W> ways) {}
