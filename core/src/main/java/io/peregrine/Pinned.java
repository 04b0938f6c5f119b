package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
import org.jspecify.annotations.Nullable;

/**
 * What a request was sent with and its answer is to be read by, whatever has changed meanwhile.
 * Immutable.
 */
sealed interface Pinned permits ResultMetadata, PinnedBatch {
  /** The request's prepared statement with some id, or null if it has none such. */
  @Nullable PreparedStatement statement(byte[] statementId);

  /** The columns to read a result by that brings none; null if there are none. */
  @Nullable ColumnDefinitions known();
}
