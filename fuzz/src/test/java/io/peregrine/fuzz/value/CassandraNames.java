package io.peregrine.fuzz.value;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The class names by which Cassandra parses types. Stateless; any thread may use it. */
final class CassandraNames {
  private static final String PACKAGE = "org.apache.cassandra.db.marshal.";
  private static final Map<Primitive, String> PRIMITIVES = new EnumMap<>(Primitive.class);

  static {
    PRIMITIVES.put(Primitive.ASCII, "AsciiType");
    PRIMITIVES.put(Primitive.BIGINT, "LongType");
    PRIMITIVES.put(Primitive.BLOB, "BytesType");
    PRIMITIVES.put(Primitive.BOOLEAN, "BooleanType");
    PRIMITIVES.put(Primitive.COUNTER, "CounterColumnType");
    PRIMITIVES.put(Primitive.DECIMAL, "DecimalType");
    PRIMITIVES.put(Primitive.DOUBLE, "DoubleType");
    PRIMITIVES.put(Primitive.FLOAT, "FloatType");
    PRIMITIVES.put(Primitive.INT, "Int32Type");
    PRIMITIVES.put(Primitive.TIMESTAMP, "TimestampType");
    PRIMITIVES.put(Primitive.UUID, "UUIDType");
    PRIMITIVES.put(Primitive.VARCHAR, "UTF8Type");
    PRIMITIVES.put(Primitive.VARINT, "IntegerType");
    PRIMITIVES.put(Primitive.TIMEUUID, "TimeUUIDType");
    PRIMITIVES.put(Primitive.INET, "InetAddressType");
    PRIMITIVES.put(Primitive.DATE, "SimpleDateType");
    PRIMITIVES.put(Primitive.TIME, "TimeType");
    PRIMITIVES.put(Primitive.SMALLINT, "ShortType");
    PRIMITIVES.put(Primitive.TINYINT, "ByteType");
    PRIMITIVES.put(Primitive.DURATION, "DurationType");
  }

  private CassandraNames() {}

  static String of(DataType type) {
    if (type instanceof Primitive primitive) {
      return PACKAGE + PRIMITIVES.get(primitive);
    }
    if (type instanceof DataType.ListType list) {
      return frozen("ListType(" + of(list.element()));
    }
    if (type instanceof DataType.SetType set) {
      return frozen("SetType(" + of(set.element()));
    }
    if (type instanceof DataType.MapType map) {
      return frozen("MapType(" + of(map.key()) + "," + of(map.value()));
    }
    if (type instanceof DataType.VectorType vector) {
      return PACKAGE + "VectorType(" + of(vector.element()) + "," + vector.dimensions() + ")";
    }
    if (type instanceof DataType.TupleType tuple) {
      return PACKAGE + "TupleType(" + joined(tuple.components()) + ")";
    }
    DataType.UserType udt = (DataType.UserType) type;
    StringBuilder name = new StringBuilder("UserType(" + udt.keyspace() + "," + hex(udt.name()));
    for (int i = 0; i < udt.fieldNames().size(); i++) {
      name.append(',').append(hex(udt.fieldNames().get(i)));
      name.append(':').append(of(udt.fieldTypes().get(i)));
    }
    return frozen(name.toString());
  }

  private static String frozen(String inner) {
    return PACKAGE + "FrozenType(" + PACKAGE + inner + "))";
  }

  private static String joined(List<DataType> types) {
    return types.stream().map(CassandraNames::of).collect(Collectors.joining(","));
  }

  private static String hex(String name) {
    return HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8));
  }
}
