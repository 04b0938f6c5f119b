/**
 * Rows and values as bytes: flyweights that read the cells of a RESULT, and the writer of request
 * values. Readers and writers belong to one thread and allocate nothing after warm-up, but where a
 * method says so; column definitions are immutable and may be shared. Handlers of results and
 * statements call it.
 */
@NullMarked
package io.peregrine.codec.row;

import org.jspecify.annotations.NullMarked;
