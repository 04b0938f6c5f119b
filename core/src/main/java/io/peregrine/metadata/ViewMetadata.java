package io.peregrine.metadata;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A materialized view. Immutable; any thread may use it.
 *
 * @param keyspace the keyspace that it is in, as the server has it (unquoted)
 * @param name its name, as the server has it (unquoted)
 * @param columns its columns: those of the partition key, the clustering columns, the others
 * @param options its options by their names
 * @param query which rows of which table it shows
 */
public record ViewMetadata(
    String keyspace,
    String name,
    List<ColumnMetadata> columns,
    Map<String, Object> options,
    Query query)
    implements RelationMetadata {
  /**
   * Which rows of which table a view shows.
   *
   * @param baseTable the name of the table, as the server has it (unquoted)
   * @param includesAllColumns whether it has all of the table's columns, those included that are
   *     added later
   * @param whereClause the condition, without the word WHERE
   */
  public record Query(String baseTable, boolean includesAllColumns, String whereClause) {}

  /** Copies the collections, so that a later change of them does not reach this. */
  public ViewMetadata {
    columns = List.copyOf(columns);
    options = Collections.unmodifiableMap(new TreeMap<>(options));
  }

  /**
   * The table whose rows it shows.
   *
   * @return the name, as the server has it (unquoted)
   */
  public String baseTable() {
    return query.baseTable();
  }

  @Override
  public List<String> problems() {
    List<String> problems = RelationText.problems(this);
    if (baseTable().isEmpty() || query.whereClause().isEmpty()) {
      problems.add("The server does not tell of what it is a view.");
    }
    return List.copyOf(problems);
  }

  @Override
  public String describe() {
    CqlWriter cql = new CqlWriter().raw("CREATE MATERIALIZED VIEW ").qualified(keyspace, name);
    cql.raw(" AS\n    SELECT ");
    if (query.includesAllColumns()) {
      cql.raw("*");
    } else {
      cql.names(columns.stream().map(ColumnMetadata::name).toList());
    }
    cql.raw("\n    FROM ").qualified(keyspace, baseTable());
    cql.raw("\n    WHERE ").raw(query.whereClause());
    cql.raw("\n    ").raw(RelationText.primaryKey(this)).raw(RelationText.with(clauses()));
    return cql.statement("Materialized view " + keyspace + "." + name, problems());
  }

  private List<String> clauses() {
    // Rows of a view expire with those of its table; the server refuses to be told when.
    Map<String, Object> given = new TreeMap<>(options);
    given.remove("default_time_to_live");
    List<String> clauses = new ArrayList<>(RelationText.clusteringOrder(this));
    clauses.addAll(RelationText.options(given));
    return clauses;
  }
}
