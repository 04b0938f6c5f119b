/**
 * What {@link io.peregrine.TlsOptions} lead to: engines, and contexts made of files. Used on
 * threads that may wait for a disk, never on an agent's.
 */
@NullMarked
package io.peregrine.tls;

import org.jspecify.annotations.NullMarked;
