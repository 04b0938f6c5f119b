package io.peregrine.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One value of a vertex's property. Immutable, as far as its values are; any thread may use it.
 *
 * @param id what identifies it; null if the server does not tell
 * @param label the property's name; empty if the server does not tell, as in a GraphSON 1 result
 *     that is the property alone
 * @param value its value
 * @param properties what is said of this value, by name
 */
public record VertexProperty(
    @Nullable Object id,
    String label,
    @Nullable Object value,
    Map<String, @Nullable Object> properties) {
  /** Copies the map. */
  public VertexProperty {
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }
}
