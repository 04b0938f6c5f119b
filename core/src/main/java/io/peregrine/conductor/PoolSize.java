package io.peregrine.conductor;

import org.jspecify.annotations.Nullable;

/**
 * How many connections a session has, and who drives them. Immutable.
 *
 * @param connectionsPerNode how many to each node, at least 1
 * @param owner the thread that drives them, or null for the cluster's agents
 * @param restAfterNanos how long the owner may stay away until they are closed, in ns; 0 for as
 *     long as it likes
 */
public record PoolSize(int connectionsPerNode, @Nullable OwnerThread owner, long restAfterNanos) {}
