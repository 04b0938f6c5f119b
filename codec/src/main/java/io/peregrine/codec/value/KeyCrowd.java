package io.peregrine.codec.value;

import io.peregrine.codec.DataType;
import io.peregrine.codec.MalformedMessageException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps watch over the keys of a map, or the elements of a set, while a server's choice of them is
 * put in. Of keys that have no order more than {@value #MOST} may not have one hash: to tell those
 * apart takes time by the square of their number, and whoever sends them can choose them so. Not
 * thread-safe; one keeps watch over one collection.
 */
public final class KeyCrowd {
  /** As many keys of one hash as there may be, if they have no order to be found by. */
  public static final int MOST = 256;

  private final Collection<? extends @Nullable Object> keys;

  /** How many keys have a hash. Hashes are found by their order, so that these make no crowd. */
  private @Nullable Map<Integer, Integer> crowds;

  private int seen;

  /**
   * Watches a collection.
   *
   * @param keys those that are there, which grow one by one; of a map, its key set
   */
  public KeyCrowd(Collection<? extends @Nullable Object> keys) {
    this.keys = keys;
  }

  /**
   * Looks at a key that has just been put in; one that was there before is no news.
   *
   * @param key the key, or null
   * @return whether too many have its hash
   */
  public boolean isCrowdedBy(@Nullable Object key) {
    int size = keys.size();
    if (size <= MOST || size == seen) {
      return false;
    }
    seen = size;
    Map<Integer, Integer> crowds = this.crowds;
    if (crowds != null) {
      return isCrowd(crowds, key);
    }
    this.crowds = crowds = new HashMap<>();
    boolean crowded = false;
    for (Object known : keys) {
      crowded |= isCrowd(crowds, known);
    }
    return crowded;
  }

  /**
   * Refuses a crowd.
   *
   * @param type the CQL type of the map or set
   * @param key the key that has just been put in, or null
   * @throws MalformedMessageException if too many have its hash
   */
  public void check(DataType type, @Nullable Object key) {
    if (isCrowdedBy(key)) {
      throw new MalformedMessageException(
          type.toString(),
          0,
          "more than "
              + MOST
              + " keys or elements have one hash, so that to tell them apart takes too long; read"
              + " the value with a reader (getList, getMap), which compares none");
    }
  }

  private static boolean isCrowd(Map<Integer, Integer> crowds, @Nullable Object key) {
    return key != null && !isOrdered(key) && crowds.merge(key.hashCode(), 1, Integer::sum) > MOST;
  }

  /**
   * Whether the JDK finds a key in a crowd by its order. It sees that of those only whose own class
   * says so: not that of a buffer or a LocalDate, which inherit it.
   */
  private static boolean isOrdered(Object key) {
    return key instanceof String
        || key instanceof UUID
        || key instanceof Number && key instanceof Comparable<?>;
  }
}
