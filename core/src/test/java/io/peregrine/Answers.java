package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.row.RowCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A handler that keeps what it is called with. Any thread may take from it. */
final class Answers implements RequestHandler {
  private static final int BOUND_SECONDS = 60;

  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

  /**
   * One call of the handler.
   *
   * @param correlationId the request's
   * @param rows the values of each row
   * @param code the error's, 0 if there was none
   * @param error the error as an exception, or null
   * @param thread the name of the thread that made the call
   */
  record Answer(
      long correlationId,
      List<List<Object>> rows,
      int code,
      @Nullable DriverException error,
      String thread) {}

  @Override
  public void onRows(long correlationId, RowCursor rows) {
    List<List<Object>> read = new ArrayList<>();
    rows.columnDefinitions();
    while (rows.next()) {
      List<Object> row = new ArrayList<>();
      for (int i = 0; i < rows.columnCount(); i++) {
        row.add(rows.getObject(i));
      }
      read.add(row);
    }
    answers.add(new Answer(correlationId, read, 0, null, Thread.currentThread().getName()));
  }

  @Override
  public void onError(long correlationId, ErrorView error) {
    answers.add(
        new Answer(
            correlationId,
            List.of(),
            error.code(),
            error.toException(),
            Thread.currentThread().getName()));
  }

  /** The oldest answer not taken yet; waits for one. */
  Answer take() {
    try {
      Answer answer = answers.poll(BOUND_SECONDS, TimeUnit.SECONDS);
      if (answer == null) {
        throw new AssertionError("no answer within " + BOUND_SECONDS + " s");
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for an answer", e);
    }
  }

  int size() {
    return answers.size();
  }
}
