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

  /** Stands in the last page of a stream for what would bring the next. */
  private static final Object NOTHING_BEHIND = new Object();

  private final TypeCodecs codecs;
  private final @Nullable NextPage next;

  /**
   * What few pages have, in one place, as there are many of the others: what a decoder has made of
   * it, or in a page of a stream what brings those behind it.
   */
  private @Nullable Object special;

  private ResultPage() {
    this(PLAIN, null, null);
  }

  private ResultPage(TypeCodecs codecs, @Nullable NextPage next, @Nullable Object decoded) {
    this.codecs = codecs;
    this.next = next;
    this.special = decoded;
  }

  private ResultPage(RowCursor rows, TypeCodecs codecs, @Nullable NextPage next, boolean streamed) {
    super(rows);
    this.codecs = codecs;
    this.next = next;
    this.special = streamed ? NOTHING_BEHIND : null;
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
        ? new ResultPage(rows, defaults.codecs(), next, false)
        : new ResultPage(defaults.codecs(), next, DecodedPage.decode(decoder, rows));
  }

  /**
   * A copy of a page of a stream.
   *
   * @param next where to go on behind the last page, in another request; null if it is the end
   */
  static ResultPage streamed(RowCursor rows, TypeCodecs codecs, @Nullable NextPage next) {
    return new ResultPage(rows, codecs, next, true);
  }

  boolean hasNext() {
    return special instanceof StreamedPages || next != null && special != NOTHING_BEHIND;
  }

  /** Sets what brings the pages behind this one of a stream. */
  void behind(@Nullable StreamedPages behind) {
    this.special = behind == null ? NOTHING_BEHIND : behind;
  }

  /** What brings the pages behind this one; null if they are to be asked for, or there are none. */
  @Nullable StreamedPages behind() {
    return special instanceof StreamedPages behind ? behind : null;
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

  /** Where the page ends, with what tells of which request it is; null if it is the last. */
  @Nullable PagingState pagingState() {
    byte[] raw = rawPagingState();
    return raw == null ? null : PagingState.of(raw, nextRequest(), pinned());
  }

  /** Where the page ends, as the server says it; null if it is the last. */
  byte @Nullable [] rawPagingState() {
    NextPage next = this.next;
    return next == null ? null : next.pagingState().clone();
  }

  /** What a decoder has made of the page; null if none has read it. */
  @Nullable Object decoded() {
    return special;
  }

  /** The next row, or null after the last. */
  @Nullable Row nextRow() {
    int offset = takeRow();
    return offset == NO_ROW ? null : new Row(this, offset);
  }

  /** Takes the next rows, as many as are asked for, which have to be there. */
  PageSpliterator take(int count) {
    int[] offsets = new int[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = takeRow();
    }
    return new PageSpliterator(this, offsets, 0, count);
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
