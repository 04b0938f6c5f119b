package io.peregrine.conductor;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements of a cluster that the application still holds. Any thread may use it.
 *
 * <p>A statement that nobody else holds any more goes from here too: its entry is removed when the
 * next one is added.
 *
 * @param <S> a prepared statement
 */
public final class PreparedRegistry<S> {
  private final ConcurrentHashMap<Text, Entry<S>> entries = new ConcurrentHashMap<>();
  private final ReferenceQueue<S> dropped = new ReferenceQueue<>();

  /**
   * What a server makes a statement of. Immutable.
   *
   * @param query the text
   * @param keyspace the keyspace that it was prepared in, or null for none
   */
  public record Text(String query, @Nullable String keyspace) {}

  /** One statement, for as long as somebody holds it. */
  private static final class Entry<S> extends WeakReference<S> {
    private final Text text;

    private Entry(Text text, S statement, ReferenceQueue<S> dropped) {
      super(statement, dropped);
      this.text = text;
    }
  }

  /** A registry without statements. */
  public PreparedRegistry() {}

  /**
   * Keeps a statement, unless there is one for the same text that will do.
   *
   * @param text what it was made of
   * @param fresh the statement, as a server has just described it
   * @param isSame whether the one that is there can stand for the fresh one
   * @return the one to use
   */
  public S keep(Text text, S fresh, Predicate<S> isSame) {
    removeDropped();
    while (true) {
      Entry<S> known = entries.get(text);
      S statement = known == null ? null : known.get();
      if (statement != null && isSame.test(statement)) {
        return statement;
      }
      Entry<S> entry = new Entry<>(text, fresh, dropped);
      if (known == null
          ? entries.putIfAbsent(text, entry) == null
          : entries.replace(text, known, entry)) {
        return fresh;
      }
    }
  }

  /** What to prepare on a node that has forgotten everything. */
  List<Text> texts() {
    List<Text> texts = new ArrayList<>();
    entries.forEach(
        (text, entry) -> {
          if (entry.get() != null) {
            texts.add(text);
          }
        });
    return texts;
  }

  /**
   * How many statements there are.
   *
   * @return at least 0; those are counted too that have been dropped and not been removed yet
   */
  public int size() {
    return entries.size();
  }

  private void removeDropped() {
    for (Reference<? extends S> gone = dropped.poll(); gone != null; gone = dropped.poll()) {
      Entry<?> entry = (Entry<?>) Objects.requireNonNull(gone);
      entries.remove(entry.text, entry);
    }
  }
}
