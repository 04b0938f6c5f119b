package io.peregrine.conductor;

import java.util.EnumSet;
import java.util.Set;

/** The tables in which a server keeps its schema. Immutable; any thread may use it. */
enum SchemaTable {
  /** Keyspaces. */
  KEYSPACES("system_schema.keyspaces", "keyspace_name", true),
  /** Tables. */
  TABLES("system_schema.tables", "table_name", true),
  /** Columns of tables and views. */
  COLUMNS("system_schema.columns", "table_name", true),
  /** Secondary indexes. */
  INDEXES("system_schema.indexes", "table_name", true),
  /** Triggers. */
  TRIGGERS("system_schema.triggers", "table_name", true),
  /** Materialized views. */
  VIEWS("system_schema.views", "view_name", true),
  /** User-defined types. */
  TYPES("system_schema.types", "type_name", true),
  /** User-defined functions. */
  FUNCTIONS("system_schema.functions", "function_name", true),
  /** User-defined aggregates. */
  AGGREGATES("system_schema.aggregates", "aggregate_name", true),
  /** Masked columns, from Cassandra 5 on. */
  MASKS("system_schema.column_masks", "table_name", false),
  /** Tables that are vertices of a graph, from DSE 6.8 on. */
  VERTICES("system_schema.vertices", "table_name", false),
  /** Tables that are edges of a graph, from DSE 6.8 on. */
  EDGES("system_schema.edges", "table_name", false),
  /** Virtual keyspaces, from Cassandra 4 on. */
  VIRTUAL_KEYSPACES("system_virtual_schema.keyspaces", "keyspace_name", false),
  /** Virtual tables, from Cassandra 4 on. */
  VIRTUAL_TABLES("system_virtual_schema.tables", "table_name", false),
  /** Columns of virtual tables, from Cassandra 4 on. */
  VIRTUAL_COLUMNS("system_virtual_schema.columns", "table_name", false);

  private static final Set<SchemaTable> OF_TABLES =
      EnumSet.of(TABLES, COLUMNS, INDEXES, TRIGGERS, VIEWS, MASKS, VERTICES, EDGES);

  private final String table;
  private final String nameColumn;
  private final boolean isRequired;

  SchemaTable(String table, String nameColumn, boolean isRequired) {
    this.table = table;
    this.nameColumn = nameColumn;
    this.isRequired = isRequired;
  }

  /** The tables that have to be read for a scope. */
  static Set<SchemaTable> of(SchemaScope.Kind kind) {
    return switch (kind) {
      case EVERYTHING, WHOLE_KEYSPACE -> EnumSet.allOf(SchemaTable.class);
      case REPLICATION -> EnumSet.of(KEYSPACES);
      case KEYSPACE -> EnumSet.of(KEYSPACES, VIRTUAL_KEYSPACES);
      case TABLE -> OF_TABLES;
      case TYPE -> EnumSet.of(TYPES);
      case FUNCTION -> EnumSet.of(FUNCTIONS);
      case AGGREGATE -> EnumSet.of(AGGREGATES);
    };
  }

  /** The query for what a scope needs of this table. */
  String query(SchemaScope scope) {
    StringBuilder query = new StringBuilder("SELECT * FROM ").append(table);
    if (!scope.keyspace().isEmpty()) {
      query.append(" WHERE keyspace_name = ").append(literal(scope.keyspace()));
      if (!scope.name().isEmpty()) {
        query.append(" AND ").append(nameColumn).append(" = ").append(literal(scope.name()));
      }
    }
    return query.toString();
  }

  private static String literal(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }

  /** The column that tells what a row is about, or the table that a row belongs to. */
  String nameColumn() {
    return nameColumn;
  }

  /** Whether all servers from Cassandra 3 on have it. */
  boolean isRequired() {
    return isRequired;
  }

  @Override
  public String toString() {
    return table;
  }
}
