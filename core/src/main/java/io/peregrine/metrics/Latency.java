package io.peregrine.metrics;

/**
 * How long one part of many requests took. Immutable. Times are right to 1 %, and an hour at most.
 *
 * @param count how many times were recorded
 * @param p50 half of them were not longer, in ns; 0 if there are none, as below
 * @param p99 99 % were not longer, in ns
 * @param p999 99.9 % were not longer, in ns
 * @param max the longest, in ns
 */
public record Latency(long count, long p50, long p99, long p999, long max) {}
