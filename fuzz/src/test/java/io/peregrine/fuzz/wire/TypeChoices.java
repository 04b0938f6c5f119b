package io.peregrine.fuzz.wire;

import com.datastax.oss.protocol.internal.response.result.RawType;
import io.peregrine.codec.DataType;
import io.peregrine.codec.ProtocolVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A generated type in the two vocabularies: the independent codec's and ours. Immutable.
 *
 * @param raw as the independent codec writes it
 * @param type what our decoders must make of it
 */
record TypeChoices(RawType raw, DataType type) {
  private static final String MARSHAL = "org.apache.cassandra.db.marshal.";
  private static final int MAX_DEPTH = 4;
  private static final int FIRST_V4_PRIMITIVE = 0x11;
  private static final int DURATION = 0x15;

  static TypeChoices of(Choices choices, ProtocolVersion version) {
    return of(choices, version, 0);
  }

  private static TypeChoices of(Choices choices, ProtocolVersion version, int depth) {
    int kind = choices.below(depth < MAX_DEPTH ? 14 : 7);
    return switch (kind) {
      case 7, 8 -> {
        TypeChoices element = of(choices, version, depth + 1);
        yield new TypeChoices(
            new RawType.RawList(element.raw), new DataType.ListType(element.type));
      }
      case 9 -> {
        TypeChoices element = of(choices, version, depth + 1);
        yield new TypeChoices(new RawType.RawSet(element.raw), new DataType.SetType(element.type));
      }
      case 10 -> {
        TypeChoices key = of(choices, version, depth + 1);
        TypeChoices value = of(choices, version, depth + 1);
        yield new TypeChoices(
            new RawType.RawMap(key.raw, value.raw), new DataType.MapType(key.type, value.type));
      }
      case 11 -> tuple(choices, version, depth);
      case 12 -> userType(choices, version, depth);
      case 13 -> custom(choices);
      default -> primitive(choices, version);
    };
  }

  private static TypeChoices primitive(Choices choices, ProtocolVersion version) {
    DataType.Primitive primitive = choices.of(DataType.Primitive.values());
    if (primitive.id() >= FIRST_V4_PRIMITIVE && !Features.isV4OrLater(version)
        || primitive.id() == DURATION && !Features.hasDuration(version)) {
      primitive = DataType.Primitive.VARCHAR;
    }
    return new TypeChoices(RawType.PRIMITIVES.get(primitive.id()), primitive);
  }

  private static TypeChoices tuple(Choices choices, ProtocolVersion version, int depth) {
    List<RawType> raw = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    for (int i = choices.below(4); i >= 0; i--) {
      TypeChoices component = of(choices, version, depth + 1);
      raw.add(component.raw);
      types.add(component.type);
    }
    return new TypeChoices(new RawType.RawTuple(raw), new DataType.TupleType(types));
  }

  private static TypeChoices userType(Choices choices, ProtocolVersion version, int depth) {
    String keyspace = choices.text();
    String name = choices.text();
    Map<String, RawType> raw = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    for (int i = choices.below(4); i >= 0; i--) {
      TypeChoices field = of(choices, version, depth + 1);
      String fieldName = choices.text() + i;
      raw.put(fieldName, field.raw);
      names.add(fieldName);
      types.add(field.type);
    }
    return new TypeChoices(
        new RawType.RawUdt(keyspace, name, raw),
        new DataType.UserType(keyspace, name, names, types));
  }

  private static TypeChoices custom(Choices choices) {
    int dimensions = 1 + choices.below(1600);
    return switch (choices.below(6)) {
      case 0 ->
          named(
              MARSHAL + "VectorType(" + MARSHAL + "FloatType, " + dimensions + ")",
              new DataType.VectorType(DataType.Primitive.FLOAT, dimensions));
      case 1 ->
          named(
              MARSHAL + "VectorType(" + MARSHAL + "UTF8Type," + dimensions + ")",
              new DataType.VectorType(DataType.Primitive.VARCHAR, dimensions));
      case 2 ->
          named(
              MARSHAL + "VectorType(" + MARSHAL + "VectorType(" + MARSHAL + "Int32Type , 2) , 3)",
              new DataType.VectorType(new DataType.VectorType(DataType.Primitive.INT, 2), 3));
      case 3 ->
          named(
              MARSHAL + "FrozenType(" + MARSHAL + "ListType(" + MARSHAL + "LongType))",
              new DataType.ListType(DataType.Primitive.BIGINT));
      default -> {
        String name = "com.example.Type" + choices.below(10);
        yield named(name, new DataType.CustomType(name));
      }
    };
  }

  private static TypeChoices named(String className, DataType type) {
    return new TypeChoices(new RawType.RawCustom(className), type);
  }
}
