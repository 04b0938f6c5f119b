package io.peregrine;

import static io.peregrine.testkit.server.Cells.bigint;
import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RowsBuilder.rows;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.response.error.Unprepared;
import com.datastax.oss.protocol.internal.response.result.Prepared;
import com.datastax.oss.protocol.internal.response.result.RowsMetadata;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.RowsBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A server's table that is altered again and again, and the one statement that reads all of it.
 * Each cell of each answer has a value that no other has. Confined to the test's thread.
 */
final class AlteredTable {
  private static final int[] TYPES = {DataType.INT, DataType.BIGINT, DataType.VARCHAR};
  private static final int NAMES = 6;

  private final Random random;
  private final byte[] id;
  private final List<Column> columns = new ArrayList<>();
  private boolean known;
  private int values;
  private int unprepared;
  private int changed;

  private record Column(String name, int type) {}

  /**
   * What an answer says.
   *
   * @param message the answer
   * @param names the names of its columns; null if it has no rows to be read
   * @param rows the values of its rows
   * @param hasMore whether there is a page behind it
   */
  record Answer(
      Message message,
      @Nullable List<String> names,
      List<List<@Nullable Object>> rows,
      boolean hasMore) {}

  AlteredTable(int id, Random random) {
    this.id = ByteBuffer.allocate(Integer.BYTES).putInt(0, id).array();
    this.random = random;
    add();
    add();
  }

  /** How many requests were told that the statement is not known. */
  int unprepared() {
    return unprepared;
  }

  /** How many answers said that the columns have changed. */
  int changed() {
    return changed;
  }

  /** Adds a column, drops one, or puts another in the place of one; may forget the statement. */
  void alter() {
    switch (random.nextInt(3)) {
      case 0 -> add();
      case 1 -> drop();
      default -> {
        drop();
        add();
      }
    }
    if (random.nextBoolean()) {
      known = false;
    }
  }

  private void add() {
    String name = "c" + random.nextInt(NAMES);
    if (columns.stream().noneMatch(column -> column.name().equals(name))) {
      columns.add(
          random.nextInt(columns.size() + 1),
          new Column(name, TYPES[random.nextInt(TYPES.length)]));
    }
  }

  private void drop() {
    if (columns.size() > 1) {
      columns.remove(random.nextInt(columns.size()));
    }
  }

  private Columns described() {
    Columns described = Columns.of("ks", "t");
    for (Column column : columns) {
      described = described.and(column.name(), column.type());
    }
    return described;
  }

  /** The same for the same columns, whenever they come to be so. */
  private byte[] metadataId() {
    UUID hash = UUID.nameUUIDFromBytes(columns.toString().getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(hash.getMostSignificantBits())
        .putLong(hash.getLeastSignificantBits())
        .array();
  }

  /** The answer to PREPARE. */
  Answer prepare() {
    known = true;
    Columns variables = Columns.of("ks", "t").and("k", DataType.INT);
    return new Answer(
        new Prepared(
            id,
            metadataId(),
            new RowsMetadata(variables.specs(), null, new int[] {0}, null),
            new RowsMetadata(described().specs(), null, null, null)),
        null,
        List.of(),
        false);
  }

  /** The answer to EXECUTE, as the table is now. */
  Answer execute(Execute execute, int version) {
    if (!known) {
      unprepared++;
      return new Answer(new Unprepared("not known", id), null, List.of(), false);
    }
    RowsBuilder builder = rows(described());
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      List<@Nullable Object> row = new ArrayList<>();
      columns.forEach(column -> row.add(value(column)));
      builder.row(row.stream().map(AlteredTable::cell).toArray(ByteBuffer[]::new));
      rows.add(row);
    }
    boolean hasMore = random.nextInt(3) == 0;
    if (hasMore) {
      builder.pagingState((byte) (page(execute) + 1));
    }
    if (version > 4 && !Arrays.equals(metadataId(), execute.resultMetadataId)) {
      changed++;
      builder.newMetadataId(metadataId());
    }
    List<String> names = columns.stream().map(Column::name).toList();
    return new Answer(builder.buildFor(execute), names, rows, hasMore);
  }

  /** Which page is asked for, from 0 on. */
  static int page(Execute execute) {
    ByteBuffer state = execute.options.pagingState;
    return state == null ? 0 : state.get(state.position());
  }

  private @Nullable Object value(Column column) {
    int unique = values++;
    if (unique % 8 == 7) {
      return null;
    }
    return switch (column.type()) {
      case DataType.INT -> unique;
      case DataType.BIGINT -> (long) unique;
      default -> "value " + unique;
    };
  }

  private static @Nullable ByteBuffer cell(@Nullable Object value) {
    if (value instanceof Integer number) {
      return int32(number);
    }
    if (value instanceof Long number) {
      return bigint(number);
    }
    return value == null ? null : text((String) value);
  }
}
