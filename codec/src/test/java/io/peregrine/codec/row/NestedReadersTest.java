package io.peregrine.codec.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WrongTypeException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lists, maps, tuples and vectors, read in place. */
class NestedReadersTest {
  private static final DataType.ListType LONGS = new DataType.ListType(Primitive.BIGINT);
  private static final DataType.VectorType FLOATS = new DataType.VectorType(Primitive.FLOAT, 3);
  private static final DataType.UserType UDT =
      new DataType.UserType(
          "ks", "u", List.of("a", "b", "c"), List.of(Primitive.INT, LONGS, Primitive.VARCHAR));
  private static final DataType.MapType MAP = new DataType.MapType(Primitive.VARCHAR, UDT);

  private final ListReader list = new ListReader();
  private final MapReader map = new MapReader();
  private final TupleReader tuple = new TupleReader();
  private final VectorReader vector = new VectorReader();

  @Test
  void mapOfTypesOfListsIsReadLevelByLevel() {
    RowCursor row = row(MAP, Map.of("k", Map.of("a", 7, "b", List.of(1L, 2L), "c", "text")));
    assertThat(row.getMap(0, map)).isTrue();
    assertThat(map.size()).isEqualTo(1);
    assertThat(map.next()).isTrue();
    assertThat(map.key().getString()).isEqualTo("k");
    assertThat(map.value().getTuple(tuple)).isTrue();
    assertThat(tuple.size()).isEqualTo(3);
    assertThat(tuple.at("a").getInt()).isEqualTo(7);
    assertThat(tuple.at(2).getString()).isEqualTo("text");
    assertThat(tuple.at("b").getList(list)).isTrue();
    for (int pass = 0; pass < 2; pass++) {
      assertThat(list.next()).isTrue();
      assertThat(list.getLong()).isEqualTo(1);
      assertThat(list.next()).isTrue();
      assertThat(list.getLong()).isEqualTo(2);
      assertThat(list.next()).isFalse();
      list.rewind();
    }
    assertThat(map.next()).isFalse();
    assertThatThrownBy(() -> tuple.at("d"))
        .isInstanceOf(UnknownColumnException.class)
        .hasMessageContaining("[a, b, c]");
    assertThatThrownBy(() -> tuple.at(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> tuple.at("a").getLong()).isInstanceOf(WrongTypeException.class);
  }

  @Test
  void listOfListsIsReadWithTwoReaders() {
    RowCursor row =
        row(new DataType.ListType(LONGS), List.of(List.of(1L), List.of(), List.of(2L, 3L)));
    ListReader inner = new ListReader();
    assertThat(row.getList("c", list)).isTrue();
    long sum = 0;
    int elements = 0;
    while (list.next()) {
      assertThat(list.getList(inner)).isTrue();
      while (inner.next()) {
        sum += inner.getLong();
        elements++;
      }
    }
    assertThat(sum).isEqualTo(6);
    assertThat(elements).isEqualTo(3);
  }

  @Test
  void vectorsAreReadInBulkAndOneByOne() {
    RowCursor row = row(FLOATS, new float[] {-1.5f, 0, 42.125f});
    assertThat(row.getVector(0, vector)).isTrue();
    float[] floats = new float[3];
    assertThat(vector.getFloats(floats)).isEqualTo(3);
    assertThat(floats).containsExactly(-1.5f, 0, 42.125f);
    assertThat(vector.next()).isTrue();
    assertThat(vector.getFloat()).isEqualTo(-1.5f);
    assertThatThrownBy(() -> vector.getFloats(new float[2]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> vector.getDoubles(new double[3]))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("float");

    DataType texts = new DataType.VectorType(Primitive.VARCHAR, 2);
    assertThat(row(texts, List.of("ab", "x".repeat(20_000))).getVector(0, vector)).isTrue();
    assertThat(vector.next()).isTrue();
    assertThat(vector.getString()).isEqualTo("ab");
    assertThat(vector.next()).isTrue();
    assertThat(vector.getString()).isEqualTo("x".repeat(20_000));
    assertThat(vector.next()).isFalse();
  }

  @Test
  void otherBulkGettersReadTheirType() {
    row(new DataType.VectorType(Primitive.INT, 2), new int[] {1, -2}).getVector(0, vector);
    int[] ints = new int[2];
    vector.getInts(ints);
    assertThat(ints).containsExactly(1, -2);
    row(new DataType.VectorType(Primitive.BIGINT, 2), new long[] {1, -2}).getVector(0, vector);
    long[] longs = new long[3];
    assertThat(vector.getLongs(longs)).isEqualTo(2);
    assertThat(longs).containsExactly(1, -2, 0);
    row(new DataType.VectorType(Primitive.DOUBLE, 1), new double[] {1.5}).getVector(0, vector);
    double[] doubles = new double[1];
    vector.getDoubles(doubles);
    assertThat(doubles).containsExactly(1.5);
  }

  @Test
  void nullLeavesTheReadersEmpty() {
    assertThat(row(LONGS, null).getList(0, list)).isFalse();
    assertThat(list.size()).isZero();
    assertThat(list.next()).isFalse();
    assertThat(row(MAP, null).getMap(0, map)).isFalse();
    assertThat(map.next()).isFalse();
    assertThat(row(UDT, null).getTuple(0, tuple)).isFalse();
    assertThat(tuple.at(0).isNull()).isTrue();
    assertThat(row(FLOATS, null).getVector(0, vector)).isFalse();
    assertThat(vector.getFloats(new float[0])).isZero();
  }

  @Test
  void missingTrailingFieldsAreNullAndUnknownOnesAreLeftAlone() {
    Body body = new Body().ints(4, 5);
    tuple.wrap(body.buffer(), 0, body.length(), UDT);
    assertThat(tuple.at("a").getInt()).isEqualTo(5);
    assertThat(tuple.at("b").isNull()).isTrue();
    assertThat(tuple.at("c").getString()).isNull();
    Body newer = new Body().ints(4, 5, -1, -1, 4, 99);
    tuple.wrap(newer.buffer(), 0, newer.length(), UDT);
    assertThat(tuple.size()).isEqualTo(3);
    DataType pair = new DataType.TupleType(List.of(Primitive.INT, Primitive.INT));
    assertThatThrownBy(() -> tuple.wrap(newer.buffer(), 0, newer.length(), pair))
        .isInstanceOf(MalformedMessageException.class);
    tuple.wrap(newer.buffer(), 0, newer.length(), null);
    assertThat(tuple.size()).isEqualTo(4);
    assertThat(tuple.at(3).getInt()).isEqualTo(99);
  }

  @Test
  void gettersBeforeNextAreRefused() {
    row(LONGS, List.of(1L)).getList(0, list);
    assertThatThrownBy(list::getLong)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("next");
    assertThatThrownBy(list::getObject).isInstanceOf(IllegalStateException.class);
    list.next();
    assertThatThrownBy(list::getString).isInstanceOf(WrongTypeException.class);
    list.next();
    assertThatThrownBy(list::isNull).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void wrongKindOfReaderIsRefused() {
    RowCursor row = row(LONGS, List.of(1L));
    assertThatThrownBy(() -> row.getMap(0, map)).isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> row.getTuple(0, tuple)).isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> row.getVector(0, vector)).isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> row(MAP, null).getList(0, list))
        .isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> list.wrap(new UnsafeBuffer(0, 0), 0, 0, MAP))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void liesAboutCountsAndLengthsAreMalformed() {
    for (int count : new int[] {-1, 2, Integer.MAX_VALUE}) {
      Body body = new Body().ints(count, 0);
      refused(() -> list.wrap(body.buffer(), 0, body.length(), null));
      refused(() -> map.wrap(body.buffer(), 0, body.length(), null));
    }
    refused(() -> list.wrap(new UnsafeBuffer(new byte[3]), 0, 3, null));
    Body element = new Body().ints(1, 9).raw(new byte[8]);
    list.wrap(element.buffer(), 0, element.length(), LONGS);
    refused(list::next);
    Body entry = new Body().ints(1, 0, 1);
    map.wrap(entry.buffer(), 0, entry.length(), null);
    refused(map::next);
    Body component = new Body().ints(5, 0);
    refused(() -> tuple.wrap(component.buffer(), 0, component.length(), null));
  }

  @Test
  void vectorDimensionLiesAreMalformed() {
    UnsafeBuffer bytes = new UnsafeBuffer(new byte[12]);
    for (int dimensions : new int[] {1, 2, 4, 1 << 30, Integer.MAX_VALUE}) {
      refused(
          () -> vector.wrap(bytes, 0, 12, new DataType.VectorType(Primitive.FLOAT, dimensions)));
    }
    DataType.VectorType huge = FLOATS;
    for (int depth = 0; depth < 8; depth++) {
      huge = new DataType.VectorType(huge, Integer.MAX_VALUE);
    }
    DataType.VectorType nested = huge;
    refused(() -> vector.wrap(bytes, 0, 12, nested));
    DataType.VectorType texts = new DataType.VectorType(Primitive.VARCHAR, 13);
    refused(() -> vector.wrap(bytes, 0, 12, texts));
    // Twelve empty texts are what twelve zero bytes say, eleven leave one over.
    vector.wrap(bytes, 0, 12, new DataType.VectorType(Primitive.VARCHAR, 12));
    while (vector.next()) {
      assertThat(vector.getString()).isEmpty();
    }
    vector.wrap(bytes, 0, 12, new DataType.VectorType(Primitive.VARCHAR, 11));
    refused(
        () -> {
          while (vector.next()) {
            assertThat(vector.getString()).isEmpty();
          }
        });
    byte[] ones = new byte[12];
    Arrays.fill(ones, (byte) 0xFF);
    vector.wrap(new UnsafeBuffer(ones), 0, 12, new DataType.VectorType(Primitive.VARCHAR, 1));
    refused(vector::next);
  }

  private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(MalformedMessageException.class);
  }

  private static RowCursor row(DataType type, @Nullable Object value) {
    Body body = new Body().ints(RowCursor.NO_METADATA, 1, 1).cells(type, new Object[] {value});
    ColumnDefinitions known = ColumnDefinitions.of("ks", "t", List.of("c"), List.of(type));
    RowCursor cursor = new RowCursor();
    cursor.wrap(ProtocolVersion.V5, body.buffer(), 0, body.length(), known);
    assertThat(cursor.next()).isTrue();
    return cursor;
  }
}
