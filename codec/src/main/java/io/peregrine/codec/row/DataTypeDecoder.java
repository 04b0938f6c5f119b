package io.peregrine.codec.row;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DataType;
import io.peregrine.codec.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes the {@code [option]} that describes a type (v5 specification, section 4.2.5.2).
 * Stateless; any thread may use it.
 *
 * <p>Types nest at most {@link DataType#MAX_NESTING} deep; what nests deeper is malformed.
 */
public final class DataTypeDecoder {
  private static final DataType.Primitive[] PRIMITIVES = primitivesById();

  private DataTypeDecoder() {}

  private static DataType.Primitive[] primitivesById() {
    DataType.Primitive[] byId = new DataType.Primitive[DataType.LIST];
    for (DataType.Primitive primitive : DataType.Primitive.values()) {
      byId[primitive.id()] = primitive;
    }
    return byId;
  }

  /**
   * Decodes a type.
   *
   * @param reader stands on it, and behind it afterwards
   * @return the type
   * @throws MalformedMessageException if it is cut off, nests too deep, or has an id that the
   *     protocol does not know
   */
  public static DataType decode(BodyReader reader) {
    return decode(reader, 0);
  }

  /**
   * Decodes the name of a class, by which the server calls a type that has no id of its own.
   *
   * @param className the name, with its parameters
   * @return the type; a {@link DataType.CustomType} if the name is not understood
   * @throws MalformedMessageException if it nests too deep
   */
  public static DataType decodeClassName(String className) {
    return ClassNameParser.parse(className, 0);
  }

  /**
   * Steps over a type without decoding it. Allocates nothing.
   *
   * @param reader stands on it, and behind it afterwards
   * @throws MalformedMessageException as {@link #decode} does
   */
  public static void skip(BodyReader reader) {
    skip(reader, 0);
  }

  private static DataType decode(BodyReader reader, int depth) {
    int id = readId(reader, depth);
    if (id < PRIMITIVES.length && PRIMITIVES[id] != null) {
      return PRIMITIVES[id];
    }
    switch (id) {
      case DataType.CUSTOM:
        return ClassNameParser.parse(reader.readString("class name"), depth);
      case DataType.LIST:
        return new DataType.ListType(decode(reader, depth + 1));
      case DataType.SET:
        return new DataType.SetType(decode(reader, depth + 1));
      case DataType.MAP:
        DataType key = decode(reader, depth + 1);
        return new DataType.MapType(key, decode(reader, depth + 1));
      case DataType.UDT:
        return decodeUserType(reader, depth);
      case DataType.TUPLE:
        List<DataType> components = new ArrayList<>();
        for (int left = readCount(reader, "tuple size", 2); left > 0; left--) {
          components.add(decode(reader, depth + 1));
        }
        return new DataType.TupleType(components);
      default:
        return primitive(reader, id);
    }
  }

  private static DataType decodeUserType(BodyReader reader, int depth) {
    String keyspace = reader.readString("keyspace of the type");
    String name = reader.readString("type name");
    List<String> fieldNames = new ArrayList<>();
    List<DataType> fieldTypes = new ArrayList<>();
    for (int left = readCount(reader, "number of fields", 4); left > 0; left--) {
      fieldNames.add(reader.readString("field name"));
      fieldTypes.add(decode(reader, depth + 1));
    }
    return new DataType.UserType(keyspace, name, fieldNames, fieldTypes);
  }

  private static void skip(BodyReader reader, int depth) {
    int id = readId(reader, depth);
    switch (id) {
      case DataType.CUSTOM:
        reader.skipShortBytes("class name");
        break;
      case DataType.LIST:
      case DataType.SET:
        skip(reader, depth + 1);
        break;
      case DataType.MAP:
        skip(reader, depth + 1);
        skip(reader, depth + 1);
        break;
      case DataType.UDT:
        reader.skipShortBytes("keyspace of the type");
        reader.skipShortBytes("type name");
        for (int left = readCount(reader, "number of fields", 4); left > 0; left--) {
          reader.skipShortBytes("field name");
          skip(reader, depth + 1);
        }
        break;
      case DataType.TUPLE:
        for (int left = readCount(reader, "tuple size", 2); left > 0; left--) {
          skip(reader, depth + 1);
        }
        break;
      default:
        primitive(reader, id);
    }
  }

  private static int readId(BodyReader reader, int depth) {
    if (depth >= DataType.MAX_NESTING) {
      throw malformed(reader, "types nest more than " + DataType.MAX_NESTING + " deep");
    }
    return reader.readShort("type id");
  }

  private static int readCount(BodyReader reader, String field, int bytesPerItem) {
    int count = reader.readShort(field);
    if (count * bytesPerItem > reader.remaining()) {
      throw malformed(
          reader, field + " " + count + " cannot fit the " + reader.remaining() + " bytes left");
    }
    return count;
  }

  private static DataType primitive(BodyReader reader, int id) {
    if (id >= PRIMITIVES.length || PRIMITIVES[id] == null) {
      throw malformed(
          reader, "id 0x" + Integer.toHexString(id) + " is none that this driver knows");
    }
    return PRIMITIVES[id];
  }

  private static MalformedMessageException malformed(BodyReader reader, String problem) {
    return new MalformedMessageException("type", reader.offset(), problem);
  }
}
