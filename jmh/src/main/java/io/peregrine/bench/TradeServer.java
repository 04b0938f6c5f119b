package io.peregrine.bench;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.testkit.server.CannedServer;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.RowsBuilder;

/**
 * The server of the round trips: answers every EXECUTE with one row of four columns, encoded
 * beforehand, from a thread of its own in this process.
 */
final class TradeServer {
  static final String QUERY = "SELECT size, ts, price, venue FROM market.ticks WHERE id = ?";

  private static final Columns VARIABLES = Columns.of("market", "ticks").and("id", DataType.BIGINT);
  private static final Columns RESULTS =
      Columns.of("market", "ticks")
          .and("size", DataType.INT)
          .and("ts", DataType.BIGINT)
          .and("price", DataType.DOUBLE)
          .and("venue", DataType.VARCHAR);

  private TradeServer() {}

  static CannedServer start() {
    return CannedServer.builder()
        .prepared(VARIABLES, RESULTS, 0)
        .answer(
            RowsBuilder.rows(RESULTS)
                .row(
                    Cells.int32(100),
                    Cells.bigint(1_794_819_600_000L),
                    Cells.bigint(Double.doubleToLongBits(50.04)),
                    Cells.text("EAST"))
                .buildWithoutMetadata())
        .start();
  }
}
