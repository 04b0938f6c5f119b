package io.peregrine;

import io.peregrine.codec.row.KeptRows;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.io.Response;
import io.peregrine.type.TypeCodecs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of rows, copied out of the receive buffer, and how to ask for the next. Not thread-safe:
 * it belongs to its result.
 */
final class ResultPage extends KeptRows {
  private static final TypeCodecs PLAIN = new TypeCodecs();

  private final TypeCodecs codecs;
  private final @Nullable NextPage next;
  private final @Nullable Object decoded;

  private ResultPage() {
    this(PLAIN, null, null);
  }

  private ResultPage(TypeCodecs codecs, @Nullable NextPage next, @Nullable Object decoded) {
    this.codecs = codecs;
    this.next = next;
    this.decoded = decoded;
  }

  private ResultPage(RowCursor rows, TypeCodecs codecs, @Nullable NextPage next) {
    super(rows);
    this.codecs = codecs;
    this.next = next;
    this.decoded = null;
  }

  /** How the rows' values are read as objects. */
  TypeCodecs codecs() {
    return codecs;
  }

  static ResultPage empty() {
    return new ResultPage();
  }

  /**
   * A copy of the page that a cursor lies over, and that a future was waiting for; or what the
   * future's decoder makes of it.
   */
  static ResultPage take(
      RowCursor rows, ResponseFuture future, Response response, @Nullable Pinned pinned) {
    RequestDefaults defaults = future.defaults();
    PageDecoder<?> decoder = defaults.decoder();
    byte[] pagingState = rows.hasMorePages() ? rows.pagingState() : null;
    NextPage next =
        pagingState == null ? null : NextPage.behind(response, pagingState, future, pinned);
    return decoder == null
        ? new ResultPage(rows, defaults.codecs(), next)
        : new ResultPage(defaults.codecs(), next, DecodedPage.decode(decoder, rows));
  }

  /** A copy of a page, and how to ask for the next, if it has to be asked for. */
  static ResultPage copy(RowCursor rows, TypeCodecs codecs, @Nullable NextPage next) {
    return new ResultPage(rows, codecs, next);
  }

  boolean hasNext() {
    return next != null;
  }

  /** The envelope that asks for the next page; to be asked for only if there is one. */
  byte[] nextRequest() {
    return next().requiredRequest();
  }

  long timeoutNanos() {
    return next().timeoutNanos();
  }

  RequestDefaults defaults() {
    return next().defaults();
  }

  @Nullable Pinned pinned() {
    return next().pinned();
  }

  private NextPage next() {
    NextPage next = this.next;
    if (next == null) {
      throw new IllegalStateException("this is the last page");
    }
    return next;
  }

  byte @Nullable [] pagingState() {
    NextPage next = this.next;
    return next == null ? null : next.pagingState().clone();
  }

  /** What a decoder has made of the page; null if none has read it. */
  @Nullable Object decoded() {
    return decoded;
  }

  /** The next row, or null after the last. */
  @Nullable Row nextRow() {
    int offset = takeRow();
    return offset == NO_ROW ? null : new Row(this, offset);
  }

  /** The rows that have not been taken; they are not taken by this. */
  List<Row> rows() {
    return rows(rowOffsets());
  }

  /** All rows, taken or not. */
  List<Row> allRows() {
    return rows(allRowOffsets());
  }

  private List<Row> rows(int[] offsets) {
    List<Row> rows = new ArrayList<>(offsets.length);
    for (int offset : offsets) {
      rows.add(new Row(this, offset));
    }
    return rows;
  }

  /** Leaves the rows that have not been taken. */
  void drop() {
    dropRows();
  }
}
