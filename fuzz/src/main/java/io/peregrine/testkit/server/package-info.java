/**
 * A server for tests that speaks the native protocol through codecs other than the driver's own, so
 * that a misreading of the specification cannot hide on both sides. Tests of every module may start
 * one in their own process; its threads are daemons whose names begin with {@code testkit}.
 */
@NullMarked
package io.peregrine.testkit.server;

import org.jspecify.annotations.NullMarked;
