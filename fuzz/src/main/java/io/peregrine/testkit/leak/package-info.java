/**
 * Counts what a test leaves behind: threads, sockets, stream ids, off-heap bytes and allocation.
 * For tests of every module; the counting runs on the test's own thread.
 */
@NullMarked
package io.peregrine.testkit.leak;

import org.jspecify.annotations.NullMarked;
