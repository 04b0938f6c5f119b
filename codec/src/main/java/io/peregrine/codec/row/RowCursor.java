package io.peregrine.codec.row;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flyweight over the rows of one RESULT (v5 and DSE specifications, section 4.2.5.2); after
 * {@link #next} its getters read the current row. Not thread-safe: a cursor belongs to one thread.
 *
 * <p>It is valid as long as the buffer is. Nothing is allocated, unless names or types are asked
 * for that the result itself carries: they are decoded then, and once. Until then the getters check
 * the lengths of such a result's cells, but not their types, and the readers of lists, maps and
 * tuples do not know theirs: call {@link #columnDefinitions} first where they matter.
 */
public final class RowCursor extends RowReader {
  static final int GLOBAL_TABLE = 0x01;
  static final int HAS_MORE_PAGES = 0x02;
  static final int NO_METADATA = 0x04;
  static final int METADATA_CHANGED = 0x08;
  static final int CONTINUOUS_PAGE = 0x4000_0000;
  static final int LAST_CONTINUOUS_PAGE = 0x8000_0000;

  private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);
  private static final int ABSENT = -1;

  private final BodyReader reader = new BodyReader();
  private int flags;
  private int rowCount;
  private int columnCount;
  private int pagingStateOffset;
  private int pagingStateLength;
  private int metadataIdOffset;
  private int metadataIdLength;
  private int metadataOffset;
  private int continuousPageNumber;
  private int rowsOffset;
  private int limit;
  private int nextRowOffset;
  private int nextRow;

  /** A cursor over no rows. */
  public RowCursor() {
    wrapEmpty();
  }

  /**
   * Lays the cursor over a result, before its first row.
   *
   * @param version the connection's version
   * @param buffer where the result is
   * @param offset where it begins, behind the {@code [int]} kind; offsets in errors count from here
   * @param length how many bytes it has from there on
   * @param known the prepared statement's columns, for a result that carries none; or null
   * @return this
   * @throws MalformedMessageException if the counts do not fit the bytes, or the columns do not fit
   *     the known ones
   */
  public RowCursor wrap(
      ProtocolVersion version,
      DirectBuffer buffer,
      int offset,
      int length,
      @Nullable ColumnDefinitions known) {
    try {
      parse(version, buffer, offset, length, known);
    } catch (MalformedMessageException e) {
      wrapEmpty();
      throw e;
    }
    return this;
  }

  private void parse(
      ProtocolVersion version,
      DirectBuffer buffer,
      int offset,
      int length,
      @Nullable ColumnDefinitions known) {
    BodyReader body = reader.wrap(buffer, offset, length);
    int resultFlags = body.readInt("flags");
    int columns = body.readCount("columns_count", 0);
    flags = resultFlags;
    pagingStateLength = ABSENT;
    metadataIdLength = ABSENT;
    metadataOffset = ABSENT;
    continuousPageNumber = ABSENT;
    if ((resultFlags & ~(NO_METADATA | GLOBAL_TABLE)) != 0) {
      parseExtras(version, body, resultFlags);
    }
    if ((resultFlags & NO_METADATA) == 0) {
      metadataOffset = body.position();
      ColumnDefinitions.skip(body, columns, (resultFlags & GLOBAL_TABLE) != 0);
    } else {
      checkKnown(columns, known);
    }
    int rows = body.readInt("rows_count");
    checkRows(rows, columns, body);
    columnCount = columns;
    rowCount = rows;
    rowsOffset = body.position();
    limit = offset + length;
    bind(buffer, offset);
    define(rows == 0 ? 0 : columns, (resultFlags & NO_METADATA) == 0 ? null : known);
    rewind();
  }

  private void parseExtras(ProtocolVersion version, BodyReader body, int resultFlags) {
    if ((resultFlags & HAS_MORE_PAGES) != 0) {
      pagingStateLength = body.readLength("paging_state");
      pagingStateOffset = body.skip(Math.max(0, pagingStateLength), "paging_state");
    }
    if ((resultFlags & METADATA_CHANGED) != 0 && version.hasResultMetadataId()) {
      checkDescribed(resultFlags);
      metadataIdLength = body.readShortLength("new_metadata_id");
      metadataIdOffset = body.skip(metadataIdLength, "new_metadata_id");
    }
    if ((resultFlags & CONTINUOUS_PAGE) != 0 && version.hasContinuousPaging()) {
      continuousPageNumber = readPageNumber(body);
    }
  }

  /** A changed result that is read by the columns known before would give wrong values. */
  private static void checkDescribed(int flags) {
    if ((flags & NO_METADATA) != 0) {
      throw new MalformedMessageException(
          "flags", 0, "the columns have changed, but are not described");
    }
  }

  private static int readPageNumber(BodyReader body) {
    int number = body.readInt("continuous_page_no");
    if (number < 0) {
      throw new MalformedMessageException(
          "continuous_page_no", body.offset() - 4, "page " + number + " cannot be");
    }
    return number;
  }

  private static void checkKnown(int columns, @Nullable ColumnDefinitions known) {
    if (known != null && known.size() != columns) {
      throw new MalformedMessageException(
          "columns_count",
          4,
          columns
              + " columns without metadata, but the prepared statement knows "
              + known.size()
              + ": the table was altered since it was prepared; prepare it again");
    }
  }

  private static void checkRows(int rows, int columns, BodyReader body) {
    int bytesLeft = body.remaining();
    if (rows < 0 || (columns == 0 && rows > 0) || (long) rows * columns > bytesLeft / 4) {
      throw new MalformedMessageException(
          "rows_count",
          body.offset() - 4,
          rows + " rows of " + columns + " columns cannot fit the " + bytesLeft + " bytes left");
    }
  }

  /**
   * Lays the cursor over no rows and no columns.
   *
   * @return this
   */
  public RowCursor wrapEmpty() {
    flags = 0;
    rowCount = 0;
    columnCount = 0;
    pagingStateLength = ABSENT;
    metadataIdLength = ABSENT;
    metadataOffset = ABSENT;
    continuousPageNumber = ABSENT;
    rowsOffset = 0;
    limit = 0;
    bind(NOTHING, 0);
    define(0, ColumnDefinitions.EMPTY);
    rewind();
    return this;
  }

  /**
   * Goes to the next row.
   *
   * @return false if there is none
   * @throws MalformedMessageException if it runs past the end
   */
  public boolean next() {
    if (nextRow >= rowCount) {
      leaveRow();
      return false;
    }
    nextRowOffset = walk(nextRowOffset, limit);
    nextRow++;
    return true;
  }

  /** Goes back to before the first row. */
  public void rewind() {
    leaveRow();
    nextRow = 0;
    nextRowOffset = rowsOffset;
  }

  /**
   * How many rows there are in this page.
   *
   * @return 0 or more
   */
  public int rowCount() {
    return rowCount;
  }

  /**
   * How many columns each row has.
   *
   * @return 0 or more
   */
  @Override
  public int columnCount() {
    return columnCount;
  }

  /**
   * What the columns are. Decodes and allocates at the first call, if the result itself says it.
   *
   * @return the definitions
   * @throws IllegalStateException if the result does not say it and nothing was given
   */
  @Override
  public ColumnDefinitions columnDefinitions() {
    if (metadataOffset != ABSENT && knownDefinitions() == null) {
      reader.wrap(buffer(), metadataOffset, limit - metadataOffset);
      define(
          columnCount, ColumnDefinitions.decode(reader, columnCount, (flags & GLOBAL_TABLE) != 0));
    }
    return super.columnDefinitions();
  }

  /**
   * Whether the result itself says what its columns are.
   *
   * @return true if it carries metadata
   */
  public boolean carriesMetadata() {
    return metadataOffset != ABSENT;
  }

  /** Where the metadata of a result that carries it begins. */
  int metadataOffset() {
    return metadataOffset;
  }

  /**
   * Whether this page is not the last one.
   *
   * @return true if {@link #pagingState} leads to more
   */
  public boolean hasMorePages() {
    return (flags & HAS_MORE_PAGES) != 0;
  }

  /**
   * Whether this is one of many pages that come without being asked for one by one.
   *
   * @return true for a page of continuous paging
   */
  public boolean isContinuousPage() {
    return continuousPageNumber != ABSENT;
  }

  /**
   * Which page of continuous paging this is.
   *
   * @return its number, from 1 on; -1 if there is no continuous paging
   */
  public int continuousPageNumber() {
    return continuousPageNumber;
  }

  /**
   * Whether this is the last page of continuous paging. There may be more of the result even so, if
   * paging was ended early: then {@link #hasMorePages} tells.
   *
   * @return true if no other page comes
   */
  public boolean isLastContinuousPage() {
    return isContinuousPage() && (flags & LAST_CONTINUOUS_PAGE) != 0;
  }

  /**
   * Whether a result is the last one that the server sends for its request, be it of continuous
   * paging or not. Looks at the flags alone.
   *
   * @param result stands at the beginning of the rows, behind the result's kind, and is moved on
   * @return false if another page of continuous paging follows
   */
  public static boolean isLastOfItsRequest(BodyReader result) {
    int flags = result.readInt("flags");
    return (flags & CONTINUOUS_PAGE) == 0 || (flags & LAST_CONTINUOUS_PAGE) != 0;
  }

  /**
   * What to send to get the next page. Allocates a copy.
   *
   * @return the state, or null if there is none
   */
  public byte @Nullable [] pagingState() {
    return copy(pagingStateOffset, pagingStateLength);
  }

  /**
   * The new id of the statement's result metadata, if it has changed. Allocates a copy.
   *
   * @return the id, or null if the metadata has not changed
   */
  public byte @Nullable [] newResultMetadataId() {
    return copy(metadataIdOffset, metadataIdLength);
  }

  private byte @Nullable [] copy(int offset, int length) {
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    buffer().getBytes(offset, bytes);
    return bytes;
  }

  /**
   * Where the first row begins.
   *
   * @return an index into {@link #buffer()}
   */
  public int rowsOffset() {
    return rowsOffset;
  }

  /**
   * How many bytes there are from the first row to the end of the result.
   *
   * @return 0 or more
   */
  public int rowsLength() {
    return limit - rowsOffset;
  }

  /**
   * Where the row that {@link #next} goes to begins.
   *
   * @return an index into {@link #buffer()}
   */
  public int nextRowOffset() {
    return nextRowOffset;
  }
}
