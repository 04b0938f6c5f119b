package io.peregrine.fuzz.wire;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes types as the server's class names, the way its own parser prints them. Stateless. */
final class ClassNames {
  private static final String MARSHAL = "org.apache.cassandra.db.marshal.";

  private static final Map<Primitive, String> PRIMITIVES =
      Map.ofEntries(
          Map.entry(Primitive.ASCII, "AsciiType"),
          Map.entry(Primitive.BIGINT, "LongType"),
          Map.entry(Primitive.BLOB, "BytesType"),
          Map.entry(Primitive.BOOLEAN, "BooleanType"),
          Map.entry(Primitive.COUNTER, "CounterColumnType"),
          Map.entry(Primitive.DECIMAL, "DecimalType"),
          Map.entry(Primitive.DOUBLE, "DoubleType"),
          Map.entry(Primitive.FLOAT, "FloatType"),
          Map.entry(Primitive.INT, "Int32Type"),
          Map.entry(Primitive.TIMESTAMP, "TimestampType"),
          Map.entry(Primitive.UUID, "UUIDType"),
          Map.entry(Primitive.VARCHAR, "UTF8Type"),
          Map.entry(Primitive.VARINT, "IntegerType"),
          Map.entry(Primitive.TIMEUUID, "TimeUUIDType"),
          Map.entry(Primitive.INET, "InetAddressType"),
          Map.entry(Primitive.DATE, "SimpleDateType"),
          Map.entry(Primitive.TIME, "TimeType"),
          Map.entry(Primitive.SMALLINT, "ShortType"),
          Map.entry(Primitive.TINYINT, "ByteType"),
          Map.entry(Primitive.DURATION, "DurationType"));

  private ClassNames() {}

  static String of(DataType type) {
    if (type instanceof Primitive primitive) {
      return MARSHAL + PRIMITIVES.get(primitive);
    }
    if (type instanceof DataType.ListType list) {
      return MARSHAL + "ListType(" + of(list.element()) + ")";
    }
    if (type instanceof DataType.SetType set) {
      return MARSHAL + "FrozenType(" + MARSHAL + "SetType(" + of(set.element()) + "))";
    }
    if (type instanceof DataType.MapType map) {
      return MARSHAL + "MapType(" + of(map.key()) + "," + of(map.value()) + ")";
    }
    if (type instanceof DataType.TupleType tuple) {
      return MARSHAL + "TupleType(" + all(tuple.components()) + ")";
    }
    if (type instanceof DataType.VectorType vector) {
      return MARSHAL + "VectorType(" + of(vector.element()) + " , " + vector.dimensions() + ")";
    }
    if (type instanceof DataType.UserType udt) {
      StringBuilder name = new StringBuilder(MARSHAL + "UserType(ks," + hex(udt.name()));
      for (int i = 0; i < udt.fieldNames().size(); i++) {
        name.append(',').append(hex(udt.fieldNames().get(i))).append(':');
        name.append(of(udt.fieldTypes().get(i)));
      }
      return name.append(')').toString();
    }
    return type instanceof DataType.CustomType custom ? custom.className() : "com.example.Type";
  }

  private static String all(List<DataType> types) {
    return types.stream().map(ClassNames::of).collect(Collectors.joining(","));
  }

  private static String hex(String name) {
    return HexFormat.of().formatHex(RequestLaw.utf8(name));
  }
}
