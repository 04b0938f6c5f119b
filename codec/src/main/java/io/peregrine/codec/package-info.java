/**
 * The protocol's vocabulary: versions, opcodes, consistency levels, error codes, data types and
 * checksums. Everything here is immutable or confined to its caller; any thread may use it.
 */
@NullMarked
package io.peregrine.codec;

import org.jspecify.annotations.NullMarked;
