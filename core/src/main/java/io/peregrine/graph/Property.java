package io.peregrine.graph;

import org.jspecify.annotations.Nullable;

/**
 * A property of an edge, or of a vertex's property. Immutable, as far as its value is; any thread
 * may use it.
 *
 * @param key its name
 * @param value its value
 */
public record Property(String key, @Nullable Object value) {}
