package io.peregrine.graph;

import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads geometries in well-known text, which is how GraphSON has them. Confined to the thread that
 * reads.
 */
final class GeometryText {
  private final String text;
  private int at;

  private GeometryText(String text) {
    this.text = text;
  }

  /** Reads such as {@code POINT (1.5 -2)}. */
  static Point point(String text) {
    GeometryText reader = new GeometryText(text);
    reader.word("POINT");
    reader.expect('(');
    Point point = reader.coordinates();
    reader.expect(')');
    return reader.end(point);
  }

  /** Reads such as {@code LINESTRING (0 0, 1 1)}. */
  static LineString lineString(String text) {
    GeometryText reader = new GeometryText(text);
    reader.word("LINESTRING");
    return reader.end(reader.isEmpty() ? LineString.EMPTY : reader.line());
  }

  /** Reads such as {@code POLYGON ((0 0, 1 0, 1 1, 0 0))}. */
  static Polygon polygon(String text) {
    GeometryText reader = new GeometryText(text);
    reader.word("POLYGON");
    if (reader.isEmpty()) {
      return reader.end(Polygon.EMPTY);
    }
    List<LineString> rings = new ArrayList<>();
    reader.expect('(');
    do {
      rings.add(reader.line());
    } while (reader.isNext(','));
    reader.expect(')');
    return reader.end(new Polygon(rings));
  }

  private LineString line() {
    List<Point> points = new ArrayList<>();
    expect('(');
    do {
      points.add(coordinates());
    } while (isNext(','));
    expect(')');
    return new LineString(points);
  }

  private Point coordinates() {
    double x = number();
    return new Point(x, number());
  }

  private double number() {
    skipBlanks();
    int begin = at;
    while (at < text.length() && isOfNumber(text.charAt(at))) {
      at++;
    }
    String digits = text.substring(begin, at);
    if (digits.length() > JsonReader.MAX_NUMBER_LENGTH) {
      throw malformed(begin, "a coordinate of " + digits.length() + " characters");
    }
    try {
      return Double.parseDouble(digits);
    } catch (NumberFormatException e) {
      throw malformed(begin, "no coordinate");
    }
  }

  private static boolean isOfNumber(char c) {
    return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
  }

  private boolean isEmpty() {
    skipBlanks();
    boolean empty = text.regionMatches(true, at, "EMPTY", 0, "EMPTY".length());
    if (empty) {
      at += "EMPTY".length();
    }
    return empty;
  }

  private void word(String word) {
    skipBlanks();
    if (!text.regionMatches(true, at, word, 0, word.length())) {
      throw malformed(at, "no " + word);
    }
    at += word.length();
  }

  private boolean isNext(char c) {
    skipBlanks();
    if (at >= text.length() || text.charAt(at) != c) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char c) {
    if (!isNext(c)) {
      throw malformed(at, "no '" + c + "'");
    }
  }

  private <T> T end(T geometry) {
    skipBlanks();
    if (at < text.length()) {
      throw malformed(at, "more than the geometry");
    }
    return geometry;
  }

  private void skipBlanks() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private static IllegalArgumentException malformed(int offset, String problem) {
    return new IllegalArgumentException("there is " + problem + " at offset " + offset);
  }
}
