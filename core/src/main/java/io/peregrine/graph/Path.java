package io.peregrine.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way of a traverser: what it has passed, in order. Immutable, as far as the objects are; any
 * thread may use it.
 *
 * @param labels the names that the traversal gave to each step; as many as there are objects
 * @param objects what was passed: vertices, edges, values
 */
public record Path(List<Set<String>> labels, List<@Nullable Object> objects) {
  /** Copies the lists and the sets. */
  public Path {
    List<Set<String>> copy = new ArrayList<>(labels);
    copy.replaceAll(names -> Collections.unmodifiableSet(new LinkedHashSet<>(names)));
    labels = Collections.unmodifiableList(copy);
    objects = Collections.unmodifiableList(new ArrayList<>(objects));
  }

  /**
   * What was passed where the traversal gave a name.
   *
   * @param label the name
   * @return the first object of that name, which may be null; null as well if there is none
   */
  public @Nullable Object object(String label) {
    for (int i = 0; i < labels.size(); i++) {
      if (labels.get(i).contains(label)) {
        return objects.get(i);
      }
    }
    return null;
  }
}
