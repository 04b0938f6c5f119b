package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a prepared statement's result with the id that goes with them. Immutable: a
 * request holds on to the pair that it was sent with, and its answer is read by that and no other.
 *
 * @param statement the statement
 * @param id what the server knows the columns by; empty in protocol versions without it
 * @param columns the columns
 */
record ResultMetadata(PreparedStatement statement, byte[] id, ColumnDefinitions columns)
    implements Pinned {
  @Override
  public @Nullable PreparedStatement statement(byte[] statementId) {
    return Arrays.equals(statement.id(), statementId) ? statement : null;
  }

  /** What to read a result by that brings no columns of its own; null if it has to bring them. */
  @Override
  public @Nullable ColumnDefinitions known() {
    return columns.size() == 0 ? null : columns;
  }
}
