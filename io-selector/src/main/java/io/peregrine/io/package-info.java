/**
 * The selector agent with its ring, its connections and their buffers. One agent is run by one
 * thread, its own or its caller's; other threads reach it through {@link
 * io.peregrine.io.Connection#offer} and {@link io.peregrine.io.ConnectionProxy}.
 */
@NullMarked
package io.peregrine.io;

import org.jspecify.annotations.NullMarked;
