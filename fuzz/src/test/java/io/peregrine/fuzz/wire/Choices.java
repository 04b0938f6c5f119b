package io.peregrine.fuzz.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns bytes into choices, so that whatever a generator makes of them shrinks, mutates and is
 * stored as bytes. Not thread-safe. When the bytes are used up every choice is the first one.
 */
final class Choices {
  private static final String[] WORDS = {
    "k", "", "ks", "völlig", "a longer name with blanks", "日本", "\uD83D\uDE00", "system", "t"
  };

  private final byte[] bytes;
  private int position;

  Choices(byte[] bytes) {
    this.bytes = bytes;
  }

  /** 0 to 255. */
  int octet() {
    return position < bytes.length ? bytes[position++] & 0xFF : 0;
  }

  /** 0 to bound - 1; bound is at most 65,536. */
  int below(int bound) {
    int value = bound <= 256 ? octet() : octet() << 8 | octet();
    return value % bound;
  }

  boolean yes() {
    return (octet() & 1) != 0;
  }

  /** True for one choice of so many. */
  boolean rarely(int outOf) {
    return below(outOf) == outOf - 1;
  }

  int int32() {
    return switch (below(6)) {
      case 0 -> octet();
      case 1 -> -1;
      case 2 -> Integer.MAX_VALUE;
      case 3 -> Integer.MIN_VALUE;
      default -> octet() << 24 | octet() << 16 | octet() << 8 | octet();
    };
  }

  /** 0 or more. */
  int count32() {
    return int32() & Integer.MAX_VALUE;
  }

  long int64() {
    return (long) int32() << 32 | int32() & 0xFFFF_FFFFL;
  }

  <T> T of(List<T> options) {
    return options.get(below(options.size()));
  }

  @SafeVarargs
  final <T> T of(T... options) {
    return options[below(options.length)];
  }

  /** So many bytes, less if they run out. */
  byte[] blob(int maxLength) {
    int length = Math.min(below(maxLength + 1), bytes.length - position);
    byte[] blob = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return blob;
  }

  /** What is left, at most so many bytes. */
  byte[] rest(int maxLength) {
    int length = Math.min(maxLength, bytes.length - position);
    byte[] rest = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return rest;
  }

  /** How many bytes were used. */
  int position() {
    return position;
  }

  /** A string, seldom long; well-formed. */
  String text() {
    if (rarely(16)) {
      return of(WORDS).repeat(1 + below(60));
    }
    if (yes()) {
      return of(WORDS);
    }
    // Every byte is a character of its own there.
    return new String(blob(20), StandardCharsets.ISO_8859_1);
  }

  List<String> texts(int max) {
    String[] texts = new String[below(max + 1)];
    Arrays.setAll(texts, i -> text());
    return List.of(texts);
  }

  Map<String, String> options(int max) {
    Map<String, String> options = new TreeMap<>();
    for (int i = below(max + 1); i > 0; i--) {
      options.put(text(), text());
    }
    return options;
  }
}
