/**
 * What a large cluster costs a driver: a thousand scripted nodes in a process of their own, and
 * each driver in another. {@link io.peregrine.bench.scale.Scale} starts them and prints the table.
 */
@NullMarked
package io.peregrine.bench.scale;

import org.jspecify.annotations.NullMarked;
