package io.peregrine.graph;

import io.peregrine.codec.InvalidValueException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Writes one JSON text (RFC 8259), without blanks. Confined to the thread that writes.
 *
 * <p>Commas and colons come by themselves; that what is begun is ended, and that each member has a
 * name, is up to who writes.
 */
final class JsonWriter {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder text = new StringBuilder();
  private int depth;

  /** Whether what comes next is the first in its object or array, or follows a name. */
  private boolean first = true;

  JsonWriter beginObject() {
    begin('{');
    return this;
  }

  JsonWriter endObject() {
    end('}');
    return this;
  }

  JsonWriter beginArray() {
    begin('[');
    return this;
  }

  JsonWriter endArray() {
    end(']');
    return this;
  }

  private void begin(char c) {
    if (++depth > JsonReader.MAX_DEPTH) {
      throw new InvalidValueException(
          "values stand in each other more than "
              + JsonReader.MAX_DEPTH
              + " deep; perhaps one contains itself");
    }
    separate();
    text.append(c);
    first = true;
  }

  private void end(char c) {
    depth--;
    text.append(c);
    first = false;
  }

  /** The name of the member that comes next. */
  JsonWriter name(String name) {
    separate();
    quote(name);
    text.append(':');
    first = true;
    return this;
  }

  JsonWriter text(String value) {
    separate();
    quote(value);
    return this;
  }

  /**
   * A whole or a decimal number.
   *
   * @param value of a class of the JDK's
   * @throws InvalidValueException if it is none: JSON has no NaN, and nothing infinite
   */
  JsonWriter number(Number value) {
    if ((value instanceof Double || value instanceof Float) && !isFinite(value)) {
      throw new InvalidValueException(
          "JSON has no number for " + value + "; leave it out, or send it as a text");
    }
    separate();
    // An exponent says the same as its zeros, which might be any number of them.
    text.append(value);
    return this;
  }

  static boolean isFinite(Number value) {
    return Double.isFinite(value.doubleValue())
        || value instanceof BigDecimal
        || value instanceof BigInteger;
  }

  JsonWriter bool(boolean value) {
    separate();
    text.append(value);
    return this;
  }

  JsonWriter nothing() {
    separate();
    text.append("null");
    return this;
  }

  private void separate() {
    if (!first) {
      text.append(',');
    }
    first = false;
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c >= ' ') {
        text.append(c);
      } else {
        escape(c);
      }
    }
    text.append('"');
  }

  private void escape(char c) {
    switch (c) {
      case '\n':
        text.append("\\n");
        break;
      case '\r':
        text.append("\\r");
        break;
      case '\t':
        text.append("\\t");
        break;
      default:
        text.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
        break;
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
