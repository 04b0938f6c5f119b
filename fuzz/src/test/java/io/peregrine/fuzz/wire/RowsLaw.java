package io.peregrine.fuzz.wire;

import com.datastax.dse.protocol.internal.response.result.DseRowsMetadata;
import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.response.result.Rows;
import com.datastax.oss.protocol.internal.response.result.RowsMetadata;
import io.peregrine.codec.BodyReader;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.Prepared;
import io.peregrine.codec.row.PreparedDecoder;
import io.peregrine.codec.row.RowCursor;
import java.nio.ByteBuffer;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Law: our cursor finds the metadata and every cell of ROWS, and our decoder every part of
 * PREPARED, as the independent codec wrote them. Stateless.
 */
final class RowsLaw {
  private RowsLaw() {}

  static void check(ResponseChoices response, Rows rows, BodyReader body) {
    ColumnDefinitions definitions = response.columns().definitions();
    RowCursor cursor = new RowCursor();
    // With metadata in the message what the caller knows does not matter.
    cursor.wrap(response.version(), body.buffer(), body.position(), body.remaining(), definitions);
    checkMetadata(rows.getMetadata(), definitions, cursor);
    checkCells(rows, cursor);
    cursor.rewind();
    checkCells(rows, cursor);
  }

  private static void checkMetadata(
      RowsMetadata sent, ColumnDefinitions definitions, RowCursor cursor) {
    boolean described = (sent.flags & ProtocolConstants.RowsFlag.NO_METADATA) == 0;
    Law.equal("metadata", described, cursor.carriesMetadata());
    Law.equal("columns", sent.columnCount, cursor.columnCount());
    Law.equal("definitions", definitions, cursor.columnDefinitions());
    Law.equal("more pages", sent.pagingState != null, cursor.hasMorePages());
    Law.equalBytes("paging state", ResponseLaw.bytes(sent.pagingState), cursor.pagingState());
    if (sent instanceof DseRowsMetadata dse && dse.continuousPageNumber >= 0) {
      Law.holds("a continuous page", cursor.isContinuousPage());
      Law.equal("page number", dse.continuousPageNumber, cursor.continuousPageNumber());
      Law.equal("last page", dse.isLastContinuousPage, cursor.isLastContinuousPage());
    } else {
      Law.holds("no continuous page", !cursor.isContinuousPage());
    }
    Law.equalBytes("new metadata id", sent.newResultMetadataId, cursor.newResultMetadataId());
  }

  private static void checkCells(Rows rows, RowCursor cursor) {
    Law.equal("rows", rows.getData().size(), cursor.rowCount());
    UnsafeBuffer view = new UnsafeBuffer(0, 0);
    int at = cursor.rowsOffset();
    for (List<ByteBuffer> row : rows.getData()) {
      Law.equal("next row", at, cursor.nextRowOffset());
      Law.holds("a row follows", cursor.next());
      for (int i = 0; i < row.size(); i++) {
        ByteBuffer cell = row.get(i);
        Law.equal("cell is null", cell == null, cursor.isNull(i));
        Law.equal("view of the cell", cell != null, cursor.getBytes(i, view));
        at += 4;
        if (cell != null) {
          Law.equal("cell's length", cell.remaining(), cursor.valueLength(i));
          Law.equal("cell's offset", at, cursor.valueOffset(i));
          Law.equal("cell", new UnsafeBuffer(cell), view);
          at += cell.remaining();
        }
      }
    }
    Law.holds("no row follows", !cursor.next());
    Law.equal("end of the rows", cursor.rowsOffset() + cursor.rowsLength(), at);
  }

  static void checkPrepared(
      ResponseChoices response,
      com.datastax.oss.protocol.internal.response.result.Prepared sent,
      BodyReader body) {
    Prepared read = PreparedDecoder.decode(response.version(), body);
    Law.equalBytes("id", sent.preparedQueryId, read.id());
    byte[] metadataId = sent.resultMetadataId;
    Law.equalBytes(
        "result metadata id",
        metadataId == null ? new byte[0] : metadataId,
        read.resultMetadataId());
    Law.equal("variables", response.variables().definitions(), read.variables());
    int[] keys = sent.variablesMetadata.pkIndices;
    Law.equal(
        "key indexes",
        keys == null ? List.of() : java.util.Arrays.stream(keys).boxed().toList(),
        java.util.Arrays.stream(read.partitionKeyIndexes()).boxed().toList());
    Law.equal("result columns", response.columns().definitions(), read.resultColumns());
    Law.equal("has result columns", response.columns().size() > 0, read.hasResultColumns());
  }
}
