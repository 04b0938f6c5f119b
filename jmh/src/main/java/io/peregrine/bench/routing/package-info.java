/**
 * What it costs to know where keys are, by JMH, next to the Java driver's token map of the same
 * cluster. Called by JMH's threads only.
 */
@NullMarked
package io.peregrine.bench.routing;

import org.jspecify.annotations.NullMarked;
