package io.peregrine.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A keyspace and what is in it. Immutable; any thread may use it.
 *
 * @param name its name, as the server has it (unquoted)
 * @param settings what it was told when it was made
 * @param contents what is in it; nothing if the driver was told not to read schemas
 */
public record KeyspaceMetadata(String name, KeyspaceSettings settings, KeyspaceContents contents)
    implements SchemaElement {
  private static final String LOCATOR = "org.apache.cassandra.locator.";
  private static final Set<String> STRATEGIES =
      Set.of("SimpleStrategy", "NetworkTopologyStrategy", "LocalStrategy", "EverywhereStrategy");

  /**
   * How it is replicated.
   *
   * @return the settings, as the system tables have them; empty for a virtual keyspace
   */
  public Map<String, String> replication() {
    return settings.replication();
  }

  /**
   * Whether writes go to the commit log.
   *
   * @return true if so
   */
  public boolean isDurable() {
    return settings.isDurable();
  }

  /**
   * Whether its tables are views of what a node has in its memory.
   *
   * @return true if so
   */
  public boolean isVirtual() {
    return settings.isVirtual();
  }

  /**
   * Its tables.
   *
   * @return the tables by their names
   */
  public Map<String, TableMetadata> tables() {
    return contents.tables();
  }

  /**
   * One of its tables.
   *
   * @param name its name, as the server has it (unquoted)
   * @return the table; empty if there is none of that name
   */
  public Optional<TableMetadata> table(String name) {
    return Optional.ofNullable(tables().get(name));
  }

  /**
   * Its materialized views.
   *
   * @return the views by their names
   */
  public Map<String, ViewMetadata> views() {
    return contents.views();
  }

  /**
   * The materialized views of one of its tables.
   *
   * @param table the table's name, as the server has it (unquoted)
   * @return the views, in the order of their names
   */
  public List<ViewMetadata> viewsOf(String table) {
    return views().values().stream().filter(view -> view.baseTable().equals(table)).toList();
  }

  /**
   * Its user-defined types.
   *
   * @return the types by their names
   */
  public Map<String, UserTypeMetadata> userTypes() {
    return contents.userTypes();
  }

  /**
   * Its user-defined functions.
   *
   * @return the functions by their signatures
   */
  public Map<FunctionSignature, FunctionMetadata> functions() {
    return contents.functions();
  }

  /**
   * Its user-defined aggregates.
   *
   * @return the aggregates by their signatures
   */
  public Map<FunctionSignature, AggregateMetadata> aggregates() {
    return contents.aggregates();
  }

  /**
   * The same with other contents.
   *
   * @param contents what is in it
   * @return the keyspace
   */
  public KeyspaceMetadata withContents(KeyspaceContents contents) {
    return new KeyspaceMetadata(name, settings, contents);
  }

  /**
   * The same with other settings.
   *
   * @param settings what it is told
   * @return the keyspace
   */
  public KeyspaceMetadata withSettings(KeyspaceSettings settings) {
    return new KeyspaceMetadata(name, settings, contents);
  }

  /** Those of the keyspace itself; what is in it has its own. */
  @Override
  public List<String> problems() {
    if (isVirtual()) {
      return List.of("It is a virtual keyspace.");
    }
    String strategy = strategy();
    if (strategy.isEmpty()) {
      return List.of("The server does not tell how it is replicated.");
    }
    return STRATEGIES.contains(strategy)
        ? List.of()
        : List.of("The driver does not know its replication strategy, " + strategy + ".");
  }

  /** Its class without the package that all strategies of the server are in. */
  private String strategy() {
    String className = replication().getOrDefault("class", "");
    return className.startsWith(LOCATOR) ? className.substring(LOCATOR.length()) : className;
  }

  /**
   * The keyspace alone, without what is in it.
   *
   * @return the CQL that makes it
   */
  public String describeAlone() {
    CqlWriter cql = new CqlWriter().raw("CREATE KEYSPACE ").name(name);
    cql.raw(" WITH replication = {'class': ").literal(strategy());
    replication()
        .forEach(
            (key, value) -> {
              if (!key.equals("class")) {
                cql.raw(", ").literal(key).raw(": ").literal(value);
              }
            });
    cql.raw("}  AND durable_writes = ").literal(isDurable());
    if (!settings.graphEngine().isEmpty()) {
      cql.raw("  AND graph_engine = ").literal(settings.graphEngine());
    }
    return cql.statement("Keyspace " + name, problems());
  }

  /**
   * All of it, each thing behind those that it needs: the keyspace, types, functions, aggregates,
   * and the tables, each with its indexes, triggers and views.
   */
  @Override
  public String describe() {
    List<String> statements = new ArrayList<>();
    statements.add(describeAlone());
    new TypeOrder(userTypes()).sorted().forEach(type -> statements.add(type.describe()));
    functions().values().forEach(function -> statements.add(function.describe()));
    aggregates().values().forEach(aggregate -> statements.add(aggregate.describe()));
    for (TableMetadata table : tables().values()) {
      statements.add(table.describe());
      viewsOf(table.name()).forEach(view -> statements.add(view.describe()));
    }
    for (ViewMetadata view : views().values()) {
      if (!tables().containsKey(view.baseTable())) {
        statements.add(view.describe());
      }
    }
    return String.join("\n\n", statements);
  }
}
