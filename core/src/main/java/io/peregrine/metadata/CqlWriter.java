package io.peregrine.metadata;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes CQL text. Confined to the thread that made it. */
final class CqlWriter {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final StringBuilder text = new StringBuilder();

  /** Text as it is. */
  CqlWriter raw(String cql) {
    text.append(cql);
    return this;
  }

  /** A name, quoted if need be. */
  CqlWriter name(String name) {
    return raw(CqlNames.quoted(name));
  }

  /** Names, quoted if need be, with commas between them. */
  CqlWriter names(Collection<String> names) {
    String separator = "";
    for (String name : names) {
      raw(separator).name(name);
      separator = ", ";
    }
    return this;
  }

  /** The name of something in a keyspace. */
  CqlWriter qualified(String keyspace, String name) {
    return name(keyspace).raw(".").name(name);
  }

  /** A value: text, number, truth value, bytes, or a collection of them. */
  CqlWriter literal(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map(map);
    } else if (value instanceof Collection<?> elements) {
      boolean isList = elements instanceof List;
      elements(elements, isList ? "[" : "{", isList ? "]" : "}");
    } else if (value instanceof ByteBuffer bytes) {
      bytes(bytes);
    } else if (value instanceof Number || value instanceof Boolean) {
      text.append(value);
    } else {
      text.append('\'').append(value.toString().replace("'", "''")).append('\'');
    }
    return this;
  }

  private void elements(Collection<?> elements, String open, String close) {
    String separator = open;
    for (Object element : elements) {
      raw(separator).literal(element);
      separator = ", ";
    }
    raw(elements.isEmpty() ? open + close : close);
  }

  /** Equal maps give equal text, in whatever order the server sent them. */
  private CqlWriter map(Map<?, ?> map) {
    Map<String, Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
    String separator = "{";
    for (Map.Entry<String, Object> entry : sorted.entrySet()) {
      raw(separator).literal(entry.getKey()).raw(": ").literal(entry.getValue());
      separator = ", ";
    }
    return raw(map.isEmpty() ? "{}" : "}");
  }

  private void bytes(ByteBuffer bytes) {
    text.append("0x");
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      text.append(HEX[bytes.get(i) >> 4 & 15]).append(HEX[bytes.get(i) & 15]);
    }
  }

  /** The statement, in a comment if something is wrong with it. */
  String statement(String what, List<String> problems) {
    text.append(';');
    return problems.isEmpty() ? text.toString() : comment(what, problems, text.toString());
  }

  /** What has gone wrong, with what there is, for reference. */
  static String comment(String what, List<String> problems, String cql) {
    String inner =
        "Warning: "
            + what
            + " cannot be made anew from this. "
            + String.join(" ", problems)
            + '\n'
            + cql;
    return "/*\n" + inner.replace("*/", "* /") + "\n*/";
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
