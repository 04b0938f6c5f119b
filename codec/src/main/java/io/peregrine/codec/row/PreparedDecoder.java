package io.peregrine.codec.row;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;

/**
 * Decodes a RESULT of kind Prepared (v5 specification, section 4.2.5.4). Stateless; any thread may
 * use it.
 *
 * <p>Before v4 the server does not say which variables make up the partition key, and only v5, v6
 * and DSE_V2 identify the result's columns.
 *
 * <p>No count is believed before the bytes that it counts are seen to be there.
 */
public final class PreparedDecoder {
  private static final byte[] NO_ID = new byte[0];
  private static final int[] NO_INDEXES = new int[0];

  private PreparedDecoder() {}

  /**
   * Decodes what follows the kind.
   *
   * @param version the connection's version
   * @param reader stands behind the {@code [int]} kind, and at the end afterwards
   * @return the prepared statement
   * @throws MalformedMessageException if the bytes are not what the protocol allows
   */
  public static Prepared decode(ProtocolVersion version, BodyReader reader) {
    byte[] id = reader.readShortBytes("prepared id");
    byte[] resultMetadataId =
        version.hasResultMetadataId() ? reader.readShortBytes("result_metadata_id") : NO_ID;
    int flags = reader.readInt("flags");
    int count = reader.readCount("columns_count", 0);
    int[] keyIndexes =
        version.hasPartitionKeyIndexes() ? decodeKeyIndexes(reader, count) : NO_INDEXES;
    if (count > 0 && (flags & RowCursor.NO_METADATA) != 0) {
      throw new MalformedMessageException(
          "flags", reader.offset(), "the " + count + " bound variables are not described");
    }
    ColumnDefinitions variables =
        count == 0
            ? skipTable(reader, flags)
            : ColumnDefinitions.decode(reader, count, (flags & RowCursor.GLOBAL_TABLE) != 0);
    return decodeResult(version, reader, id, resultMetadataId, variables, keyIndexes);
  }

  private static int[] decodeKeyIndexes(BodyReader reader, int columnCount) {
    int count = reader.readCount("pk_count", 2);
    if (count > columnCount) {
      throw new MalformedMessageException(
          "pk_count", reader.offset(), count + " key columns of " + columnCount + " variables");
    }
    int[] indexes = new int[count];
    for (int i = 0; i < count; i++) {
      indexes[i] = reader.readShort("pk_index");
      if (indexes[i] >= columnCount) {
        throw new MalformedMessageException(
            "pk_index", reader.offset(), "variable " + indexes[i] + " of " + columnCount);
      }
    }
    return indexes;
  }

  private static ColumnDefinitions skipTable(BodyReader reader, int flags) {
    boolean described = (flags & RowCursor.NO_METADATA) == 0;
    ColumnDefinitions.skip(reader, 0, described && (flags & RowCursor.GLOBAL_TABLE) != 0);
    return ColumnDefinitions.EMPTY;
  }

  private static Prepared decodeResult(
      ProtocolVersion version,
      BodyReader reader,
      byte[] id,
      byte[] resultMetadataId,
      ColumnDefinitions variables,
      int[] keyIndexes) {
    int flags = reader.readInt("result flags");
    int count = reader.readCount("result columns_count", 0);
    if ((flags & RowCursor.HAS_MORE_PAGES) != 0) {
      reader.skip(Math.max(0, reader.readLength("paging_state")), "paging_state");
    }
    if ((flags & RowCursor.METADATA_CHANGED) != 0 && version.hasResultMetadataId()) {
      reader.skipShortBytes("new_metadata_id");
    }
    boolean described = (flags & RowCursor.NO_METADATA) == 0 && count > 0;
    ColumnDefinitions columns =
        described
            ? ColumnDefinitions.decode(
                reader, count, (flags & RowCursor.GLOBAL_TABLE) != 0, variables)
            : ColumnDefinitions.EMPTY;
    return new Prepared(id, resultMetadataId, variables, keyIndexes, columns, described);
  }
}
