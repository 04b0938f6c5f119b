package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.policy.AddressTranslator;
import io.peregrine.policy.ConvictionPolicy;
import io.peregrine.policy.ReconnectionPolicy;
import java.util.function.Function;

/**
 * What a cluster's conductor decides by. Immutable, but that load balancing policies may join.
 *
 * @param loadBalancing which nodes are connected to
 * @param reconnection when to try again
 * @param conviction makes, for each node, what says whether it counts as down
 * @param translator how nodes are reached
 */
public record PolicySet(
    PolicyGroup loadBalancing,
    ReconnectionPolicy reconnection,
    Function<? super Node, ? extends ConvictionPolicy> conviction,
    AddressTranslator translator) {}
