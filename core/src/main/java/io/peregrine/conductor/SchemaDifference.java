package io.peregrine.conductor;

import io.peregrine.SchemaChangeListener;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.Keyspaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What tells one state of the schema from the next, as news for listeners. Stateless: any thread
 * may use it.
 */
final class SchemaDifference {
  private SchemaDifference() {}

  /**
   * The news, in an order in which what is made of something comes after it.
   *
   * @param before the schema as it was
   * @param after the schema as it is
   * @return calls of a listener, one for each change
   */
  static List<Consumer<SchemaChangeListener>> between(Keyspaces before, Keyspaces after) {
    List<Consumer<SchemaChangeListener>> news = new ArrayList<>();
    compare(
        before.all(),
        after.all(),
        keyspace -> {
          news.add(listener -> listener.onKeyspaceCreated(keyspace));
          compareContents(news, null, keyspace);
        },
        (now, old) -> {
          if (!now.settings().equals(old.settings())) {
            news.add(listener -> listener.onKeyspaceUpdated(now, old));
          }
          compareContents(news, old, now);
        },
        keyspace -> {
          compareContents(news, keyspace, null);
          news.add(listener -> listener.onKeyspaceDropped(keyspace));
        });
    return news;
  }

  private static void compareContents(
      List<Consumer<SchemaChangeListener>> news,
      @Nullable KeyspaceMetadata before,
      @Nullable KeyspaceMetadata after) {
    compare(
        of(before, KeyspaceMetadata::userTypes),
        of(after, KeyspaceMetadata::userTypes),
        type -> news.add(listener -> listener.onUserTypeCreated(type)),
        (now, old) -> news.add(listener -> listener.onUserTypeUpdated(now, old)),
        type -> news.add(listener -> listener.onUserTypeDropped(type)));
    compare(
        of(before, KeyspaceMetadata::tables),
        of(after, KeyspaceMetadata::tables),
        table -> news.add(listener -> listener.onTableCreated(table)),
        (now, old) -> news.add(listener -> listener.onTableUpdated(now, old)),
        table -> news.add(listener -> listener.onTableDropped(table)));
    compare(
        of(before, KeyspaceMetadata::views),
        of(after, KeyspaceMetadata::views),
        view -> news.add(listener -> listener.onViewCreated(view)),
        (now, old) -> news.add(listener -> listener.onViewUpdated(now, old)),
        view -> news.add(listener -> listener.onViewDropped(view)));
    compare(
        of(before, KeyspaceMetadata::functions),
        of(after, KeyspaceMetadata::functions),
        function -> news.add(listener -> listener.onFunctionCreated(function)),
        (now, old) -> news.add(listener -> listener.onFunctionUpdated(now, old)),
        function -> news.add(listener -> listener.onFunctionDropped(function)));
    compare(
        of(before, KeyspaceMetadata::aggregates),
        of(after, KeyspaceMetadata::aggregates),
        aggregate -> news.add(listener -> listener.onAggregateCreated(aggregate)),
        (now, old) -> news.add(listener -> listener.onAggregateUpdated(now, old)),
        aggregate -> news.add(listener -> listener.onAggregateDropped(aggregate)));
  }

  private static <K, V> Map<K, V> of(
      @Nullable KeyspaceMetadata keyspace, Function<KeyspaceMetadata, Map<K, V>> part) {
    return Optional.ofNullable(keyspace).map(part).orElse(Map.of());
  }

  private static <K, V> void compare(
      Map<K, V> before,
      Map<K, V> after,
      Consumer<V> created,
      BiConsumer<V, V> updated,
      Consumer<V> dropped) {
    before.forEach(
        (name, old) -> {
          if (!after.containsKey(name)) {
            dropped.accept(old);
          }
        });
    after.forEach(
        (name, now) -> {
          V old = before.get(name);
          if (old == null) {
            created.accept(now);
          } else if (now != old && !now.equals(old)) {
            updated.accept(now, old);
          }
        });
  }
}
