package io.peregrine.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An edge. Immutable, as far as its ids and values are; any thread may use it.
 *
 * @param id what identifies it
 * @param label its label
 * @param outV the id of the vertex that it comes from
 * @param outVLabel the label of that vertex
 * @param inV the id of the vertex that it goes to
 * @param inVLabel the label of that vertex
 * @param properties its properties by name; empty if the server has left them out
 */
public record Edge(
    Object id,
    String label,
    Object outV,
    String outVLabel,
    Object inV,
    String inVLabel,
    Map<String, @Nullable Object> properties) {
  /** Copies the map. */
  public Edge {
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }
}
