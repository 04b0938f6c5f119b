package io.peregrine.metadata;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What those see of a column who may not see its values (Cassandra 5). Immutable; any thread may
 * use it.
 *
 * @param keyspace the keyspace of the function that makes it of the value
 * @param function the name of the function
 * @param arguments CQL literals: its arguments behind the value; null for a null, and {@link
 *     #NOT_KNOWN} for what the driver cannot read
 */
public record ColumnMask(String keyspace, String function, List<@Nullable String> arguments) {
  /** Stands for an argument whose literal is not known: one of a nested type. */
  public static final String NOT_KNOWN = "?";

  /** Copies the list, so that a later change of it does not reach this. */
  public ColumnMask {
    arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
  }

  /**
   * How the definition of a column says it.
   *
   * @return CQL such as {@code MASKED WITH system.mask_inner(1, null)}
   */
  @Override
  public String toString() {
    return new CqlWriter()
        .raw("MASKED WITH ")
        .qualified(keyspace, function)
        .raw("(")
        .raw(String.join(", ", arguments.stream().map(String::valueOf).toList()))
        .raw(")")
        .toString();
  }
}
