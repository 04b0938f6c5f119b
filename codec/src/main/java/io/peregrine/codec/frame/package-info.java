/**
 * The frames of protocol v5: a checksummed unit on the socket that holds whole envelopes or a piece
 * of a large one. An encoder, decoder or assembler belongs to one connection and its agent's
 * thread.
 */
@NullMarked
package io.peregrine.codec.frame;

import org.jspecify.annotations.NullMarked;
