package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;

/**
 * What applies to a request that does not say otherwise. Immutable.
 *
 * @param consistency how many replicas have to answer
 * @param pageSize rows in one answer; 0 for all
 * @param timeoutNanos how long an answer may take, in ns; 0 for as long as it takes
 */
record RequestDefaults(ConsistencyLevel consistency, int pageSize, long timeoutNanos) {}
