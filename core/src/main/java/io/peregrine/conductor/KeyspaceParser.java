package io.peregrine.conductor;

import io.peregrine.metadata.AggregateMetadata;
import io.peregrine.metadata.FunctionMetadata;
import io.peregrine.metadata.FunctionSignature;
import io.peregrine.metadata.KeyspaceContents;
import io.peregrine.metadata.KeyspaceSettings;
import io.peregrine.metadata.TableMetadata;
import io.peregrine.metadata.UserTypeMetadata;
import io.peregrine.metadata.ViewMetadata;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Makes what is in one keyspace of the rows that were read. Confined to the conductor's thread.
 *
 * <p>What cannot be made at all is left out, and told to the listener.
 */
final class KeyspaceParser {
  private final String keyspace;
  private final SchemaRows rows;
  private final Consumer<String> skipped;
  private final TypeResolver types;
  private final RelationParser relations;
  private final RoutineParser routines;

  /**
   * A parser of the rows of one keyspace.
   *
   * @param shared option values that equal ones are replaced with
   * @param skipped is told what was left out
   */
  KeyspaceParser(
      String keyspace, SchemaRows rows, Map<Object, Object> shared, Consumer<String> skipped) {
    this.keyspace = keyspace;
    this.rows = rows;
    this.skipped = skipped;
    this.types = new TypeResolver(keyspace);
    this.relations = new RelationParser(keyspace, rows, types, shared);
    this.routines = new RoutineParser(keyspace, types);
  }

  /** Types that are known already, and that were not read now. */
  KeyspaceParser with(Map<String, UserTypeMetadata> known) {
    known.values().forEach(types::add);
    return this;
  }

  /** What the keyspace is told; without a row there is no replication setting. */
  static KeyspaceSettings settings(SchemaRows rows, String keyspace) {
    for (SchemaRow row : rows.of(SchemaTable.KEYSPACES, keyspace, keyspace)) {
      return new KeyspaceSettings(
          row.map("replication"),
          row.isTrue("durable_writes", true),
          false,
          row.text("graph_engine"));
    }
    boolean isVirtual = !rows.of(SchemaTable.VIRTUAL_KEYSPACES, keyspace).isEmpty();
    return new KeyspaceSettings(Map.of(), true, isVirtual, "");
  }

  KeyspaceContents contents() {
    Map<String, UserTypeMetadata> userTypes = userTypes();
    return new KeyspaceContents(tables(), views(), userTypes, functions(), aggregates());
  }

  Map<String, UserTypeMetadata> userTypes() {
    each(SchemaTable.TYPES, types::add);
    return types.all();
  }

  Map<String, TableMetadata> tables() {
    Map<String, TableMetadata> tables = new TreeMap<>();
    each(SchemaTable.TABLES, row -> put(tables, relations.table(row), TableMetadata::name));
    each(
        SchemaTable.VIRTUAL_TABLES,
        row -> put(tables, relations.virtualTable(row), TableMetadata::name));
    return tables;
  }

  Map<String, ViewMetadata> views() {
    Map<String, ViewMetadata> views = new TreeMap<>();
    each(SchemaTable.VIEWS, row -> put(views, relations.view(row), ViewMetadata::name));
    return views;
  }

  Map<FunctionSignature, FunctionMetadata> functions() {
    Map<FunctionSignature, FunctionMetadata> functions = new TreeMap<>();
    each(
        SchemaTable.FUNCTIONS,
        row -> put(functions, routines.function(row), FunctionMetadata::signature));
    return functions;
  }

  Map<FunctionSignature, AggregateMetadata> aggregates() {
    Map<FunctionSignature, AggregateMetadata> aggregates = new TreeMap<>();
    each(
        SchemaTable.AGGREGATES,
        row -> put(aggregates, routines.aggregate(row), AggregateMetadata::signature));
    return aggregates;
  }

  private static <K, V> void put(Map<K, V> map, V value, Function<V, K> key) {
    map.put(key.apply(value), value);
  }

  private void each(SchemaTable table, Consumer<SchemaRow> parse) {
    for (Map.Entry<String, List<SchemaRow>> entry : rows.of(table, keyspace).entrySet()) {
      for (SchemaRow row : entry.getValue()) {
        try {
          parse.accept(row);
        } catch (RuntimeException e) {
          skipped.accept(
              "\""
                  + entry.getKey()
                  + "\" in "
                  + table
                  + " of the keyspace \""
                  + keyspace
                  + "\" is left out, as its row makes no sense: "
                  + e.getMessage());
        }
      }
    }
  }
}
