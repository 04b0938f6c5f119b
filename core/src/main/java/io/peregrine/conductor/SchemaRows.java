package io.peregrine.conductor;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What was read of the schema tables, by keyspace and name. Confined to the conductor's thread. */
final class SchemaRows {
  private final Map<SchemaTable, Map<String, Map<String, List<SchemaRow>>>> rows =
      new EnumMap<>(SchemaTable.class);

  /**
   * Takes the rows of a table.
   *
   * @param skipped is told of rows that do not say what they are about
   */
  void add(SchemaTable table, List<Map<String, @Nullable Object>> read, Consumer<String> skipped) {
    Map<String, Map<String, List<SchemaRow>>> byKeyspace =
        rows.computeIfAbsent(table, none -> new TreeMap<>());
    for (Map<String, @Nullable Object> cells : read) {
      SchemaRow row = new SchemaRow(cells);
      String keyspace = row.text("keyspace_name");
      String name = row.text(table.nameColumn());
      if (keyspace.isEmpty() || name.isEmpty()) {
        skipped.accept("A row of " + table + " without a name is left out: " + brief(cells));
      } else {
        byKeyspace
            .computeIfAbsent(keyspace, none -> new TreeMap<>())
            .computeIfAbsent(name, none -> new ArrayList<>())
            .add(row);
      }
    }
  }

  private static String brief(Map<String, @Nullable Object> cells) {
    String text = cells.toString();
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  /** The keyspaces that have rows in any of these tables. */
  Set<String> keyspaces(SchemaTable... tables) {
    Set<String> names = new TreeSet<>();
    for (SchemaTable table : tables) {
      names.addAll(rows.getOrDefault(table, Map.of()).keySet());
    }
    return names;
  }

  /** The rows of a keyspace, by what they are about. */
  Map<String, List<SchemaRow>> of(SchemaTable table, String keyspace) {
    return rows.getOrDefault(table, Map.of()).getOrDefault(keyspace, Map.of());
  }

  /** The rows of a keyspace that are about one thing. */
  List<SchemaRow> of(SchemaTable table, String keyspace, String name) {
    return of(table, keyspace).getOrDefault(name, List.of());
  }
}
