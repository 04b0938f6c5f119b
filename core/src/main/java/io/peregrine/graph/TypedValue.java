package io.peregrine.graph;

import org.jspecify.annotations.Nullable;

/**
 * A value of a GraphSON type that the driver has no class for. Immutable, as far as what is in it
 * is; any thread may use it.
 *
 * @param type the type, such as {@code g:Tree}
 * @param value what the type is of, read as if it stood alone
 */
public record TypedValue(String type, @Nullable Object value) {}
