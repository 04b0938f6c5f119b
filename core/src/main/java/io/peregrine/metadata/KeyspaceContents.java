package io.peregrine.metadata;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is in a keyspace. Immutable; any thread may use it.
 *
 * @param tables the tables by their names
 * @param views the materialized views by their names
 * @param userTypes the user-defined types by their names
 * @param functions the user-defined functions by their signatures
 * @param aggregates the user-defined aggregates by their signatures
 */
public record KeyspaceContents(
    Map<String, TableMetadata> tables,
    Map<String, ViewMetadata> views,
    Map<String, UserTypeMetadata> userTypes,
    Map<FunctionSignature, FunctionMetadata> functions,
    Map<FunctionSignature, AggregateMetadata> aggregates) {
  /** Nothing. */
  public static final KeyspaceContents NONE =
      new KeyspaceContents(Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

  /** Copies the maps, so that a later change of them does not reach this. */
  public KeyspaceContents {
    tables = Collections.unmodifiableMap(new TreeMap<>(tables));
    views = Collections.unmodifiableMap(new TreeMap<>(views));
    userTypes = Collections.unmodifiableMap(new TreeMap<>(userTypes));
    functions = Collections.unmodifiableMap(new TreeMap<>(functions));
    aggregates = Collections.unmodifiableMap(new TreeMap<>(aggregates));
  }

  /**
   * The same with other tables and views.
   *
   * @param tables the tables by their names
   * @param views the materialized views by their names
   * @return the contents
   */
  public KeyspaceContents withRelations(
      Map<String, TableMetadata> tables, Map<String, ViewMetadata> views) {
    return new KeyspaceContents(tables, views, userTypes, functions, aggregates);
  }

  /**
   * The same with other functions.
   *
   * @param functions the user-defined functions by their signatures
   * @return the contents
   */
  public KeyspaceContents withFunctions(Map<FunctionSignature, FunctionMetadata> functions) {
    return new KeyspaceContents(tables, views, userTypes, functions, aggregates);
  }

  /**
   * The same with other aggregates.
   *
   * @param aggregates the user-defined aggregates by their signatures
   * @return the contents
   */
  public KeyspaceContents withAggregates(Map<FunctionSignature, AggregateMetadata> aggregates) {
    return new KeyspaceContents(tables, views, userTypes, functions, aggregates);
  }
}
