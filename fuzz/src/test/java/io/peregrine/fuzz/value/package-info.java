/**
 * Values of every type, compared with what Cassandra's own serialisers and the Java driver's codecs
 * make of them. The test runner alone calls it, on one thread.
 */
@NullMarked
package io.peregrine.fuzz.value;

import org.jspecify.annotations.NullMarked;
