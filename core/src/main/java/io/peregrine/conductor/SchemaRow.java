package io.peregrine.conductor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of a schema table. Immutable, if the map is; any thread may use it. What is missing, or of
 * another type than expected, reads as empty.
 *
 * @param cells the values by the names of the columns
 */
record SchemaRow(Map<String, @Nullable Object> cells) {
  boolean has(String column) {
    return cells.containsKey(column);
  }

  String text(String column) {
    return cells.get(column) instanceof String text ? text : "";
  }

  /** The text, or null if there is none, which may be another thing than an empty one. */
  @Nullable String textOrNull(String column) {
    return cells.get(column) instanceof String text ? text : null;
  }

  boolean isTrue(String column, boolean otherwise) {
    return cells.get(column) instanceof Boolean value ? value : otherwise;
  }

  int number(String column) {
    return cells.get(column) instanceof Number number ? number.intValue() : 0;
  }

  /** The elements of a list or set; null elements as the text "null". */
  List<String> texts(String column) {
    List<String> texts = new ArrayList<>();
    if (cells.get(column) instanceof Collection<?> elements) {
      elements.forEach(element -> texts.add(String.valueOf(element)));
    }
    return texts;
  }

  Map<String, String> map(String column) {
    Map<String, String> map = new LinkedHashMap<>();
    if (cells.get(column) instanceof Map<?, ?> entries) {
      entries.forEach((key, value) -> map.put(String.valueOf(key), String.valueOf(value)));
    }
    return map;
  }
}
