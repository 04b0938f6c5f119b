package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.Prepared;
import io.peregrine.metadata.ColumnMetadata;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.Metadata;
import io.peregrine.metadata.TableMetadata;
import java.util.List;

/**
 * Which variables are the partition key, for protocol version 3, which does not tell. Stateless.
 */
final class SchemaKeys {
  private static final int[] NONE = {};

  private SchemaKeys() {}

  /** A statement with its partition key, if the schema tells it. */
  static Prepared complete(Prepared prepared, Metadata metadata) {
    ColumnDefinitions variables = prepared.variables();
    if (variables.size() == 0) {
      return prepared;
    }
    int[] indexes =
        metadata
            .keyspace(variables.keyspace(0))
            .map(KeyspaceMetadata::tables)
            .map(tables -> tables.get(variables.table(0)))
            .map(TableMetadata::partitionKey)
            .map(key -> indexes(variables, key))
            .orElse(NONE);
    return new Prepared(
        prepared.id(),
        prepared.resultMetadataId(),
        variables,
        indexes,
        prepared.resultColumns(),
        prepared.hasResultColumns());
  }

  private static int[] indexes(ColumnDefinitions variables, List<ColumnMetadata> key) {
    int[] indexes = new int[key.size()];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = indexOf(variables, key.get(i).name());
      if (indexes[i] < 0) {
        return NONE;
      }
    }
    return indexes;
  }

  private static int indexOf(ColumnDefinitions variables, String name) {
    for (int i = 0; i < variables.size(); i++) {
      if (variables.name(i).equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
