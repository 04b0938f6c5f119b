package io.peregrine.conductor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements of a cluster, one for each text and keyspace, and no more than a certain
 * number. Any thread may use it.
 *
 * <p>Where there is room for no more, the eldest goes that has not been used since it was last
 * looked at for that; whoever holds it may go on using it.
 *
 * @param <S> a prepared statement
 */
public final class PreparedRegistry<S> {
  private final int capacity;
  private final Predicate<? super S> wasUsed;
  private final Map<Text, S> statements = new LinkedHashMap<>();

  /**
   * What a server makes a statement of. Immutable.
   *
   * @param query the text
   * @param keyspace the keyspace that it was prepared in, or null for none
   */
  public record Text(String query, @Nullable String keyspace) {}

  /**
   * A registry without statements.
   *
   * @param capacity how many it holds at most; 0 for none at all
   * @param wasUsed whether a statement has been used since this was last asked of it
   */
  public PreparedRegistry(int capacity, Predicate<? super S> wasUsed) {
    this.capacity = capacity;
    this.wasUsed = wasUsed;
  }

  /**
   * The statement of a text.
   *
   * @param text what it was made of
   * @return the statement, or null if there is none
   */
  public synchronized @Nullable S find(Text text) {
    return statements.get(text);
  }

  /**
   * Keeps a statement, unless there is one for the same text that will do.
   *
   * @param text what it was made of
   * @param fresh the statement, as a server has just described it
   * @param isSame whether the one that is there can stand for the fresh one
   * @return the one to use
   */
  public synchronized S keep(Text text, S fresh, Predicate<S> isSame) {
    S known = statements.get(text);
    if (known != null && isSame.test(known)) {
      return known;
    }
    if (capacity > 0) {
      statements.remove(text);
      makeRoom();
      statements.put(text, fresh);
    }
    return fresh;
  }

  private void makeRoom() {
    // Each is passed over once at most: if all are in use, the eldest goes.
    for (int passes = statements.size(); statements.size() >= capacity; passes--) {
      Map.Entry<Text, S> eldest = statements.entrySet().iterator().next();
      Text text = eldest.getKey();
      S statement = eldest.getValue();
      statements.remove(text);
      if (passes > 0 && wasUsed.test(statement)) {
        statements.put(text, statement);
      }
    }
  }

  /**
   * Forgets statements.
   *
   * @param isGone which
   */
  public synchronized void forget(BiPredicate<Text, S> isGone) {
    statements.entrySet().removeIf(entry -> isGone.test(entry.getKey(), entry.getValue()));
  }

  /**
   * Does something with each statement.
   *
   * @param action what; it must not call the registry
   */
  public synchronized void forEach(Consumer<S> action) {
    statements.values().forEach(action);
  }

  /** What to prepare on a node that has forgotten everything. */
  synchronized List<Text> texts() {
    return new ArrayList<>(statements.keySet());
  }

  /**
   * How many statements there are.
   *
   * @return at least 0
   */
  public synchronized int size() {
    return statements.size();
  }
}
