package io.peregrine.fuzz.value;

import com.datastax.oss.driver.api.core.type.DataTypes;
import com.datastax.oss.driver.internal.core.type.UserDefinedTypeBuilder;
import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import java.util.List;

/** Types as the Java driver has them. Stateless; any thread may use it. */
final class DriverTypes {
  private DriverTypes() {}

  static com.datastax.oss.driver.api.core.type.DataType of(DataType type) {
    if (type instanceof Primitive primitive) {
      return ofPrimitive(primitive);
    }
    if (type instanceof DataType.ListType list) {
      return DataTypes.frozenListOf(of(list.element()));
    }
    if (type instanceof DataType.SetType set) {
      return DataTypes.frozenSetOf(of(set.element()));
    }
    if (type instanceof DataType.MapType map) {
      return DataTypes.frozenMapOf(of(map.key()), of(map.value()));
    }
    if (type instanceof DataType.VectorType vector) {
      return DataTypes.vectorOf(of(vector.element()), vector.dimensions());
    }
    if (type instanceof DataType.TupleType tuple) {
      return DataTypes.tupleOf(all(tuple.components()));
    }
    return ofUserType((DataType.UserType) type);
  }

  private static com.datastax.oss.driver.api.core.type.DataType[] all(List<DataType> types) {
    return types.stream()
        .map(DriverTypes::of)
        .toArray(com.datastax.oss.driver.api.core.type.DataType[]::new);
  }

  private static com.datastax.oss.driver.api.core.type.DataType ofUserType(DataType.UserType type) {
    UserDefinedTypeBuilder builder = new UserDefinedTypeBuilder(type.keyspace(), type.name());
    for (int i = 0; i < type.fieldNames().size(); i++) {
      // The builder takes names as CQL writes them.
      String quoted = '"' + type.fieldNames().get(i).replace("\"", "\"\"") + '"';
      builder.withField(quoted, of(type.fieldTypes().get(i)));
    }
    return builder.frozen().build();
  }

  private static com.datastax.oss.driver.api.core.type.DataType ofPrimitive(Primitive type) {
    return switch (type) {
      case ASCII -> DataTypes.ASCII;
      case BIGINT -> DataTypes.BIGINT;
      case BLOB -> DataTypes.BLOB;
      case BOOLEAN -> DataTypes.BOOLEAN;
      case COUNTER -> DataTypes.COUNTER;
      case DECIMAL -> DataTypes.DECIMAL;
      case DOUBLE -> DataTypes.DOUBLE;
      case FLOAT -> DataTypes.FLOAT;
      case INT -> DataTypes.INT;
      case TIMESTAMP -> DataTypes.TIMESTAMP;
      case UUID -> DataTypes.UUID;
      case VARCHAR -> DataTypes.TEXT;
      case VARINT -> DataTypes.VARINT;
      case TIMEUUID -> DataTypes.TIMEUUID;
      case INET -> DataTypes.INET;
      case DATE -> DataTypes.DATE;
      case TIME -> DataTypes.TIME;
      case SMALLINT -> DataTypes.SMALLINT;
      case TINYINT -> DataTypes.TINYINT;
      case DURATION -> DataTypes.DURATION;
    };
  }
}
