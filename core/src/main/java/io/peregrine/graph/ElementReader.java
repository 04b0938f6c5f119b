package io.peregrine.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes vertices, edges, properties and paths of the objects that all GraphSONs have for them; they
 * differ in what stands inside. Immutable; any thread may use it.
 */
final class ElementReader {
  private final UnaryOperator<@Nullable Object> values;

  /**
   * A reader of elements.
   *
   * @param values reads a value that stands inside, and leaves alone what is none of its GraphSON
   */
  ElementReader(UnaryOperator<@Nullable Object> values) {
    this.values = values;
  }

  Vertex vertex(Map<?, ?> json) {
    Map<String, List<VertexProperty>> properties = new LinkedHashMap<>();
    members(json.get("properties"), "a vertex")
        .forEach((name, list) -> properties.put(name, vertexProperties(name, list)));
    return new Vertex(
        required(json, "id", "a vertex"), text(json, "label", "vertex", "a vertex"), properties);
  }

  private List<VertexProperty> vertexProperties(String name, @Nullable Object json) {
    if (!(untyped(json) instanceof Collection<?> read)) {
      throw wrong(json, "the array of a vertex's property");
    }
    List<VertexProperty> properties = new ArrayList<>();
    for (Object each : read) {
      Object property = untyped(each);
      if (property instanceof VertexProperty known) {
        properties.add(known);
      } else if (property instanceof Map<?, ?> map) {
        properties.add(vertexProperty(map, name));
      } else {
        throw wrong(property, "a vertex's property");
      }
    }
    return properties;
  }

  /**
   * A property of a vertex.
   *
   * @param name its name, if it does not tell
   */
  VertexProperty vertexProperty(Map<?, ?> json, String name) {
    if (!json.containsKey("value")) {
      throw missing("value", "a vertex's property");
    }
    return new VertexProperty(
        values.apply(json.get("id")),
        text(json, "label", name, "a vertex's property"),
        values.apply(json.get("value")),
        properties(json.get("properties"), "a vertex's property"));
  }

  Edge edge(Map<?, ?> json) {
    return new Edge(
        required(json, "id", "an edge"),
        text(json, "label", "edge", "an edge"),
        required(json, "outV", "an edge"),
        text(json, "outVLabel", "vertex", "an edge"),
        required(json, "inV", "an edge"),
        text(json, "inVLabel", "vertex", "an edge"),
        properties(json.get("properties"), "an edge"));
  }

  Property property(Map<?, ?> json) {
    if (!json.containsKey("value")) {
      throw missing("value", "a property");
    }
    return new Property(
        String.valueOf(required(json, "key", "a property")), values.apply(json.get("value")));
  }

  Path path(Map<?, ?> json) {
    List<Set<String>> labels = new ArrayList<>();
    for (Object names : collection(json, "labels")) {
      if (!(names instanceof Collection<?> step)) {
        throw wrong(names, "the names of a path's step");
      }
      Set<String> set = new LinkedHashSet<>();
      for (Object name : step) {
        set.add(String.valueOf(name));
      }
      labels.add(set);
    }
    List<@Nullable Object> objects = new ArrayList<>(collection(json, "objects"));
    if (labels.size() != objects.size()) {
      throw new GraphsonException(
          "A path with the names of "
              + labels.size()
              + " steps and the objects of "
              + objects.size());
    }
    return new Path(labels, objects);
  }

  private Collection<? extends @Nullable Object> collection(Map<?, ?> json, String name) {
    Object member = json.get(name);
    if (values.apply(member) instanceof Collection<?> read) {
      return read;
    }
    throw member == null ? missing(name, "a path") : wrong(member, "a path's " + name);
  }

  private Map<String, @Nullable Object> properties(@Nullable Object json, String of) {
    Map<String, @Nullable Object> read = new LinkedHashMap<>();
    members(json, of)
        .forEach(
            (name, member) -> {
              Object value = values.apply(member);
              read.put(name, value instanceof Property property ? property.value() : value);
            });
    return read;
  }

  /** The properties that are not read yet: they may have any name, that of a type too. */
  private Map<String, @Nullable Object> members(@Nullable Object json, String of) {
    Object object = untyped(json);
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    if (object instanceof Map<?, ?> map) {
      map.forEach((name, value) -> members.put(String.valueOf(name), value));
    } else if (object != null) {
      throw wrong(json, "the properties of " + of);
    }
    return members;
  }

  /** What is of a type is read; all else is left as it is. */
  private @Nullable Object untyped(@Nullable Object json) {
    return json instanceof Map<?, ?> map && isTyped(map) ? values.apply(json) : json;
  }

  private static boolean isTyped(Map<?, ?> json) {
    return json.size() == 2 && json.containsKey("@type") && json.containsKey("@value");
  }

  private Object required(Map<?, ?> json, String name, String of) {
    Object value = values.apply(json.get(name));
    if (value == null) {
      throw missing(name, of);
    }
    return value;
  }

  private static String text(Map<?, ?> json, String name, String otherwise, String of) {
    Object value = json.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof String text) {
      return text;
    }
    throw wrong(value, "the " + name + " of " + of);
  }

  private static GraphsonException missing(String name, String of) {
    return new GraphsonException("The " + name + " of " + of + " is missing");
  }

  private static GraphsonException wrong(@Nullable Object value, String place) {
    return new GraphsonException(TextForms.shown(value) + " stands in the place of " + place);
  }
}
