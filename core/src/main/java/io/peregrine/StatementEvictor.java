package io.peregrine;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.conductor.PreparedRegistry;
import io.peregrine.metadata.AggregateMetadata;
import io.peregrine.metadata.FunctionMetadata;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.TableMetadata;
import io.peregrine.metadata.UserTypeMetadata;
import io.peregrine.metadata.ViewMetadata;
import java.util.List;
import java.util.function.Predicate;

/**
 * Sees to it that a text is not taken for the statement that it was before the schema changed.
 * Confined to the conductor's thread, but for {@link #changes}.
 *
 * <p>If a table or type has changed that a statement's variables or results are of, the next {@code
 * prepare} asks a server again. If it has gone, the statement is forgotten.
 */
final class StatementEvictor implements SchemaChangeListener {
  private final PreparedRegistry<PreparedStatement> statements;
  private volatile int changes;

  StatementEvictor(PreparedRegistry<PreparedStatement> statements) {
    this.statements = statements;
  }

  /** How many changes there have been. For any thread. */
  int changes() {
    return changes;
  }

  /** Something changes; before statements are looked at for it. */
  void onChange() {
    changes = changes + 1;
  }

  @Override
  public void onTableUpdated(TableMetadata current, TableMetadata previous) {
    doubt(statement -> isOfTable(statement, current.keyspace(), current.name()));
  }

  @Override
  public void onTableDropped(TableMetadata dropped) {
    forget(statement -> isOfTable(statement, dropped.keyspace(), dropped.name()));
  }

  @Override
  public void onViewUpdated(ViewMetadata current, ViewMetadata previous) {
    doubt(statement -> isOfTable(statement, current.keyspace(), current.name()));
  }

  @Override
  public void onViewDropped(ViewMetadata dropped) {
    forget(statement -> isOfTable(statement, dropped.keyspace(), dropped.name()));
  }

  @Override
  public void onUserTypeUpdated(UserTypeMetadata current, UserTypeMetadata previous) {
    doubt(statement -> isOfType(statement, current.keyspace(), current.name()));
  }

  @Override
  public void onUserTypeDropped(UserTypeMetadata dropped) {
    forget(statement -> isOfType(statement, dropped.keyspace(), dropped.name()));
  }

  @Override
  public void onFunctionUpdated(FunctionMetadata current, FunctionMetadata previous) {
    doubt(statement -> isOfKeyspace(statement, current.keyspace()));
  }

  @Override
  public void onFunctionDropped(FunctionMetadata dropped) {
    doubt(statement -> isOfKeyspace(statement, dropped.keyspace()));
  }

  @Override
  public void onAggregateUpdated(AggregateMetadata current, AggregateMetadata previous) {
    doubt(statement -> isOfKeyspace(statement, current.keyspace()));
  }

  @Override
  public void onAggregateDropped(AggregateMetadata dropped) {
    doubt(statement -> isOfKeyspace(statement, dropped.keyspace()));
  }

  @Override
  public void onKeyspaceDropped(KeyspaceMetadata dropped) {
    forget(statement -> isOfKeyspace(statement, dropped.name()));
  }

  private void doubt(Predicate<PreparedStatement> which) {
    onChange();
    statements.forEach(
        statement -> {
          if (which.test(statement)) {
            statement.doubt();
          }
        });
  }

  private void forget(Predicate<PreparedStatement> which) {
    onChange();
    statements.forget((text, statement) -> which.test(statement));
  }

  private static boolean isOfKeyspace(PreparedStatement statement, String keyspace) {
    return keyspace.equals(statement.keyspace())
        || hasColumn(statement.variables(), keyspace)
        || hasColumn(statement.resultColumns(), keyspace);
  }

  private static boolean hasColumn(ColumnDefinitions columns, String keyspace) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.keyspace(i).equals(keyspace)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfTable(PreparedStatement statement, String keyspace, String table) {
    return hasColumn(statement.variables(), keyspace, table)
        || hasColumn(statement.resultColumns(), keyspace, table);
  }

  private static boolean hasColumn(ColumnDefinitions columns, String keyspace, String table) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.keyspace(i).equals(keyspace) && columns.table(i).equals(table)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfType(PreparedStatement statement, String keyspace, String name) {
    return hasType(statement.variables(), keyspace, name)
        || hasType(statement.resultColumns(), keyspace, name);
  }

  private static boolean hasType(ColumnDefinitions columns, String keyspace, String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (isIn(columns.type(i), keyspace, name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIn(DataType type, String keyspace, String name) {
    if (type instanceof DataType.UserType udt) {
      return udt.keyspace().equals(keyspace) && udt.name().equals(name)
          || isIn(udt.fieldTypes(), keyspace, name);
    }
    if (type instanceof DataType.ListType list) {
      return isIn(list.element(), keyspace, name);
    }
    if (type instanceof DataType.SetType set) {
      return isIn(set.element(), keyspace, name);
    }
    if (type instanceof DataType.MapType map) {
      return isIn(map.key(), keyspace, name) || isIn(map.value(), keyspace, name);
    }
    if (type instanceof DataType.VectorType vector) {
      return isIn(vector.element(), keyspace, name);
    }
    return type instanceof DataType.TupleType tuple && isIn(tuple.components(), keyspace, name);
  }

  private static boolean isIn(List<DataType> types, String keyspace, String name) {
    for (DataType type : types) {
      if (isIn(type, keyspace, name)) {
        return true;
      }
    }
    return false;
  }
}
