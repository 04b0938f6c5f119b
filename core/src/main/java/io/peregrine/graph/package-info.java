/**
 * DSE graph: what is asked, by which options, and what comes back, as vertices, edges, paths and
 * values. {@link io.peregrine.GraphSession} sends it. No thread of its own: parameters are written,
 * and results read, by the thread that hands them over or takes them.
 */
@NullMarked
package io.peregrine.graph;

import org.jspecify.annotations.NullMarked;
