/**
 * The public API: clusters, sessions, statements, results and errors. Clusters, sessions and
 * prepared statements are for any thread; statements and results belong to one thread at a time.
 */
@NullMarked
package io.peregrine;

import org.jspecify.annotations.NullMarked;
