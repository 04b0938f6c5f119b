package io.peregrine.metadata;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A table. Immutable; any thread may use it.
 *
 * @param keyspace the keyspace that it is in, as the server has it (unquoted)
 * @param name its name, as the server has it (unquoted)
 * @param columns its columns: those of the partition key, the clustering columns, the others
 * @param options its options by their names
 * @param traits what is unusual about it
 * @param attachments what belongs to it: indexes, triggers, and so on
 */
public record TableMetadata(
    String keyspace,
    String name,
    List<ColumnMetadata> columns,
    Map<String, Object> options,
    Set<Trait> traits,
    TableAttachments attachments)
    implements RelationMetadata {
  /** What can be unusual about a table. */
  public enum Trait {
    /** It is a view of what a node has in its memory, and cannot be made. */
    VIRTUAL,
    /** It is stored as before Cassandra 3. */
    COMPACT_STORAGE,
    /** Thrift made it, with super columns, and CQL could not. */
    SUPER_COLUMNS,
    /** All that is not in its key is counters. */
    COUNTERS
  }

  /** Copies the collections, so that a later change of them does not reach this. */
  public TableMetadata {
    columns = List.copyOf(columns);
    options = Collections.unmodifiableMap(new TreeMap<>(options));
    Set<Trait> copy = EnumSet.noneOf(Trait.class);
    copy.addAll(traits);
    traits = Collections.unmodifiableSet(copy);
  }

  /**
   * Its secondary indexes.
   *
   * @return the indexes by their names
   */
  public Map<String, IndexMetadata> indexes() {
    return attachments.indexes();
  }

  /**
   * Its triggers.
   *
   * @return the triggers by their names
   */
  public Map<String, TriggerMetadata> triggers() {
    return attachments.triggers();
  }

  /**
   * Whether it is a view of what a node has in its memory.
   *
   * @return true if so
   */
  public boolean isVirtual() {
    return traits.contains(Trait.VIRTUAL);
  }

  /**
   * Whether it is stored as before Cassandra 3.
   *
   * @return true if so
   */
  public boolean isCompactStorage() {
    return traits.contains(Trait.COMPACT_STORAGE);
  }

  /**
   * Whether CQL can make it.
   *
   * @return false for virtual tables and some that Thrift made
   */
  public boolean isCqlCompatible() {
    return !isVirtual() && !traits.contains(Trait.SUPER_COLUMNS);
  }

  @Override
  public List<String> problems() {
    List<String> problems = RelationText.problems(this);
    if (traits.contains(Trait.SUPER_COLUMNS)) {
      problems.add("Thrift made it, with super columns, which CQL does not have.");
    }
    if (isVirtual()) {
      problems.add("It is a virtual table.");
    }
    return List.copyOf(problems);
  }

  @Override
  public String describe() {
    List<String> statements = new ArrayList<>();
    statements.add(create());
    indexes().values().forEach(index -> statements.add(index.describe()));
    triggers().values().forEach(trigger -> statements.add(trigger.describe()));
    statements.addAll(attachments.extensionStatements(this));
    return String.join("\n\n", statements);
  }

  private String create() {
    CqlWriter cql = new CqlWriter().raw("CREATE TABLE ").qualified(keyspace, name).raw(" (");
    boolean isInline = primaryKey().size() == 1;
    String separator = "\n    ";
    for (ColumnMetadata column : columns) {
      boolean isKey = isInline && column.kind() == ColumnMetadata.Kind.PARTITION_KEY;
      cql.raw(separator).raw(isKey ? withKey(column) : column.toString());
      separator = ",\n    ";
    }
    if (!isInline) {
      cql.raw(separator).raw(RelationText.primaryKey(this));
    }
    cql.raw("\n)").raw(RelationText.with(clauses()));
    return cql.statement("Table " + keyspace + "." + name, problems());
  }

  /** The words of the key stand behind the mask. */
  private static String withKey(ColumnMetadata column) {
    String mask = column.mask().map(it -> " " + it).orElse("");
    return CqlNames.quoted(column.name()) + " " + column.type() + mask + " PRIMARY KEY";
  }

  private List<String> clauses() {
    List<String> clauses = new ArrayList<>();
    if (isCompactStorage()) {
      clauses.add("COMPACT STORAGE");
    }
    clauses.addAll(RelationText.clusteringOrder(this));
    clauses.addAll(RelationText.options(options));
    attachments.graphLabel().ifPresent(label -> clauses.add(label.toString()));
    return clauses;
  }
}
