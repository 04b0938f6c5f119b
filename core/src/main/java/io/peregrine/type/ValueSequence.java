package io.peregrine.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values for the right side of {@code IN}: as a literal they are {@code (1, 2, 3)}. Immutable as
 * far as they are; any thread may use it.
 *
 * @param values the values, in order
 */
public record ValueSequence(List<? extends @Nullable Object> values) {
  /** Copies the list, so that a later change of it does not reach the sequence. */
  public ValueSequence {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  /**
   * A sequence of values.
   *
   * @param values the values, in order
   * @return the sequence
   */
  public static ValueSequence of(@Nullable Object... values) {
    return new ValueSequence(Arrays.asList(values));
  }

  /**
   * A sequence of the elements of a collection.
   *
   * @param values the values, in its order
   * @return the sequence
   */
  public static ValueSequence copyOf(Collection<? extends @Nullable Object> values) {
    return new ValueSequence(new ArrayList<>(values));
  }
}
