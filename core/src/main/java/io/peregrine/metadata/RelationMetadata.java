package io.peregrine.metadata;

import io.peregrine.metadata.ColumnMetadata.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Something that has rows: a table or a materialized view. Immutable; any thread may use it. */
public sealed interface RelationMetadata extends SchemaElement permits TableMetadata, ViewMetadata {
  /**
   * The keyspace that it is in.
   *
   * @return the name, as the server has it (unquoted)
   */
  String keyspace();

  /**
   * Its name.
   *
   * @return the name, as the server has it (unquoted)
   */
  String name();

  /**
   * Its columns.
   *
   * @return those of the partition key first, then the clustering columns, then the static ones by
   *     name, then the others by name: the order in which {@code SELECT *} gives them
   */
  List<ColumnMetadata> columns();

  /**
   * Its options, those included that this driver does not know.
   *
   * @return text, numbers, truth values, and maps of text to text, by the name of the option, which
   *     they are sorted by
   */
  Map<String, Object> options();

  /**
   * The columns of the partition key.
   *
   * @return the columns, in order; empty if the server did not tell
   */
  default List<ColumnMetadata> partitionKey() {
    return columns().stream().filter(column -> column.kind() == Kind.PARTITION_KEY).toList();
  }

  /**
   * The columns by which the rows of a partition are ordered.
   *
   * @return the columns, in order; empty if there are none
   */
  default List<ColumnMetadata> clusteringKey() {
    return columns().stream().filter(column -> column.kind() == Kind.CLUSTERING).toList();
  }

  /**
   * The columns that tell rows apart.
   *
   * @return those of the partition key, then the clustering columns
   */
  default List<ColumnMetadata> primaryKey() {
    List<ColumnMetadata> key = new ArrayList<>(partitionKey());
    key.addAll(clusteringKey());
    return List.copyOf(key);
  }

  /**
   * One of the columns.
   *
   * @param name its name, as the server has it (unquoted)
   * @return the column; empty if there is none of that name
   */
  default Optional<ColumnMetadata> column(String name) {
    return columns().stream().filter(column -> column.name().equals(name)).findFirst();
  }
}
