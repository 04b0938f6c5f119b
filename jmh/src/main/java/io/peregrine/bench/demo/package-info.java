/**
 * A short show of the hot path: 100,000 ticks into a real Cassandra and back. Run by {@code mvn
 * -Pdemo}; nothing else calls it. One application thread offers, the driver's own threads answer.
 */
@NullMarked
package io.peregrine.bench.demo;

import org.jspecify.annotations.NullMarked;
