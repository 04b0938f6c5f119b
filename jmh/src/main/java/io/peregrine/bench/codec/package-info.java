/**
 * What the codec costs, by JMH, next to two anchors on the same bytes: {@code peer} is
 * native-protocol with the Java driver's codecs and rows, {@code floor} a flyweight written by hand
 * for just that shape. Called by JMH's threads only.
 */
@NullMarked
package io.peregrine.bench.codec;

import org.jspecify.annotations.NullMarked;
