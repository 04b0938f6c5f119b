/**
 * What the driver costs, by JMH: the codec alone, the ring alone, and whole round trips against a
 * server in the same process. Called by JMH's threads only.
 */
@NullMarked
package io.peregrine.bench;

import org.jspecify.annotations.NullMarked;
