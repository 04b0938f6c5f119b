package io.peregrine.conductor;

import io.peregrine.metadata.AggregateMetadata;
import io.peregrine.metadata.ColumnMetadata;
import io.peregrine.metadata.CqlType;
import io.peregrine.metadata.FunctionMetadata;
import io.peregrine.metadata.KeyspaceContents;
import io.peregrine.metadata.TableMetadata;
import io.peregrine.metadata.UserTypeMetadata;
import io.peregrine.metadata.ViewMetadata;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Carries a change of user-defined types to what is made of them: the server tells of the type
 * alone. Confined to the conductor's thread.
 */
final class TypeChange {
  private final TypeResolver types;

  private TypeChange(TypeResolver types) {
    this.types = types;
  }

  /** The contents with these types; what has none of those that changed stays the same object. */
  static KeyspaceContents apply(
      String keyspace, KeyspaceContents old, Map<String, UserTypeMetadata> userTypes) {
    TypeResolver types = new TypeResolver(keyspace);
    userTypes.values().forEach(types::add);
    TypeChange change = new TypeChange(types);
    return new KeyspaceContents(
        mapped(old.tables(), change::table),
        mapped(old.views(), change::view),
        types.all(),
        mapped(old.functions(), change::function),
        mapped(old.aggregates(), change::aggregate));
  }

  private static <K, V> Map<K, V> mapped(Map<K, V> values, UnaryOperator<V> change) {
    Map<K, V> mapped = new TreeMap<>(values);
    mapped.replaceAll(
        (key, value) -> {
          V now = change.apply(value);
          return now.equals(value) ? value : now;
        });
    return mapped;
  }

  private CqlType type(CqlType old) {
    return types.parse(old.text());
  }

  private TableMetadata table(TableMetadata old) {
    return new TableMetadata(
        old.keyspace(),
        old.name(),
        columns(old.columns()),
        old.options(),
        old.traits(),
        old.attachments());
  }

  private ViewMetadata view(ViewMetadata old) {
    return new ViewMetadata(
        old.keyspace(), old.name(), columns(old.columns()), old.options(), old.query());
  }

  private List<ColumnMetadata> columns(List<ColumnMetadata> columns) {
    return columns.stream()
        .map(
            old ->
                new ColumnMetadata(
                    old.name(), old.kind(), type(old.type()), old.isDescending(), old.masking()))
        .toList();
  }

  private FunctionMetadata function(FunctionMetadata old) {
    return new FunctionMetadata(
        old.keyspace(),
        old.signature(),
        old.argumentNames(),
        type(old.returnType()),
        old.definition());
  }

  private AggregateMetadata aggregate(AggregateMetadata old) {
    AggregateMetadata.State state = old.state();
    return new AggregateMetadata(
        old.keyspace(),
        old.signature(),
        new AggregateMetadata.State(state.function(), type(state.type()), state.initial()),
        old.finalFunction(),
        type(old.returnType()),
        old.isDeterministic());
  }
}
