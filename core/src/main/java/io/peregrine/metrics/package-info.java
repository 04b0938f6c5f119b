/**
 * What a running driver tells of itself: counters and latencies inside its process, and {@link
 * io.peregrine.metrics.Stat} for other processes. Any thread may read; nothing is computed for
 * nobody.
 */
@NullMarked
package io.peregrine.metrics;

import org.jspecify.annotations.NullMarked;
