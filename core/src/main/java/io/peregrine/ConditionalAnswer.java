package io.peregrine;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ColumnDefinitions;
import java.util.List;

/** Reads what the server says of conditional writes. Stateless. */
final class ConditionalAnswer {
  private static final String APPLIED = "[applied]";

  private ConditionalAnswer() {}

  /**
   * Whether a write took effect.
   *
   * @param ofBatch whether there may be several rows
   * @throws IllegalStateException if the page does not tell
   */
  static boolean isApplied(ResultPage page, boolean ofBatch) {
    ColumnDefinitions columns = page.columnDefinitions();
    if (columns.size() == 0) {
      return true;
    }
    if (!columns.name(0).equals(APPLIED) || columns.type(0) != DataType.Primitive.BOOLEAN) {
      throw new IllegalStateException(
          "The result does not tell whether a write was applied: its columns are "
              + columns
              + ". The answer to a conditional write begins with [applied]");
    }
    List<Row> rows = page.allRows();
    if (rows.isEmpty() || rows.size() > 1 && !ofBatch) {
      throw new IllegalStateException(
          "The answer to a conditional write should have exactly one row. This has " + rows.size());
    }
    boolean applied = rows.get(0).getBoolean(0);
    for (Row row : rows) {
      if (row.getBoolean(0) != applied) {
        throw new IllegalStateException("A batch should be applied as a whole, but " + rows);
      }
    }
    return applied;
  }
}
