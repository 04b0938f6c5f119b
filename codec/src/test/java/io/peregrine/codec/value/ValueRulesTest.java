package io.peregrine.codec.value;

import static io.peregrine.codec.value.ValueVectorsTest.decode;
import static io.peregrine.codec.value.ValueVectorsTest.encode;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.row.ValueWriter;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Null, empty, out of range, of the wrong class: what each type takes and refuses. */
class ValueRulesTest {
  private static final DataType LIST = Literals.type("list<int>");
  private static final DataType SET = Literals.type("set<int>");
  private static final DataType MAP = Literals.type("map<int,int>");
  private static final DataType.UserType UDT =
      (DataType.UserType) Literals.type("udt<a int,b text>");
  private static final DataType.TupleType TUPLE =
      (DataType.TupleType) Literals.type("tuple<int,text>");

  @ParameterizedTest
  @EnumSource(Primitive.class)
  void nullIsNullAndEmptyIsEmptyOrNull(Primitive type) {
    assertThat(encode(type, null)).isEqualTo("-1");
    assertThat(ValueDecoder.decode(type, new UnsafeBuffer(0, 0), 0, -1)).isNull();
    Object empty = decode(type, "");
    switch (type) {
      case ASCII:
      case VARCHAR:
        assertThat(empty).isEqualTo("");
        break;
      case BLOB:
        assertThat(empty).isEqualTo(ByteBuffer.allocate(0));
        break;
      default:
        assertThat(empty).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"list<int>", "set<int>", "map<int,int>", "tuple<int>", "vector<int,2>"})
  void emptyNestedValuesAreNull(String type) {
    assertThat(decode(Literals.type(type), "")).isNull();
  }

  @ParameterizedTest
  @EnumSource(Primitive.class)
  void wrongClassIsAnsweredWithTheRightOnes(Primitive type) {
    assertThatThrownBy(() -> encode(type, new Object()))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("type " + type)
        .hasMessageContaining("java.lang.Object")
        .hasMessageContaining("give ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list<int>",
        "set<int>",
        "map<int,int>",
        "tuple<int>",
        "vector<int,2>",
        "udt<a int>"
      })
  void wrongClassForNestedTypesIsAnsweredToo(String type) {
    assertThatThrownBy(() -> encode(Literals.type(type), "text"))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("java.lang.String");
  }

  @ParameterizedTest
  @EnumSource(
      value = Primitive.class,
      names = {"ASCII", "VARCHAR", "BLOB", "VARINT", "DECIMAL"},
      mode = EnumSource.Mode.EXCLUDE)
  void lengthThatNoValueHasIsMalformed(Primitive type) {
    assertThatThrownBy(() -> decode(type, "80808080808080808080808080808080808080808080"))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(type.toString());
    if (type != Primitive.TINYINT && type != Primitive.BOOLEAN) {
      assertThatThrownBy(() -> decode(type, "80")).isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void integersWidenButNeverNarrow() {
    for (Object seven : new Object[] {7L, 7, (short) 7, (byte) 7}) {
      assertThat(encode(Primitive.BIGINT, seven)).isEqualTo("0000000000000007");
      assertThat(encode(Primitive.COUNTER, seven)).isEqualTo("0000000000000007");
      assertThat(encode(Primitive.VARINT, seven)).isEqualTo("07");
      assertThat(encode(Primitive.DECIMAL, seven)).isEqualTo("0000000007");
    }
    assertThat(encode(Primitive.INT, (short) -7)).isEqualTo("fffffff9");
    assertThat(encode(Primitive.SMALLINT, (byte) -7)).isEqualTo("fff9");
    assertThat(encode(Primitive.TINYINT, (byte) -7)).isEqualTo("f9");
    assertThat(encode(Primitive.DOUBLE, 1.5f)).isEqualTo(encode(Primitive.DOUBLE, 1.5));
    refusedClass(Primitive.INT, 7L);
    refusedClass(Primitive.SMALLINT, 7);
    refusedClass(Primitive.TINYINT, (short) 7);
    refusedClass(Primitive.FLOAT, 7.0);
    refusedClass(Primitive.BIGINT, BigInteger.ONE);
  }

  @Test
  void otherClassesOfTheSameMeaningAreTaken() {
    assertThat(encode(Primitive.VARCHAR, new StringBuilder("ab"))).isEqualTo("6162");
    assertThat(encode(Primitive.BLOB, new byte[] {1, 2})).isEqualTo("0102");
    assertThat(encode(Primitive.BLOB, new UnsafeBuffer(new byte[] {1, 2}))).isEqualTo("0102");
    ByteBuffer part = ByteBuffer.wrap(new byte[] {0, 1, 2, 3}).position(1).limit(3);
    assertThat(encode(Primitive.BLOB, part)).isEqualTo("0102");
    assertThat(encode(Primitive.BLOB, part.slice().asReadOnlyBuffer())).isEqualTo("0102");
    assertThat(part.position()).isEqualTo(1);
    assertThat(encode(new DataType.CustomType("x"), part)).isEqualTo("0102");
    assertThat(encode(Primitive.TIMESTAMP, new Date(5))).isEqualTo("0000000000000005");
    assertThat(encode(Primitive.TIMESTAMP, 5L)).isEqualTo("0000000000000005");
    assertThat(encode(Primitive.TIMESTAMP, Instant.ofEpochSecond(0, -1)))
        .isEqualTo("ffffffffffffffff");
    assertThat(encode(Primitive.TIME, 5L)).isEqualTo("0000000000000005");
    assertThat(encode(Primitive.DECIMAL, BigInteger.TEN)).isEqualTo("000000000a");
  }

  @Test
  void outOfRangeIsRefused() {
    refusedValue(Primitive.DATE, LocalDate.MAX);
    refusedValue(Primitive.DATE, LocalDate.ofEpochDay(1L << 31));
    refusedValue(Primitive.DATE, LocalDate.ofEpochDay(-(1L << 31) - 1));
    LocalDate first = LocalDate.ofEpochDay(-(1L << 31));
    assertThat(encode(Primitive.DATE, first)).isEqualTo("00000000");
    assertThat(decode(Primitive.DATE, "00000000")).isEqualTo(first);
    refusedValue(Primitive.TIME, -1L);
    refusedValue(Primitive.TIME, 86_400_000_000_000L);
    refusedValue(Primitive.TIMESTAMP, Instant.MAX);
    refusedValue(Primitive.TIMEUUID, UUID.fromString("e939f52a-d690-41ef-9cd2-0242ac120002"));
    refusedValue(Primitive.ASCII, "grün");
    assertThatThrownBy(() -> decode(Primitive.TIME, "7fffffffffffffff"))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> decode(Primitive.DECIMAL, "00000000"))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void durationHasOneSign() {
    assertThatThrownBy(() -> new CqlDuration(1, -1, 0))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("sign");
    ValueWriter writer = new ValueWriter().wrap(new ExpandableArrayBuffer(), 0);
    assertThatThrownBy(() -> writer.putDuration(0, -1, 1))
        .isInstanceOf(InvalidValueException.class);
    assertThat(writer.position()).isZero();
    assertThatThrownBy(() -> decode(Primitive.DURATION, "020100"))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> decode(Primitive.DURATION, "02040600"))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> decode(Primitive.DURATION, "f1000000000000"))
        .isInstanceOf(MalformedMessageException.class);
    assertThat(new CqlDuration(-1, -2, 0)).hasToString("-1mo2d");
    assertThat(new CqlDuration(0, 0, Long.MIN_VALUE)).hasToString("-9223372036854775808ns");
    assertThat(CqlDuration.ZERO).hasToString("0ns");
  }

  @Test
  void nullInsideACollectionIsRefusedWithARemedy() {
    List<@Nullable Object> holes = Arrays.asList(1, null);
    for (DataType type : List.of(LIST, SET, Literals.type("vector<int,2>"))) {
      assertThatThrownBy(() -> encode(type, holes))
          .isInstanceOf(InvalidValueException.class)
          .hasMessageContaining(type.toString())
          .hasMessageContaining("leave the element out");
    }
    Map<@Nullable Object, @Nullable Object> hole = new java.util.HashMap<>();
    hole.put(1, null);
    refusedValue(MAP, hole);
  }

  @Test
  void collectionsOfAnyKindAndArraysAreTaken() {
    String hex = "00000002000000040000000100000004fffffffe";
    List<Integer> numbers = List.of(-2, 1);
    for (Object value :
        new Object[] {
          List.of(1, -2),
          new ArrayList<>(List.of(1, -2)),
          new LinkedList<>(List.of(1, -2)),
          new TreeSet<>(numbers).descendingSet(),
          new int[] {1, -2}
        }) {
      assertThat(encode(LIST, value)).isEqualTo(hex);
    }
    assertThat(encode(SET, List.of(1, -2))).isEqualTo(encode(LIST, numbers));
    refusedClass(SET, new int[] {1});
    refusedClass(LIST, new long[] {1});
    assertThat(encode(Literals.type("list<bigint>"), new long[] {3}))
        .isEqualTo("00000001000000080000000000000003");
    assertThat(encode(Literals.type("vector<double,1>"), new double[] {1}))
        .isEqualTo("3ff0000000000000");
    refusedValue(Literals.type("vector<float,2>"), new float[] {1});
  }

  @Test
  void tuplesAndTypesAreTakenInEveryShape() {
    String hex = "0000000400000001ffffffff";
    assertThat(encode(TUPLE, TupleValue.of(TUPLE, 1))).isEqualTo(hex);
    assertThat(encode(TUPLE, List.of(1))).isEqualTo(hex);
    assertThat(encode(UDT, Map.of("a", 1))).isEqualTo(hex);
    assertThat(encode(UDT, UdtValue.of(UDT, Map.of("a", 1)))).isEqualTo(hex);
    refusedValue(TUPLE, List.of(1, "a", 2));
    refusedValue(UDT, Map.of("z", 1));
    DataType.UserType renamed = (DataType.UserType) Literals.type("udt<a int,c text>");
    refusedValue(UDT, UdtValue.of(renamed, List.of(1)));
    assertThatThrownBy(() -> UdtValue.of(UDT, Map.of("z", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[a, b]");
    assertThatThrownBy(() -> TupleValue.of(TUPLE, 1, "a", 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void valuesOfTuplesAndTypesAreReadAndCompared() {
    UdtValue udt = (UdtValue) decode(UDT, "0000000400000001");
    assertThat(udt).isEqualTo(UdtValue.of(UDT, Map.of("a", 1)));
    assertThat(udt).hasSameHashCodeAs(UdtValue.of(UDT, List.of(1)));
    assertThat(udt.get("a", Integer.class)).isEqualTo(1);
    assertThat(udt.get(1)).isNull();
    assertThat(udt).hasToString("{a: 1, b: null}");
    TupleValue tuple = (TupleValue) decode(TUPLE, "0000000400000001");
    assertThat(tuple).isEqualTo(TupleValue.of(TUPLE, 1, null));
    assertThat(tuple.get(0, Integer.class)).isEqualTo(1);
    assertThat(tuple).hasToString("(1, null)");
    assertThatThrownBy(() -> tuple.components().add(1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void collectionsKeepTheirOrderAndCannotBeChanged() {
    Set<?> set = (Set<?>) decode(SET, encode(LIST, List.of(3, 1, 2)));
    assertThat(new ArrayList<>(set)).isEqualTo(List.of(3, 1, 2));
    assertThatThrownBy(set::clear).isInstanceOf(UnsupportedOperationException.class);
    ByteBuffer blob = (ByteBuffer) decode(Primitive.BLOB, "01");
    assertThat(blob.isReadOnly()).isTrue();
  }

  @Test
  void failedValueLeavesTheWriterWhereItWas() {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    ValueWriter writer = new ValueWriter().wrap(buffer, 0);
    writer.putInt(1);
    DataType nested = Literals.type("list<vector<text,2>>");
    assertThatThrownBy(() -> ValueEncoder.encode(nested, List.of(List.of("a", 1)), writer))
        .isInstanceOf(WrongTypeException.class);
    assertThat(writer.position()).isEqualTo(8);
    ValueEncoder.encode(Primitive.INT, 2, writer);
    assertThat(buffer.getInt(8, java.nio.ByteOrder.BIG_ENDIAN)).isEqualTo(4);
  }

  /** A sparse file takes no room for bytes that nobody reads. */
  @Test
  void numberThatIsTooLongForAnIntegerIsRefusedUnread(@TempDir Path directory) throws IOException {
    int longest = ValueDecoder.MAX_INTEGER_LENGTH;
    try (FileChannel file = FileChannel.open(directory.resolve("zeros"), CREATE_NEW, READ, WRITE)) {
      UnsafeBuffer zeros = new UnsafeBuffer(file.map(MapMode.READ_WRITE, 0, longest + 5L));
      assertThatThrownBy(() -> ValueDecoder.decode(Primitive.VARINT, zeros, 0, longest + 1))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("varint")
          .hasMessageContaining((longest + 1) + " bytes")
          .hasMessageContaining("at most " + longest);
      assertThatThrownBy(() -> ValueDecoder.decode(Primitive.DECIMAL, zeros, 0, longest + 5))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("decimal")
          .hasMessageContaining((longest + 1) + " bytes");
    }
  }

  @Test
  void unsetIsMinusTwo() {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    ValueWriter writer = new ValueWriter().wrap(buffer, 0);
    writer.putUnset();
    writer.putNull();
    assertThat(buffer.getInt(0, java.nio.ByteOrder.BIG_ENDIAN)).isEqualTo(-2);
    assertThat(buffer.getInt(4, java.nio.ByteOrder.BIG_ENDIAN)).isEqualTo(-1);
    int token = writer.beginVector(true);
    assertThatThrownBy(writer::putNull).isInstanceOf(InvalidValueException.class);
    writer.endValue(token);
  }

  private static void refusedClass(DataType type, Object value) {
    assertThatThrownBy(() -> encode(type, value)).isInstanceOf(WrongTypeException.class);
  }

  private static void refusedValue(DataType type, Object value) {
    assertThatThrownBy(() -> encode(type, value))
        .isInstanceOf(InvalidValueException.class)
        .isInstanceOf(DriverException.class);
  }
}
