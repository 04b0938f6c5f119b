package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements of a batch that is under way. Immutable.
 *
 * @param statements the statements, each once
 */
record PinnedBatch(List<PreparedStatement> statements) implements Pinned {
  @Override
  public @Nullable PreparedStatement statement(byte[] statementId) {
    for (PreparedStatement statement : statements) {
      if (Arrays.equals(statement.id(), statementId)) {
        return statement;
      }
    }
    return null;
  }

  @Override
  public @Nullable ColumnDefinitions known() {
    return null;
  }
}
