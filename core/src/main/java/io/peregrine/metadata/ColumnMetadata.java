package io.peregrine.metadata;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table or view. Immutable; any thread may use it.
 *
 * @param name its name, as the server has it (unquoted)
 * @param kind its part in the primary key, or that it has none
 * @param type its type
 * @param isDescending whether rows are in descending order of it; false for all but clustering
 *     columns
 * @param masking what is seen of it by those who may not see it, or null if it is not masked
 */
public record ColumnMetadata(
    String name, Kind kind, CqlType type, boolean isDescending, @Nullable ColumnMask masking) {
  /** Parts in a table. */
  public enum Kind {
    /** Part of the partition key. */
    PARTITION_KEY,
    /** Orders the rows of a partition. */
    CLUSTERING,
    /** One value for all rows of a partition. */
    STATIC,
    /** None of these. */
    REGULAR
  }

  /**
   * A column that is not masked.
   *
   * @param name its name, as the server has it (unquoted)
   * @param kind its part in the primary key, or that it has none
   * @param type its type
   */
  public ColumnMetadata(String name, Kind kind, CqlType type) {
    this(name, kind, type, false, null);
  }

  /**
   * What is seen of it by those who may not see it.
   *
   * @return the mask; empty if it is not masked
   */
  public Optional<ColumnMask> mask() {
    return Optional.ofNullable(masking);
  }

  /** How the table's definition has it. */
  @Override
  public String toString() {
    String text = CqlNames.quoted(name) + " " + type;
    String isStatic = kind == Kind.STATIC ? text + " static" : text;
    return masking == null ? isStatic : isStatic + " " + masking;
  }
}
