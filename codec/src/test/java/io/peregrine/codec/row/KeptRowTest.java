package io.peregrine.codec.row;

import static io.peregrine.codec.DataType.Primitive.BIGINT;
import static io.peregrine.codec.DataType.Primitive.INT;
import static io.peregrine.codec.DataType.Primitive.VARCHAR;
import static io.peregrine.codec.ProtocolVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DataType;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.WrongTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that were copied, and are read one by one afterwards. */
class KeptRowTest {
  private static final ColumnDefinitions KNOWN =
      ColumnDefinitions.of("ks", "t", List.of("id", "name"), List.of(BIGINT, VARCHAR));

  private static final class Kept extends KeptRows {
    private Kept(RowCursor rows) {
      super(rows);
    }

    private Kept() {}

    private OneRow next() {
      return new OneRow(this, takeRow());
    }
  }

  private static final class OneRow extends KeptRow {
    private OneRow(KeptRows rows, int start) {
      super(rows, start);
    }
  }

  private static Kept kept(Body body, ColumnDefinitions known) {
    UnsafeBuffer received = new UnsafeBuffer(new byte[body.length() + 16]);
    received.putBytes(16, body.buffer(), 0, body.length());
    Kept kept = new Kept(new RowCursor().wrap(V5, received, 16, body.length(), known));
    received.setMemory(0, received.capacity(), (byte) 0x5A);
    return kept;
  }

  private static Body twoRows() {
    return new Body()
        .ints(RowCursor.NO_METADATA, 2, 2)
        .cells(BIGINT, 1L)
        .cells(VARCHAR, "eins")
        .cells(BIGINT, (Object) null)
        .cells(VARCHAR, "");
  }

  @Test
  void rowsOutliveTheBufferThatTheyArrivedIn() {
    Kept rows = kept(twoRows(), KNOWN);
    assertThat(rows.rowsLeft()).isEqualTo(2);
    OneRow first = rows.next();
    OneRow second = rows.next();
    assertThat(rows.rowsLeft()).isZero();
    assertThat(rows.takeRow()).isEqualTo(KeptRows.NO_ROW);
    assertThat(first.getLong(0)).isEqualTo(1);
    assertThat(second.isNull("id")).isTrue();
    assertThat(second.getLong("id")).isZero();
    assertThat(second.getObject(0)).isNull();
    assertThat(second.valueLength(0)).isEqualTo(-1);
    assertThat(second.isNull(1)).isFalse();
    assertThat(second.getString(1)).isEmpty();
    assertThat(first.getString("name")).isEqualTo("eins");
    assertThat(first.getObject("name")).isEqualTo("eins");
    UnsafeBuffer view = new UnsafeBuffer(0, 0);
    assertThat(first.getBytes(1, view)).isTrue();
    assertThat(view.getStringWithoutLengthAscii(0, view.capacity())).isEqualTo("eins");
  }

  @Test
  void rowsCanBeHadBeforeAndAfterTheyAreTaken() {
    Kept rows = kept(twoRows(), KNOWN);
    assertThat(rows.rowOffsets()).isEqualTo(rows.allRowOffsets()).hasSize(2);
    assertThat(rows.rowsLeft()).isEqualTo(2);
    int second = rows.rowOffsets()[1];
    rows.next();
    assertThat(rows.rowOffsets()).containsExactly(second);
    rows.next();
    assertThat(rows.rowOffsets()).isEmpty();
    assertThat(new OneRow(rows, rows.allRowOffsets()[0]).getLong(0)).isEqualTo(1);
    assertThat(rows.rowCount()).isEqualTo(2);
    assertThat(new Kept().allRowOffsets()).isEmpty();
    assertThat(new Kept().columnDefinitions()).isSameAs(ColumnDefinitions.EMPTY);
  }

  @Test
  void rowsThatWereDroppedCannotBeTaken() {
    Kept rows = kept(twoRows(), KNOWN);
    rows.next();
    rows.dropRows();
    assertThat(rows.rowsLeft()).isZero();
    assertThat(rows.takeRow()).isEqualTo(KeptRows.NO_ROW);
    assertThat(rows.rowOffsets()).isEmpty();
    assertThat(rows.allRowOffsets()).hasSize(2);
  }

  /** Narrow rows are stepped over again, wide ones get an index. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8, 9, 40})
  void cellsAreTheSameInWhateverOrderTheyAreRead(int columns) {
    Random random = new Random(columns);
    List<String> names = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    Body body = new Body().ints(RowCursor.NO_METADATA, columns, 1);
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      DataType type = List.of(INT, BIGINT, VARCHAR).get(i % 3);
      Object value = i % 3 == 0 ? (Object) i : i % 3 == 1 ? (Object) (long) i : "v".repeat(i);
      names.add("c" + i);
      types.add(type);
      values.add(i % 5 == 4 ? null : value);
      body.cells(type, values.get(i));
    }
    OneRow row = kept(body, ColumnDefinitions.of("ks", "t", names, types)).next();
    for (int read = 0; read < 20 * columns; read++) {
      int i = random.nextInt(columns);
      Object value = values.get(i);
      switch (i % 3) {
        case 0 -> assertThat(row.getInt(i)).isEqualTo(value == null ? 0 : (int) value);
        case 1 -> assertThat(row.getLong("c" + i)).isEqualTo(value == null ? 0 : (long) value);
        default -> assertThat(row.getString(i)).isEqualTo(value);
      }
      assertThat(row.getObject(random.nextInt(columns))).isIn(values);
    }
  }

  @Test
  void columnThatIsNotThereIsRefused() {
    OneRow row = kept(twoRows(), KNOWN).next();
    for (int i : new int[] {-1, 2, 100}) {
      assertThatThrownBy(() -> row.getInt(i))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("column " + i + " of a row of 2 columns");
    }
    assertThatThrownBy(() -> row.getInt("nobody")).isInstanceOf(UnknownColumnException.class);
  }

  @Test
  void wrongGetterNamesTheColumnAndTheType() {
    OneRow row = kept(twoRows(), KNOWN).next();
    assertThatThrownBy(() -> row.getLong(1))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("column 1 'name'")
        .hasMessageContaining("getLong");
    assertThatThrownBy(() -> row.getString(0)).isInstanceOf(WrongTypeException.class);
  }

  @Test
  void rowThatRunsPastTheEndIsRefusedWhenItIsTaken() {
    Body tooLong = new Body().ints(RowCursor.NO_METADATA, 2, 1).cells(BIGINT, 1L).ints(9).raw();
    assertThatThrownBy(() -> kept(tooLong, KNOWN).next())
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("length 9 runs past the 0 bytes left");
    Body cutOff = new Body().ints(RowCursor.NO_METADATA, 2, 1).ints(4, 5);
    assertThatThrownBy(() -> kept(cutOff, KNOWN).next())
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("4 bytes are needed for its length, 0 are left");
  }

  @Test
  void columnsThatTheResultBringsAreDecodedWhenTheyAreAskedFor() {
    Body body = new Body().ints(RowCursor.GLOBAL_TABLE, 1).string("ks").string("t").string("id");
    body.type(BIGINT).ints(1).cells(BIGINT, 7L);
    Kept rows = kept(body, null);
    assertThat(rows.next().getLong("id")).isEqualTo(7);
    assertThat(rows.columnDefinitions()).isSameAs(rows.columnDefinitions());
    Kept undescribed = kept(twoRows(), null);
    assertThatThrownBy(undescribed::columnDefinitions)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no column definitions");
  }
}
