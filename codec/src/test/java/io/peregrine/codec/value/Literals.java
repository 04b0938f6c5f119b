package io.peregrine.codec.value;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads types and values as the test vectors write them. One reader reads one text. */
final class Literals {
  private final String text;
  private int position;

  private Literals(String text) {
    this.text = text;
  }

  static DataType type(String text) {
    return new Literals(text).type();
  }

  static @Nullable Object value(DataType type, String text) {
    return new Literals(text).value(type);
  }

  private DataType type() {
    String name = word();
    switch (name) {
      case "list":
        return new DataType.ListType(parameters().get(0));
      case "set":
        return new DataType.SetType(parameters().get(0));
      case "map":
        List<DataType> types = parameters();
        return new DataType.MapType(types.get(0), types.get(1));
      case "tuple":
        return new DataType.TupleType(parameters());
      case "vector":
        expect('<');
        DataType element = type();
        expect(',');
        DataType vector = new DataType.VectorType(element, Integer.parseInt(word()));
        expect('>');
        return vector;
      case "udt":
        return udt();
      case "text":
        return Primitive.VARCHAR;
      default:
        return Primitive.valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  private List<DataType> parameters() {
    List<DataType> types = new ArrayList<>();
    expect('<');
    do {
      types.add(type());
    } while (take(','));
    expect('>');
    return types;
  }

  private DataType udt() {
    List<String> names = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    expect('<');
    do {
      names.add(word());
      types.add(type());
    } while (take(','));
    expect('>');
    return new DataType.UserType("ks", "u", names, types);
  }

  private @Nullable Object value(DataType type) {
    blanks();
    if (text.startsWith("null", position)) {
      position += 4;
      return null;
    }
    if (type instanceof DataType.ListType list) {
      return elements('[', ']', list.element());
    }
    if (type instanceof DataType.VectorType vector) {
      return elements('[', ']', vector.element());
    }
    if (type instanceof DataType.SetType set) {
      Set<@Nullable Object> values = new LinkedHashSet<>(elements('{', '}', set.element()));
      return values;
    }
    if (type instanceof DataType.MapType map) {
      Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
      expect('{');
      do {
        Object key = value(map.key());
        expect(':');
        entries.put(key, value(map.value()));
      } while (take(','));
      expect('}');
      return entries;
    }
    if (type instanceof DataType.TupleType tuple) {
      return TupleValue.of(tuple, components(tuple.components()));
    }
    if (type instanceof DataType.UserType udt) {
      return UdtValue.of(udt, components(udt.fieldTypes()));
    }
    return primitive((Primitive) type);
  }

  private List<@Nullable Object> elements(char open, char close, DataType element) {
    List<@Nullable Object> values = new ArrayList<>();
    expect(open);
    do {
      values.add(value(element));
    } while (take(','));
    expect(close);
    return values;
  }

  private List<@Nullable Object> components(List<DataType> types) {
    List<@Nullable Object> values = new ArrayList<>();
    expect('(');
    for (int i = 0; i < types.size(); i++) {
      if (i > 0) {
        expect(',');
      }
      values.add(value(types.get(i)));
    }
    expect(')');
    return values;
  }

  private Object primitive(Primitive type) {
    if (type == Primitive.VARCHAR) {
      expect('"');
      int end = text.indexOf('"', position);
      String value = text.substring(position, end);
      position = end + 1;
      return value;
    }
    boolean colons =
        type == Primitive.TIME || type == Primitive.TIMESTAMP || type == Primitive.INET;
    String word = colons ? text.substring(position) : word();
    switch (type) {
      case VARINT:
        return new BigInteger(word);
      case DECIMAL:
        int at = word.indexOf('@');
        return new BigDecimal(
            new BigInteger(word.substring(0, at)), Integer.parseInt(word.substring(at + 1)));
      case DURATION:
        String[] parts = word.split("/");
        return new CqlDuration(
            Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
      case INET:
        try {
          return InetAddress.getByName(word);
        } catch (UnknownHostException e) {
          throw new IllegalArgumentException(e);
        }
      case DATE:
        return LocalDate.parse(word);
      case TIME:
        return LocalTime.parse(word);
      case TIMESTAMP:
        return Instant.parse(word);
      case UUID:
      case TIMEUUID:
        return UUID.fromString(word);
      case FLOAT:
        return Float.valueOf(word);
      case DOUBLE:
        return Double.valueOf(word);
      case INT:
        return Integer.valueOf(word);
      case SMALLINT:
        return Short.valueOf(word);
      case BOOLEAN:
        return Boolean.valueOf(word);
      default:
        throw new IllegalArgumentException("no literals of type " + type);
    }
  }

  private String word() {
    blanks();
    int start = position;
    while (position < text.length() && "<>[]{}(),: ".indexOf(text.charAt(position)) < 0) {
      position++;
    }
    return text.substring(start, position);
  }

  private boolean take(char c) {
    blanks();
    if (position < text.length() && text.charAt(position) == c) {
      position++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (!take(c)) {
      throw new IllegalArgumentException("'" + c + "' expected at " + position + " of " + text);
    }
  }

  private void blanks() {
    while (position < text.length() && text.charAt(position) == ' ') {
      position++;
    }
  }
}
