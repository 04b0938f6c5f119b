/**
 * LZ4 and Snappy: bare blocks, and the bodies of v3, v4 and DSE envelopes. Every object here
 * belongs to one thread, an agent's as a rule, and frees its off-heap memory when it is closed.
 */
@NullMarked
package io.peregrine.codec.compress;

import org.jspecify.annotations.NullMarked;
