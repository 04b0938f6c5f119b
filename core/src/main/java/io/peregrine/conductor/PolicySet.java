package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.policy.AddressTranslator;
import io.peregrine.policy.ConvictionPolicy;
import io.peregrine.policy.ReconnectionPolicy;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What a cluster's conductor decides by. Immutable, but that load balancing policies may join.
 *
 * @param loadBalancing which nodes are connected to
 * @param reconnection when to try again
 * @param conviction makes, for each node, what says whether it counts as down
 * @param translator how nodes are reached
 * @param credentialChanges how often what the client logs in with has changed
 */
public record PolicySet(
    PolicyGroup loadBalancing,
    ReconnectionPolicy reconnection,
    Function<? super Node, ? extends ConvictionPolicy> conviction,
    AddressTranslator translator,
    LongSupplier credentialChanges) {}
