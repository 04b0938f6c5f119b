package io.peregrine.testkit.server;

import com.datastax.dse.protocol.internal.response.result.DseRowsMetadata;
import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.result.DefaultRows;
import com.datastax.oss.protocol.internal.response.result.RowsMetadata;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Builds a ROWS answer. Confined to the thread that builds; what {@link #build} returns can be sent
 * any number of times, by any thread.
 *
 * <pre>{@code
 * rows(Columns.of("ks", "t").and("id", DataType.INT)).row(int32(1)).row(int32(2)).build()
 * }</pre>
 */
public final class RowsBuilder {
  private static final int NO_PAGE = -1;

  private final Columns columns;
  private final List<List<@Nullable ByteBuffer>> rows = new ArrayList<>();
  private @Nullable ByteBuffer pagingState;
  private byte @Nullable [] newMetadataId;
  private int continuousPage = NO_PAGE;
  private boolean lastContinuousPage;

  private RowsBuilder(Columns columns) {
    this.columns = columns;
  }

  /**
   * An answer without rows yet.
   *
   * @param columns what each row has
   * @return the builder
   */
  public static RowsBuilder rows(Columns columns) {
    return new RowsBuilder(columns);
  }

  /**
   * Adds a row.
   *
   * @param cells one for each column, a null for a null value; tests of malformed answers may give
   *     more or fewer
   * @return this
   */
  public RowsBuilder row(@Nullable ByteBuffer... cells) {
    rows.add(new ArrayList<>(Arrays.asList(cells)));
    return this;
  }

  /**
   * Adds a row of byte arrays.
   *
   * @param cells one for each column, a null for a null value
   * @return this
   */
  public RowsBuilder rowOfBytes(byte @Nullable []... cells) {
    List<@Nullable ByteBuffer> row = new ArrayList<>();
    for (byte[] cell : cells) {
      row.add(cell == null ? null : ByteBuffer.wrap(cell));
    }
    rows.add(row);
    return this;
  }

  /**
   * Says that there are more pages (flag 0x02).
   *
   * @param state what the client must send back for the next one
   * @return this
   */
  public RowsBuilder pagingState(byte... state) {
    this.pagingState = ByteBuffer.wrap(state.clone());
    return this;
  }

  /**
   * Says that the columns changed since the statement was prepared (flag 0x08, v5); the columns are
   * then sent even to a request that asked to skip them.
   *
   * @param id the new result metadata id
   * @return this
   */
  public RowsBuilder newMetadataId(byte... id) {
    this.newMetadataId = id.clone();
    return this;
  }

  /**
   * Says that it is a page of continuous paging (flag 0x40000000, DSE).
   *
   * @param number which one, from 1 on
   * @param last whether no other follows (flag 0x80000000)
   * @return this
   */
  public RowsBuilder continuousPage(int number, boolean last) {
    this.continuousPage = number;
    this.lastContinuousPage = last;
    return this;
  }

  /**
   * The answer with its columns.
   *
   * @return a message for any number of requests
   */
  public Message build() {
    RowsMetadata metadata =
        continuousPage == NO_PAGE
            ? new RowsMetadata(columns.specs(), pagingState, null, newMetadataId)
            : new DseRowsMetadata(
                columns.specs(),
                pagingState,
                null,
                newMetadataId,
                continuousPage,
                lastContinuousPage);
    return new DefaultRows(metadata, copyOfRows());
  }

  /**
   * The answer without its columns (flag 0x04).
   *
   * @return a message for any number of requests
   */
  public Message buildWithoutMetadata() {
    int count = columns.specs().size();
    RowsMetadata metadata =
        continuousPage == NO_PAGE
            ? new RowsMetadata(count, pagingState, null, null)
            : new DseRowsMetadata(
                count, pagingState, null, null, continuousPage, lastContinuousPage);
    return new DefaultRows(metadata, copyOfRows());
  }

  /**
   * The answer in the form that a request asked for: without columns if it asked to skip them and
   * they did not change.
   *
   * @param request the message of the request
   * @return a message
   */
  public Message buildFor(Message request) {
    return newMetadataId == null && skipsMetadata(request) ? buildWithoutMetadata() : build();
  }

  private static boolean skipsMetadata(Message request) {
    if (request instanceof Execute execute) {
      return execute.options.skipMetadata;
    }
    return request instanceof Query query && query.options.skipMetadata;
  }

  private Queue<List<ByteBuffer>> copyOfRows() {
    return new ArrayDeque<>(rows);
  }
}
