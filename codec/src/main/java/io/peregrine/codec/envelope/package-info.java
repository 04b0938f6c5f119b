/**
 * Envelopes: the header, one encoder for each request and one decoder for each response that is not
 * rows. Encoders are stateless or belong to their caller; decoders belong to the thread that reads.
 */
@NullMarked
package io.peregrine.codec.envelope;

import org.jspecify.annotations.NullMarked;
