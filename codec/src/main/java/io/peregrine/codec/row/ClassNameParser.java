package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.MalformedMessageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the server's class names, by which it describes the types that have no option id of their
 * own. Not thread-safe: one parser reads one name.
 *
 * <p>A name that is not understood becomes a {@link DataType.CustomType}, whose values are bytes.
 */
final class ClassNameParser {
  private static final String PACKAGE = "org.apache.cassandra.db.marshal.";
  private static final Map<String, DataType> PLAIN = new HashMap<>();

  static {
    PLAIN.put("AsciiType", Primitive.ASCII);
    PLAIN.put("LongType", Primitive.BIGINT);
    PLAIN.put("BytesType", Primitive.BLOB);
    PLAIN.put("BooleanType", Primitive.BOOLEAN);
    PLAIN.put("CounterColumnType", Primitive.COUNTER);
    PLAIN.put("DecimalType", Primitive.DECIMAL);
    PLAIN.put("DoubleType", Primitive.DOUBLE);
    PLAIN.put("FloatType", Primitive.FLOAT);
    PLAIN.put("Int32Type", Primitive.INT);
    PLAIN.put("TimestampType", Primitive.TIMESTAMP);
    PLAIN.put("DateType", Primitive.TIMESTAMP);
    PLAIN.put("UUIDType", Primitive.UUID);
    PLAIN.put("LexicalUUIDType", Primitive.UUID);
    PLAIN.put("UTF8Type", Primitive.VARCHAR);
    PLAIN.put("IntegerType", Primitive.VARINT);
    PLAIN.put("TimeUUIDType", Primitive.TIMEUUID);
    PLAIN.put("InetAddressType", Primitive.INET);
    PLAIN.put("SimpleDateType", Primitive.DATE);
    PLAIN.put("TimeType", Primitive.TIME);
    PLAIN.put("ShortType", Primitive.SMALLINT);
    PLAIN.put("ByteType", Primitive.TINYINT);
    PLAIN.put("DurationType", Primitive.DURATION);
    for (DataType.DseType type : DataType.DseType.values()) {
      PLAIN.put(type.className().substring(PACKAGE.length()), type);
    }
  }

  private final String text;
  private int position;

  private ClassNameParser(String text) {
    this.text = text;
  }

  /** Parses a name; the depth is how deep the type that it names is nested already. */
  static DataType parse(String className, int depth) {
    ClassNameParser parser = new ClassNameParser(className);
    DataType type = parser.type(depth);
    parser.blanks();
    boolean understood = type != null && parser.position == className.length();
    return understood && type != null ? type : new DataType.CustomType(className);
  }

  /** The type at the position, or null if the text breaks the grammar. */
  private @Nullable DataType type(int depth) {
    if (depth >= DataType.MAX_NESTING) {
      throw new MalformedMessageException(
          "class name",
          0,
          "types nest more than "
              + DataType.MAX_NESTING
              + " deep: "
              + text.substring(0, Math.min(200, text.length())));
    }
    blanks();
    int start = position;
    String name = word();
    if (name.isEmpty()) {
      return null;
    }
    String simple = name.startsWith(PACKAGE) ? name.substring(PACKAGE.length()) : name;
    boolean parameters = take('(');
    DataType known = parameters ? parameterized(simple, depth + 1) : PLAIN.get(simple);
    if (known != null && (!parameters || take(')'))) {
      return known;
    }
    position = start + name.length();
    return skipParameters() ? new DataType.CustomType(text.substring(start, position)) : null;
  }

  /** The type whose parameters begin at the position, or null if it is none that we know. */
  private @Nullable DataType parameterized(String name, int depth) {
    switch (name) {
      case "FrozenType":
      case "ReversedType":
        return type(depth);
      case "ListType":
        DataType element = type(depth);
        return element == null ? null : new DataType.ListType(element);
      case "SetType":
        DataType member = type(depth);
        return member == null ? null : new DataType.SetType(member);
      case "MapType":
        DataType key = type(depth);
        DataType value = take(',') ? type(depth) : null;
        return key == null || value == null ? null : new DataType.MapType(key, value);
      case "TupleType":
        return tuple(depth);
      case "UserType":
        return userType(depth);
      case "VectorType":
        return vector(depth);
      default:
        return null;
    }
  }

  private @Nullable DataType tuple(int depth) {
    List<DataType> components = new ArrayList<>();
    do {
      DataType component = type(depth);
      if (component == null) {
        return null;
      }
      components.add(component);
    } while (take(','));
    return new DataType.TupleType(components);
  }

  private @Nullable DataType userType(int depth) {
    blanks();
    String keyspace = word();
    String name = take(',') ? hexWord() : null;
    if (name == null) {
      return null;
    }
    List<String> fieldNames = new ArrayList<>();
    List<DataType> fieldTypes = new ArrayList<>();
    while (take(',')) {
      String fieldName = hexWord();
      DataType fieldType = fieldName != null && take(':') ? type(depth) : null;
      if (fieldName == null || fieldType == null) {
        return null;
      }
      fieldNames.add(fieldName);
      fieldTypes.add(fieldType);
    }
    return new DataType.UserType(keyspace, name, fieldNames, fieldTypes);
  }

  private @Nullable DataType vector(int depth) {
    DataType element = type(depth);
    // How a vector of custom values is laid out depends on a size that only the server knows.
    if (element == null || element instanceof DataType.CustomType || !take(',')) {
      return null;
    }
    blanks();
    String digits = word();
    try {
      int dimensions = Integer.parseInt(digits);
      return dimensions < 1 ? null : new DataType.VectorType(element, dimensions);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private @Nullable String hexWord() {
    blanks();
    try {
      return new String(HexFormat.of().parseHex(word()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private String word() {
    int start = position;
    while (position < text.length() && "(),: ".indexOf(text.charAt(position)) < 0) {
      position++;
    }
    return text.substring(start, position);
  }

  private boolean take(char expected) {
    blanks();
    if (position < text.length() && text.charAt(position) == expected) {
      position++;
      return true;
    }
    return false;
  }

  private void blanks() {
    while (position < text.length() && text.charAt(position) == ' ') {
      position++;
    }
  }

  private boolean skipParameters() {
    int open = 0;
    if (!take('(')) {
      return true;
    }
    open++;
    while (open > 0 && position < text.length()) {
      char c = text.charAt(position++);
      open += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    return open == 0;
  }
}
