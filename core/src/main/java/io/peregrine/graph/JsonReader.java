package io.peregrine.graph;

import io.peregrine.codec.MalformedMessageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text (RFC 8259) as maps, lists, strings, {@link JsonNumber}s, booleans and null.
 * Confined to the thread that reads.
 *
 * <p>It is strict, and takes no more than what was given has bytes for: how deep values may stand
 * in each other, and how long a number may be, has a limit, and nothing else grows but with the
 * text. Of two members of one name, the later counts.
 */
final class JsonReader {
  /** As deep as values may stand in each other. */
  static final int MAX_DEPTH = 512;

  /** As long as a number may be, because it takes longer than its length to make one of it. */
  static final int MAX_NUMBER_LENGTH = 1_000;

  private static final int HEX_DIGITS = 4;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * Reads a text.
   *
   * @throws MalformedMessageException if it is no JSON, or beyond a limit; offsets count characters
   */
  static @Nullable Object read(String text) {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value();
    reader.skipBlanks();
    if (reader.at < text.length()) {
      throw reader.malformed(reader.at, "the value is complete before " + reader.here());
    }
    return value;
  }

  private @Nullable Object value() {
    skipBlanks();
    int c = peek();
    switch (c) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      case 't':
        return word("true", Boolean.TRUE);
      case 'f':
        return word("false", Boolean.FALSE);
      case 'n':
        return word("null", null);
      default:
        if (c == '-' || isDigit(c)) {
          return number();
        }
        throw malformed(at, "a value begins with " + here());
    }
  }

  private Map<String, @Nullable Object> object() {
    enter();
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    if (!isNext('}')) {
      do {
        skipBlanks();
        if (peek() != '"') {
          throw malformed(at, "a member's name begins with " + here());
        }
        String name = string();
        expect(':', "between a member's name and its value");
        members.put(name, value());
      } while (isNext(','));
      expect('}', "or a comma after a member");
    }
    depth--;
    return members;
  }

  private List<@Nullable Object> array() {
    enter();
    List<@Nullable Object> elements = new ArrayList<>();
    if (!isNext(']')) {
      do {
        elements.add(value());
      } while (isNext(','));
      expect(']', "or a comma after an element");
    }
    depth--;
    return elements;
  }

  /** Steps over what opens an object or an array. */
  private void enter() {
    if (++depth > MAX_DEPTH) {
      throw malformed(at, "values stand in each other more than " + MAX_DEPTH + " deep");
    }
    at++;
  }

  private String string() {
    int begin = ++at;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        return text.substring(begin, at++);
      }
      if (c == '\\') {
        return stringWithEscapes(begin);
      }
      checkVisible(c);
      at++;
    }
    throw malformed(begin - 1, "this string has no end");
  }

  /** The same, from the first backslash on. */
  private String stringWithEscapes(int begin) {
    StringBuilder string = new StringBuilder();
    string.append(text, begin, at);
    while (at < text.length()) {
      char c = text.charAt(at);
      checkVisible(c);
      at++;
      if (c == '"') {
        return string.toString();
      }
      string.append(c == '\\' ? escaped() : c);
    }
    throw malformed(begin - 1, "this string has no end");
  }

  private void checkVisible(char c) {
    if (c < ' ') {
      throw malformed(at, here() + " stands in a string without an escape");
    }
  }

  private char escaped() {
    int c = peek();
    at++;
    switch (c) {
      case '"':
      case '\\':
      case '/':
        return (char) c;
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        return unicode();
      default:
        at--;
        throw malformed(at, here() + " after a backslash means nothing");
    }
  }

  private char unicode() {
    int unit = 0;
    for (int i = 0; i < HEX_DIGITS; i++) {
      int c = peek();
      int digit = c < 0 || c > 'f' ? -1 : Character.digit(c, 16);
      if (digit < 0) {
        throw malformed(at, here() + " is none of the four hexadecimal digits of \\u");
      }
      unit = unit << 4 | digit;
      at++;
    }
    return (char) unit;
  }

  private JsonNumber number() {
    int begin = at;
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits(begin);
    }
    if (peek() == '.') {
      at++;
      digits(begin);
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits(begin);
    }
    if (at - begin > MAX_NUMBER_LENGTH) {
      throw malformed(
          begin, "a number of " + (at - begin) + " characters; " + MAX_NUMBER_LENGTH + " are read");
    }
    return new JsonNumber(text.substring(begin, at));
  }

  private void digits(int begin) {
    if (!isDigit(peek())) {
      throw malformed(at, here() + " in the place of a digit, in the number at " + begin);
    }
    while (isDigit(peek())) {
      at++;
    }
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private @Nullable Object word(String word, @Nullable Object meaning) {
    if (!text.startsWith(word, at)) {
      throw malformed(at, "a value begins with " + here() + " and is not " + word);
    }
    at += word.length();
    return meaning;
  }

  /** Steps over a character, and blanks before it, if it comes next. */
  private boolean isNext(char c) {
    skipBlanks();
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char c, String where) {
    if (!isNext(c)) {
      throw malformed(at, here() + " in the place of '" + c + "' " + where);
    }
  }

  private void skipBlanks() {
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
  }

  private int peek() {
    return at < text.length() ? text.charAt(at) : -1;
  }

  private String here() {
    int c = peek();
    if (c < 0) {
      return "the end of the text";
    }
    return c < ' ' || c > '~' ? String.format("U+%04X", c) : "'" + (char) c + "'";
  }

  private MalformedMessageException malformed(int offset, String problem) {
    return new MalformedMessageException("JSON", offset, problem);
  }
}
