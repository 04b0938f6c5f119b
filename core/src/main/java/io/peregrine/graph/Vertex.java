package io.peregrine.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A vertex. Immutable, as far as its ids and values are; any thread may use it.
 *
 * @param id what identifies it; in the graphs of DSE before 6.8 a map
 * @param label its label
 * @param properties its properties by name, each with all of its values; empty if the server has
 *     left them out
 */
public record Vertex(Object id, String label, Map<String, List<VertexProperty>> properties) {
  /** Copies the map and its lists. */
  public Vertex {
    Map<String, List<VertexProperty>> copy = new LinkedHashMap<>(properties);
    copy.replaceAll((name, values) -> List.copyOf(values));
    properties = Collections.unmodifiableMap(copy);
  }

  /**
   * The first value of a property.
   *
   * @param name the property's name
   * @return the value with what is said of it; empty if there is no such property
   */
  public Optional<VertexProperty> property(String name) {
    List<VertexProperty> values = properties.get(name);
    return values == null ? Optional.empty() : values.stream().findFirst();
  }
}
