/**
 * Laws of the codec over generated input: against an independent codec, over chopped and corrupted
 * streams, and over bytes that mean nothing. Each law is a target that one thread runs; property
 * tests, the long fuzz run and the coverage-guided one share them.
 */
@NullMarked
package io.peregrine.fuzz.wire;

import org.jspecify.annotations.NullMarked;
