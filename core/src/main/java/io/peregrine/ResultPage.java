package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.envelope.PagingStateSplicer;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.io.Response;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One page of rows, copied out of the receive buffer, and how to ask for the next. Not thread-safe:
 * it belongs to its result.
 */
final class ResultPage {
  private final RowCursor cursor;
  private final boolean hasNext;
  private final byte @Nullable [] nextRequest;
  private final long timeoutNanos;
  private final @Nullable Pinned pinned;
  private int taken;

  private ResultPage(
      RowCursor cursor,
      boolean hasNext,
      byte @Nullable [] nextRequest,
      long timeoutNanos,
      @Nullable Pinned pinned) {
    this.cursor = cursor;
    this.hasNext = hasNext;
    this.nextRequest = nextRequest;
    this.timeoutNanos = timeoutNanos;
    this.pinned = pinned;
  }

  static ResultPage empty() {
    return new ResultPage(new RowCursor(), false, null, 0, null);
  }

  static ResultPage copy(
      Response response,
      BodyReader body,
      @Nullable Pinned pinned,
      long timeoutNanos,
      RequestRouter router) {
    int length = body.remaining();
    byte[] bytes = new byte[length];
    body.buffer().getBytes(body.position(), bytes);
    RowCursor cursor =
        new RowCursor()
            .wrap(
                response.version(),
                new UnsafeBuffer(bytes),
                0,
                length,
                pinned == null ? null : pinned.known());
    if (cursor.newResultMetadataId() != null) {
      router.onMetadataChanged(cursor, pinned);
    }
    byte[] pagingState = cursor.hasMorePages() ? cursor.pagingState() : null;
    byte[] nextRequest = null;
    if (pagingState != null && response.requestLength() > 0) {
      nextRequest = nextRequest(response, pagingState);
    }
    return new ResultPage(cursor, pagingState != null, nextRequest, timeoutNanos, pinned);
  }

  private static byte[] nextRequest(Response response, byte[] pagingState) {
    int length =
        PagingStateSplicer.splicedLength(
            response.requestBuffer(),
            response.requestOffset(),
            response.requestLength(),
            pagingState);
    byte[] request = new byte[length];
    PagingStateSplicer.splice(
        response.requestBuffer(),
        response.requestOffset(),
        response.requestLength(),
        pagingState,
        new UnsafeBuffer(request),
        0);
    return request;
  }

  boolean hasNext() {
    return hasNext;
  }

  byte[] nextRequest() {
    byte[] request = nextRequest;
    if (request == null) {
      // A result that just ended here would be a lie.
      throw new DriverException(
          "There are more pages, but the driver did not keep the request to ask for them: too many"
              + " large requests were in flight; send fewer at a time");
    }
    return request;
  }

  long timeoutNanos() {
    return timeoutNanos;
  }

  @Nullable Pinned pinned() {
    return pinned;
  }

  byte @Nullable [] pagingState() {
    return cursor.pagingState();
  }

  ColumnDefinitions columnDefinitions() {
    return cursor.columnCount() == 0 ? ColumnDefinitions.EMPTY : cursor.columnDefinitions();
  }

  /** The next row, or null after the last. */
  @Nullable Row nextRow() {
    RowCursor cursor = this.cursor;
    int offset = cursor.nextRowOffset();
    if (!cursor.next()) {
      return null;
    }
    taken++;
    return row(offset, cursor.nextRowOffset() - offset);
  }

  /** The first row, whether it has been taken or not; null if there is none. */
  @Nullable Row firstRow() {
    return cursor.rowCount() == 0 ? null : row(cursor.rowsOffset(), cursor.rowsLength());
  }

  int rowsLeft() {
    return cursor.rowCount() - taken;
  }

  private Row row(int offset, int length) {
    return new Row(cursor.buffer(), offset, length, cursor.columnDefinitions());
  }
}
