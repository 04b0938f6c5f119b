package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server that has nothing but schema tables, whose rows are put there. Confined to the test's
 * thread.
 */
final class SchemaOfRows implements SchemaQuery {
  private static final Pattern QUERY =
      Pattern.compile(
          "SELECT \\* FROM (\\S+)"
              + "(?: WHERE (\\w+) = '((?:[^']|'')*)')?(?: AND (\\w+) = '((?:[^']|'')*)')?");

  /** The queries that were asked, in order. */
  final List<String> asked = new ArrayList<>();

  private final Map<String, List<Map<String, @Nullable Object>>> tables = new LinkedHashMap<>();
  private final Map<String, RuntimeException> failures = new LinkedHashMap<>();
  private final List<Runnable> held = new ArrayList<>();
  private boolean holds;

  /** A server with the tables of Cassandra 3.11, all empty. */
  static SchemaOfRows empty() {
    SchemaOfRows schema = new SchemaOfRows();
    for (SchemaTable table : SchemaTable.values()) {
      if (table.isRequired()) {
        schema.tables.put(table.toString(), new ArrayList<>());
      }
    }
    return schema;
  }

  /** A server that has a keyspace {@code ks}, of one replica. */
  static SchemaOfRows withKeyspace() {
    return empty()
        .row(
            "keyspaces",
            "keyspace_name",
            "ks",
            "durable_writes",
            true,
            "replication",
            Map.of(
                "class", "org.apache.cassandra.locator.SimpleStrategy", "replication_factor", "1"));
  }

  /** A server that has none of these tables. */
  static SchemaOfRows ofAnOldServer() {
    return new SchemaOfRows();
  }

  /** One more row: names of columns and values, in turn. */
  SchemaOfRows row(String table, @Nullable Object... cells) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    for (int i = 0; i < cells.length; i += 2) {
      row.put(String.valueOf(cells[i]), cells[i + 1]);
    }
    String name = table.contains(".") ? table : "system_schema." + table;
    tables.computeIfAbsent(name, none -> new ArrayList<>()).add(row);
    return this;
  }

  /** One more column of a table in {@code ks}. */
  SchemaOfRows column(String table, String name, String kind, int position, String type) {
    return row(
        "columns",
        "keyspace_name",
        "ks",
        "table_name",
        table,
        "column_name",
        name,
        "clustering_order",
        kind.equals("clustering") ? "asc" : "none",
        "kind",
        kind,
        "position",
        position,
        "type",
        type);
  }

  /** One more table in {@code ks}, with a key {@code k} and more cells in its row. */
  SchemaOfRows table(String name, @Nullable Object... more) {
    column(name, "k", "partition_key", 0, "int");
    List<@Nullable Object> cells =
        new ArrayList<>(List.of("keyspace_name", "ks", "table_name", name));
    cells.addAll(java.util.Arrays.asList(more));
    return row("tables", cells.toArray());
  }

  /** Takes all rows of a table away. */
  SchemaOfRows clear(String table) {
    tables.put("system_schema." + table, new ArrayList<>());
    return this;
  }

  /** Lets queries for a table fail. */
  SchemaOfRows failing(String table, RuntimeException failure) {
    failures.put(table, failure);
    return this;
  }

  /** From now on, answers come when they are released. */
  SchemaOfRows holding() {
    holds = true;
    return this;
  }

  void release() {
    held.forEach(Runnable::run);
    held.clear();
  }

  @Override
  public CompletableFuture<List<Map<String, @Nullable Object>>> ask(String text) {
    asked.add(text);
    CompletableFuture<List<Map<String, @Nullable Object>>> answer = new CompletableFuture<>();
    held.add(() -> answer(text, answer));
    if (!holds) {
      release();
    }
    return answer;
  }

  private void answer(String text, CompletableFuture<List<Map<String, @Nullable Object>>> answer) {
    Matcher query = QUERY.matcher(text);
    if (!query.matches()) {
      throw new AssertionError("no query of the schema: " + text);
    }
    RuntimeException failure = failures.get(query.group(1));
    List<Map<String, @Nullable Object>> rows = tables.get(query.group(1));
    if (failure != null) {
      answer.completeExceptionally(failure);
    } else if (rows == null) {
      answer.completeExceptionally(
          new DriverException("/127.0.0.1:9042: unconfigured table " + query.group(1)));
    } else {
      answer.complete(
          rows.stream()
              .filter(row -> matches(row, query.group(2), query.group(3)))
              .filter(row -> matches(row, query.group(4), query.group(5)))
              .toList());
    }
  }

  private static boolean matches(
      Map<String, @Nullable Object> row, @Nullable String column, @Nullable String value) {
    return column == null || value == null || value.replace("''", "'").equals(row.get(column));
  }
}
