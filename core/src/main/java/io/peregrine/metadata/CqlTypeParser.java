package io.peregrine.metadata;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.DataType.UserType;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.row.DataTypeDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the CQL text of a type. Not thread-safe: one parser reads one text. */
final class CqlTypeParser {
  private static final Map<String, DataType> PLAIN = new HashMap<>();

  static {
    for (Primitive primitive : Primitive.values()) {
      PLAIN.put(primitive.toString(), primitive);
    }
    PLAIN.put("varchar", Primitive.VARCHAR);
    PLAIN.put("empty", new DataType.CustomType("org.apache.cassandra.db.marshal.EmptyType"));
  }

  private final String text;
  private final Function<String, @Nullable UserType> userTypes;
  private int position;
  private int frozen;

  private CqlTypeParser(String text, Function<String, @Nullable UserType> userTypes) {
    this.text = text;
    this.userTypes = userTypes;
  }

  /** The type, or null if the text is none that is known. */
  static @Nullable DataType parse(String text, Function<String, @Nullable UserType> userTypes) {
    CqlTypeParser parser = new CqlTypeParser(text, userTypes);
    DataType type = parser.type(0);
    parser.blanks();
    return parser.position == text.length() ? type : null;
  }

  private @Nullable DataType type(int depth) {
    blanks();
    if (depth >= DataType.MAX_NESTING || position == text.length()) {
      return null;
    }
    char first = text.charAt(position);
    if (first == '\'') {
      String className = quoted('\'');
      return className == null ? null : ofClass(className);
    }
    if (first == '"') {
      String name = quoted('"');
      return name == null ? null : userType(name);
    }
    String word = word().toLowerCase(Locale.ROOT);
    if (take('<')) {
      DataType type = parameterized(word, depth + 1);
      return take('>') ? type : null;
    }
    DataType plain = PLAIN.get(word);
    return plain != null ? plain : userType(word);
  }

  private @Nullable DataType parameterized(String word, int depth) {
    switch (word) {
      case "frozen":
        return frozen(depth - 1);
      case "list":
        DataType element = type(depth);
        return element == null ? null : new DataType.ListType(element);
      case "set":
        DataType member = type(depth);
        return member == null ? null : new DataType.SetType(member);
      case "map":
        DataType key = type(depth);
        DataType value = take(',') ? type(depth) : null;
        return key == null || value == null ? null : new DataType.MapType(key, value);
      case "tuple":
        return tuple(depth);
      case "vector":
        return vector(depth);
      default:
        return null;
    }
  }

  /** Not a level of its own, for nobody sees it on the wire; but bounded as levels are. */
  private @Nullable DataType frozen(int depth) {
    frozen++;
    DataType type = frozen > DataType.MAX_NESTING ? null : type(depth);
    frozen--;
    return type;
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

  private @Nullable DataType vector(int depth) {
    DataType element = type(depth);
    if (element == null || !take(',')) {
      return null;
    }
    blanks();
    try {
      int dimensions = Integer.parseInt(word());
      return dimensions < 1 ? null : new DataType.VectorType(element, dimensions);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The name may stand behind that of its keyspace, which is the table's. */
  private @Nullable DataType userType(String first) {
    if (!take('.')) {
      return first.isEmpty() ? null : userTypes.apply(first);
    }
    boolean isQuoted = position < text.length() && text.charAt(position) == '"';
    String name = isQuoted ? quoted('"') : word().toLowerCase(Locale.ROOT);
    return name == null ? null : userTypes.apply(name);
  }

  private static @Nullable DataType ofClass(String className) {
    try {
      return DataTypeDecoder.decodeClassName(className);
    } catch (DriverException e) {
      return null;
    }
  }

  /** What stands between the quotation mark here and its counterpart; null if there is none. */
  private @Nullable String quoted(char mark) {
    StringBuilder inside = new StringBuilder();
    for (int i = position + 1; i < text.length(); i++) {
      if (text.charAt(i) != mark) {
        inside.append(text.charAt(i));
      } else if (i + 1 < text.length() && text.charAt(i + 1) == mark) {
        inside.append(mark);
        i++;
      } else {
        position = i + 1;
        return inside.toString();
      }
    }
    return null;
  }

  private String word() {
    int start = position;
    while (position < text.length() && isWordCharacter(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  private static boolean isWordCharacter(char c) {
    return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
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
}
