package io.peregrine.graph;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses keys of which a crowd has one hash: to tell those apart takes time by the square of their
 * number, and whoever sends them can choose them so. Stateless.
 */
final class KeyCrowd {
  /** As many keys of one hash as there may be, if they have no order to be found by. */
  static final int MOST = 256;

  private KeyCrowd() {}

  /**
   * Looks at keys before they are put into a map or a set.
   *
   * @param values where the keys are
   * @param step 1 if all are keys, 2 if every other one is
   * @throws GraphsonException if there is a crowd
   */
  static void check(List<? extends @Nullable Object> values, int step) {
    if (values.size() / step <= MOST) {
      return;
    }
    Map<Integer, Integer> crowds = new HashMap<>();
    for (int i = 0; i < values.size(); i += step) {
      Object key = values.get(i);
      if (key != null && !isOrdered(key) && crowds.merge(key.hashCode(), 1, Integer::sum) > MOST) {
        throw new GraphsonException(
            "More than "
                + MOST
                + " keys of a map or elements of a set have one hash; to tell them apart takes too long");
      }
    }
  }

  /** What can be compared is found in a crowd as well, but the JDK does not see it of buffers. */
  private static boolean isOrdered(Object key) {
    return key instanceof Comparable<?> && !(key instanceof ByteBuffer);
  }
}
