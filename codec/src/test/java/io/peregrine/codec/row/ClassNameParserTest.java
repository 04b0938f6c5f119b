package io.peregrine.codec.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.MalformedMessageException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's class names become types, or stay what they are. */
class ClassNameParserTest {
  private static final String P = "org.apache.cassandra.db.marshal.";

  @Test
  void durationByClassNameIsADuration() {
    assertThat(parse(P + "DurationType")).isEqualTo(Primitive.DURATION);
  }

  @ParameterizedTest
  @CsvSource({
    "AsciiType,ASCII", "LongType,BIGINT", "BytesType,BLOB", "BooleanType,BOOLEAN",
    "CounterColumnType,COUNTER", "DecimalType,DECIMAL", "DoubleType,DOUBLE", "FloatType,FLOAT",
    "Int32Type,INT", "TimestampType,TIMESTAMP", "DateType,TIMESTAMP", "UUIDType,UUID",
    "UTF8Type,VARCHAR", "IntegerType,VARINT", "TimeUUIDType,TIMEUUID", "InetAddressType,INET",
    "SimpleDateType,DATE", "TimeType,TIME", "ShortType,SMALLINT", "ByteType,TINYINT",
    "DurationType,DURATION", "LexicalUUIDType,UUID"
  })
  void vectorOfAPrimitiveIsAVector(String className, Primitive primitive) {
    assertThat(parse(P + "VectorType(" + P + className + " , 3)"))
        .isEqualTo(new DataType.VectorType(primitive, 3));
    assertThat(parse("VectorType(" + className + ",3)"))
        .isEqualTo(new DataType.VectorType(primitive, 3));
  }

  @Test
  void nestedNamesBecomeNestedTypes() {
    String udt =
        P + "UserType(ks,61646472,737472656574:" + P + "UTF8Type,7a6970:" + P + "Int32Type)";
    String name =
        P
            + "VectorType("
            + P
            + "FrozenType("
            + P
            + "MapType("
            + udt
            + ","
            + P
            + "ListType("
            + P
            + "TupleType("
            + P
            + "SetType("
            + P
            + "ReversedType("
            + P
            + "LongType)),"
            + P
            + "VectorType("
            + P
            + "FloatType , 2)))))"
            + " , 4)";
    DataType expectedUdt =
        new DataType.UserType(
            "ks", "addr", List.of("street", "zip"), List.of(Primitive.VARCHAR, Primitive.INT));
    DataType tuple =
        new DataType.TupleType(
            List.of(
                new DataType.SetType(Primitive.BIGINT),
                new DataType.VectorType(Primitive.FLOAT, 2)));
    assertThat(parse(name))
        .isEqualTo(
            new DataType.VectorType(
                new DataType.MapType(expectedUdt, new DataType.ListType(tuple)), 4));
  }

  @Test
  void unknownElementStaysCustomInsideAList() {
    String empty = P + "EmptyType";
    assertThat(parse(P + "ListType(" + empty + ")"))
        .isEqualTo(new DataType.ListType(new DataType.CustomType(empty)));
    String composite = P + "CompositeType(" + P + "Int32Type," + P + "UTF8Type)";
    assertThat(parse(P + "MapType(" + composite + "," + P + "Int32Type)"))
        .isEqualTo(new DataType.MapType(new DataType.CustomType(composite), Primitive.INT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "(",
        ")",
        "com.example.MyType",
        "VectorType(FloatType , 0)",
        "VectorType(FloatType , -1)",
        "VectorType(FloatType , 99999999999)",
        "VectorType(FloatType , x)",
        "VectorType(FloatType)",
        "VectorType(FloatType , 3",
        "VectorType(FloatType , 3))",
        "VectorType(EmptyType , 3)",
        "UserType(ks,zz,61:Int32Type)",
        "UserType(ks,61,61)",
        "ListType()",
        "MapType(Int32Type)",
        "TupleType(Int32Type,)",
        "FrozenType(",
        "org.apache.cassandra.db.marshal.EmptyType"
      })
  void whatIsNotUnderstoodStaysACustomType(String name) {
    assertThat(parse(name)).isEqualTo(new DataType.CustomType(name));
  }

  @ParameterizedTest
  @EnumSource
  void typesOfDseAreKnown(DataType.DseType type) {
    assertThat(parse(type.className())).isSameAs(type);
    assertThat(parse(P + "FrozenType(" + type.className() + ")")).isSameAs(type);
    assertThat(type.id()).isEqualTo(DataType.CUSTOM);
    assertThat(type).hasToString("'" + type.className().substring(P.length()) + "'");
  }

  @Test
  void nestingTooDeepIsMalformed() {
    String name = "ListType(".repeat(5_000) + "Int32Type" + ")".repeat(5_000);
    assertThatThrownBy(() -> parse(name))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("64");
    String frozen = "FrozenType(".repeat(5_000) + "Int32Type" + ")".repeat(5_000);
    assertThatThrownBy(() -> parse(frozen)).isInstanceOf(MalformedMessageException.class);
  }

  private static DataType parse(String name) {
    return DataTypeDecoder.decode(new Body().shorts(DataType.CUSTOM).string(name).reader());
  }
}
