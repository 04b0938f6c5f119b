package io.peregrine.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads GraphSON 1, which has no types: vertices and edges say what they are, all else is what JSON
 * has for it. Stateless.
 */
final class PlainGraphson {
  static final ElementReader ELEMENTS = new ElementReader(PlainGraphson::read);

  private PlainGraphson() {}

  /** Reads what {@link JsonReader} has made. */
  static @Nullable Object read(@Nullable Object json) {
    if (json instanceof JsonNumber number) {
      return number.value();
    }
    if (json instanceof List<?> list) {
      List<@Nullable Object> read = new ArrayList<>(list.size());
      list.forEach(element -> read.add(read(element)));
      return Collections.unmodifiableList(read);
    }
    return json instanceof Map<?, ?> map ? object(map) : json;
  }

  private static Object object(Map<?, ?> json) {
    if (json.containsKey("id") && json.containsKey("label")) {
      if ("vertex".equals(json.get("type"))) {
        return ELEMENTS.vertex(json);
      }
      if ("edge".equals(json.get("type"))) {
        return ELEMENTS.edge(json);
      }
    }
    Map<Object, @Nullable Object> read = new LinkedHashMap<>();
    json.forEach((name, member) -> read.put(name, read(member)));
    return Collections.unmodifiableMap(read);
  }
}
