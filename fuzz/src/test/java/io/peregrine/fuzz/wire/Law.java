package io.peregrine.fuzz.wire;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Cheap assertions for laws that run a hundred thousand times. Stateless. */
final class Law {
  private Law() {}

  static void equal(String what, @Nullable Object expected, @Nullable Object actual) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionError(what + ": expected " + expected + " but was " + actual);
    }
  }

  static void equalBytes(String what, byte @Nullable [] expected, byte @Nullable [] actual) {
    if (!Arrays.equals(expected, actual)) {
      throw new AssertionError(what + ": expected " + hex(expected) + " but was " + hex(actual));
    }
  }

  static void holds(String law, boolean condition) {
    if (!condition) {
      throw new AssertionError(law);
    }
  }

  static void atMost(String what, long limit, long actual) {
    if (actual > limit) {
      throw new AssertionError(what + ": " + actual + " is more than " + limit);
    }
  }

  private static String hex(byte @Nullable [] bytes) {
    return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
  }
}
