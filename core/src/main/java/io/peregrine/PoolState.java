package io.peregrine;

/**
 * What a session's connections to one node carry, at some moment. Immutable.
 *
 * @param openConnections how many can take requests; 0 if the node is not connected now
 * @param inFlight how many requests wait for them or are in flight on them, the orphaned included
 * @param orphaned how many requests have timed out whose answers have not come yet
 */
public record PoolState(int openConnections, int inFlight, int orphaned) {}
