package io.peregrine.codec.row;

import static io.peregrine.codec.DataType.Primitive.BIGINT;
import static io.peregrine.codec.DataType.Primitive.VARCHAR;
import static io.peregrine.codec.ProtocolVersion.V4;
import static io.peregrine.codec.ProtocolVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DataType;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WrongTypeException;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A RESULT of kind Rows, read in place. */
class RowCursorTest {
  private static final int GLOBAL = RowCursor.GLOBAL_TABLE;
  private static final int NONE = RowCursor.NO_METADATA;
  private static final ColumnDefinitions KNOWN =
      ColumnDefinitions.of("ks", "t", List.of("id", "name"), List.of(BIGINT, VARCHAR));

  private final RowCursor cursor = new RowCursor();

  @Test
  void rowsWithMetadataAreRead() {
    Body body = described(GLOBAL).ints(2);
    body.cells(BIGINT, 1L).cells(VARCHAR, "eins").cells(BIGINT, (Object) null).cells(VARCHAR, "");
    wrap(V4, body, null);
    assertThat(cursor.rowCount()).isEqualTo(2);
    assertThat(cursor.columnCount()).isEqualTo(2);
    assertThat(cursor.hasMorePages()).isFalse();
    assertThat(cursor.pagingState()).isNull();
    assertThat(cursor.newResultMetadataId()).isNull();
    assertThat(cursor.carriesMetadata()).isTrue();
    for (int pass = 0; pass < 2; pass++) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.getLong(0)).isEqualTo(1);
      assertThat(cursor.getString("NAME")).isEqualTo("eins");
      assertThat(cursor.getObject(1)).isEqualTo("eins");
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.isNull("id")).isTrue();
      assertThat(cursor.getLong("id")).isZero();
      assertThat(cursor.getObject("id")).isNull();
      assertThat(cursor.valueLength(0)).isEqualTo(-1);
      assertThat(cursor.isNull(1)).isFalse();
      assertThat(cursor.getString(1)).isEmpty();
      assertThat(cursor.next()).isFalse();
      assertThat(cursor.next()).isFalse();
      cursor.rewind();
    }
    assertThat(cursor.columnDefinitions()).isEqualTo(KNOWN).isSameAs(cursor.columnDefinitions());
  }

  @Test
  void knownColumnsServeARowsBodyWithoutMetadata() {
    Body body = new Body().ints(NONE, 2, 1).cells(BIGINT, 9L).cells(VARCHAR, "neun");
    wrap(V5, body, KNOWN);
    assertThat(cursor.columnDefinitions()).isSameAs(KNOWN);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.getLong("id")).isEqualTo(9);
    StringBuilder name = new StringBuilder("<");
    assertThat(cursor.appendTo(1, name)).isEqualTo(4);
    assertThat(name.toString()).isEqualTo("<neun");
    UnsafeBuffer view = new UnsafeBuffer(0, 0);
    assertThat(cursor.getBytes(1, view)).isTrue();
    assertThat(view.getStringWithoutLengthAscii(0, view.capacity())).isEqualTo("neun");
    assertThat(cursor.valueOffset(1)).isEqualTo(body.length() - 4);
  }

  @Test
  void rowOfAnotherReaderBeginsWhereTheCursorSays() {
    Body body = new Body().ints(NONE, 1, 2).cells(BIGINT, 5L, 6L);
    wrap(V5, body, null);
    assertThat(cursor.nextRowOffset()).isEqualTo(cursor.rowsOffset());
    cursor.next();
    RowReader row = new RowReader();
    int end = cursor.rowsOffset() + cursor.rowsLength();
    int at = cursor.nextRowOffset();
    assertThat(row.wrapRow(cursor.buffer(), at, end - at, 1, null)).isEqualTo(end);
    assertThat(row.getLong(0)).isEqualTo(6);
    assertThat(row.columnCount()).isEqualTo(1);
  }

  @Test
  void withoutAnyDefinitionsOnlyLengthsAreChecked() {
    wrap(V5, new Body().ints(NONE, 2, 1).cells(BIGINT, 9L).cells(VARCHAR, "x"), null);
    cursor.next();
    assertThat(cursor.getLong(0)).isEqualTo(9);
    assertThat(cursor.getDouble(0)).isEqualTo(Double.longBitsToDouble(9));
    assertThatThrownBy(() -> cursor.getInt(0))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("column 0")
        .hasMessageContaining("length 8 where 4");
    assertThatThrownBy(() -> cursor.getLong("id"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("definitions");
    assertThatThrownBy(() -> cursor.getObject(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void wrongGetterNamesTheColumnAndTheType() {
    wrap(V5, new Body().ints(NONE, 2, 1).cells(BIGINT, 9L).cells(VARCHAR, "12345678"), KNOWN);
    cursor.next();
    assertThatThrownBy(() -> cursor.getLong(1))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("column 1 'name'")
        .hasMessageContaining("text")
        .hasMessageContaining("getLong reads bigint");
    assertThatThrownBy(() -> cursor.getString(0)).isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> cursor.getDouble(0)).isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> cursor.getInt("prize"))
        .isInstanceOf(UnknownColumnException.class)
        .hasMessageContaining("[id, name]");
  }

  @Test
  void indexesOutOfRangeAreRefused() {
    wrap(V5, new Body().ints(NONE, 2, 1).cells(BIGINT, 9L).cells(VARCHAR, "x"), KNOWN);
    assertThatThrownBy(() -> cursor.getLong(0))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("next()");
    cursor.next();
    for (int i : new int[] {-1, 2, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> cursor.getLong(i))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("column " + i);
    }
    cursor.next();
    assertThatThrownBy(() -> cursor.isNull(0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void pagingStateAndNewIdAreThere() {
    int flags = GLOBAL | RowCursor.HAS_MORE_PAGES | RowCursor.METADATA_CHANGED;
    Body body = new Body().ints(flags, 2).bytes((byte) 1, (byte) 2).shortBytes((byte) 3);
    columns(body).ints(0);
    wrap(V5, body, ColumnDefinitions.EMPTY);
    assertThat(cursor.hasMorePages()).isTrue();
    assertThat(cursor.pagingState()).containsExactly(1, 2);
    assertThat(cursor.newResultMetadataId()).containsExactly(3);
    assertThat(cursor.columnDefinitions()).isEqualTo(KNOWN);

    Body bare = new Body().ints(NONE | RowCursor.HAS_MORE_PAGES, 2).bytes((byte) 4).ints(0);
    wrap(V4, bare, KNOWN);
    assertThat(cursor.pagingState()).containsExactly(4);
    assertThat(cursor.newResultMetadataId()).isNull();
    assertThat(cursor.next()).isFalse();
  }

  @Test
  void emptyCursorHasNothing() {
    wrap(V5, new Body().ints(NONE, 1, 1).cells(BIGINT, 1L), null);
    cursor.wrapEmpty();
    assertThat(cursor.rowCount()).isZero();
    assertThat(cursor.columnCount()).isZero();
    assertThat(cursor.hasMorePages()).isFalse();
    assertThat(cursor.columnDefinitions()).isSameAs(ColumnDefinitions.EMPTY);
    assertThat(cursor.rowsLength()).isZero();
    assertThat(cursor.next()).isFalse();
  }

  @Test
  void countsThatTheBytesCannotHoldAreMalformed() {
    int max = Integer.MAX_VALUE;
    int[][] counts = {
      {max, max},
      {max, 1},
      {1, max},
      {0, 1},
      {0, max},
      {-1, 1},
      {1, -1},
      {65_536, 65_536},
      {1 << 30, 4},
      {3, 1},
      {1, 3}
    };
    for (int[] count : counts) {
      refused(new Body().ints(NONE, count[0], count[1], -1, -1), null);
    }
    refused(new Body().ints(GLOBAL, max).string("k").string("t").ints(0), null);
    refused(new Body().ints(0, 1 << 28).string("k").string("t").ints(0), null);
  }

  @Test
  void otherColumnCountThanPreparedIsRefused() {
    refused(new Body().ints(NONE, 1, 1).cells(BIGINT, 1L), KNOWN);
  }

  @Test
  void refusedBodyLeavesAnEmptyCursor() {
    Body body = new Body().ints(NONE | RowCursor.HAS_MORE_PAGES, 1).bytes((byte) 1).ints(99);
    refused(body, null);
    assertThat(cursor.hasMorePages()).isFalse();
    assertThat(cursor.pagingState()).isNull();
    assertThat(cursor.next()).isFalse();
  }

  @Test
  void cellPastTheEndIsMalformed() {
    for (int length : new int[] {9, 1_000, Integer.MAX_VALUE}) {
      wrap(V5, new Body().ints(NONE, 1, 1).ints(length).raw(new byte[8]), null);
      assertThatThrownBy(cursor::next)
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("length " + length);
    }
    wrap(V5, new Body().ints(NONE, 1, 2).ints(5).raw(new byte[5]).raw(new byte[3]), null);
    assertThat(cursor.next()).isTrue();
    assertThatThrownBy(cursor::next).isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> cursor.getLong(0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void anyNegativeLengthIsNull() {
    wrap(V5, new Body().ints(NONE, 3, 1, -1, -2, Integer.MIN_VALUE), null);
    assertThat(cursor.next()).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(cursor.isNull(i)).isTrue();
      assertThat(cursor.getInt(i)).isZero();
      assertThat(cursor.getString(i)).isNull();
      assertThat(cursor.getBytes(i, new UnsafeBuffer(0, 0))).isFalse();
    }
  }

  @Test
  void emptyCellsOfFixedTypesReadAsZero() {
    wrap(V5, new Body().ints(NONE, 1, 1, 0), null);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.isNull(0)).isFalse();
    assertThat(cursor.getBoolean(0)).isFalse();
    assertThat(cursor.getByte(0)).isZero();
    assertThat(cursor.getShort(0)).isZero();
    assertThat(cursor.getInt(0)).isZero();
    assertThat(cursor.getLong(0)).isZero();
    assertThat(cursor.getFloat(0)).isZero();
    assertThat(cursor.getDouble(0)).isZero();
    assertThat(cursor.getUuidMostSignificantBits(0)).isZero();
    assertThat(cursor.getUuidLeastSignificantBits(0)).isZero();
  }

  @Test
  void randomDamageIsReadOrRefusedButNothingElse() {
    Random random = new Random(11);
    Body body = described(GLOBAL).ints(2);
    body.cells(BIGINT, 1L).cells(VARCHAR, "eins").cells(BIGINT, 2L).cells(VARCHAR, "zwei");
    int refused = 0;
    for (int round = 0; round < 100_000; round++) {
      UnsafeBuffer damaged = body.buffer();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged.putByte(random.nextInt(damaged.capacity()), (byte) random.nextInt());
      }
      int length = damaged.capacity() - (random.nextInt(4) == 0 ? random.nextInt(20) : 0);
      try {
        cursor.wrap(V5, damaged, 0, length, null);
        ColumnDefinitions columns = cursor.columnDefinitions();
        while (cursor.next()) {
          for (int i = 0; i < columns.size(); i++) {
            cursor.getObject(i);
          }
        }
      } catch (MalformedMessageException | IllegalStateException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1_000, 99_000);
  }

  private void refused(Body body, @Nullable ColumnDefinitions known) {
    assertThatThrownBy(() -> wrap(V5, body, known)).isInstanceOf(MalformedMessageException.class);
  }

  private void wrap(ProtocolVersion version, Body body, @Nullable ColumnDefinitions known) {
    cursor.wrap(version, body.buffer(), 0, body.length(), known);
  }

  private static Body described(int flags) {
    return columns(new Body().ints(flags, 2));
  }

  private static Body columns(Body body) {
    DataType[] types = {BIGINT, VARCHAR};
    body.string("ks").string("t").string("id").type(types[0]).string("name").type(types[1]);
    return body;
  }
}
