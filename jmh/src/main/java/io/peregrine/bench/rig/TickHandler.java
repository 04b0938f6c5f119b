package io.peregrine.bench.rig;

import io.peregrine.ErrorView;
import io.peregrine.RequestHandler;
import io.peregrine.codec.row.RowCursor;
import org.agrona.DirectBuffer;

/** Reads answers where they lie. Called by the driver's thread. */
final class TickHandler implements RequestHandler {
  private final Shape shape;
  private final Answers answers;

  TickHandler(Shape shape, Answers answers) {
    this.shape = shape;
    this.answers = answers;
  }

  @Override
  public void onRows(long correlationId, RowCursor rows) {
    answers.onAnswer(correlationId, checksum(rows));
  }

  @Override
  public void onError(long correlationId, ErrorView error) {
    answers.onFailure(error.message());
  }

  /** What the cells come to. */
  long checksum(RowCursor rows) {
    return shape == Shape.SCAN ? numbers(rows) : ticks(rows);
  }

  private static long ticks(RowCursor rows) {
    long sum = 0;
    while (rows.next()) {
      sum += Ticks.tick(rows.getInt(0), rows.getLong(1), rows.getDouble(2), text(rows, 3));
    }
    return sum;
  }

  private static long numbers(RowCursor rows) {
    long sum = 0;
    while (rows.next()) {
      sum += Ticks.numbers(rows.getInt(0), rows.getInt(1), rows.getLong(2), rows.getDouble(3));
    }
    return sum;
  }

  private static int text(RowCursor rows, int column) {
    DirectBuffer buffer = rows.buffer();
    int offset = rows.valueOffset(column);
    int length = rows.valueLength(column);
    return Ticks.text(length, buffer.getByte(offset), buffer.getByte(offset + length - 1));
  }
}
