package io.peregrine.graph;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Numbers of one class from what has another, or is a text, and nothing lost. Stateless. */
final class Numbers {
  private static final int MOST_DIGITS = 100_000;
  private static final Map<Class<?>, Function<BigDecimal, Number>> EXACT =
      Map.of(
          Byte.class, BigDecimal::byteValueExact,
          Short.class, BigDecimal::shortValueExact,
          Integer.class, BigDecimal::intValueExact,
          Long.class, BigDecimal::longValueExact,
          BigInteger.class, Numbers::bigInteger,
          BigDecimal.class, decimal -> decimal,
          Double.class, decimal -> finite(decimal.doubleValue()),
          Float.class, decimal -> finite(decimal.floatValue()));

  private Numbers() {}

  /** A whole number that has its class's range. */
  static Number whole(@Nullable Object json, Class<?> javaClass) {
    if (json instanceof JsonNumber number && number.isWhole()) {
      Optional<Number> exact = exact(number.value(), javaClass);
      if (exact.isPresent()) {
        return exact.get();
      }
    }
    throw wrong(json, javaClass);
  }

  /**
   * A number, or one of the three texts for what JSON has no number for.
   *
   * @param parse makes one of its text, the nearest that there is
   */
  static <T extends Number> T floating(
      @Nullable Object json, Class<T> javaClass, Function<String, T> parse) {
    if (json instanceof JsonNumber number) {
      T nearest = parse.apply(number.text());
      if (JsonWriter.isFinite(nearest)) {
        return nearest;
      }
    } else if ("NaN".equals(json) || "Infinity".equals(json) || "-Infinity".equals(json)) {
      return parse.apply((String) json);
    }
    throw wrong(json, javaClass);
  }

  /** A number or its text. */
  static Object big(@Nullable Object json, Class<?> javaClass) {
    if (json instanceof String text) {
      return TextForms.read(javaClass, text);
    }
    if (json instanceof JsonNumber number) {
      return TextForms.read(javaClass, number.text());
    }
    throw wrong(json, javaClass);
  }

  static boolean has(Class<?> javaClass) {
    return EXACT.containsKey(javaClass);
  }

  /**
   * A number as one of another class.
   *
   * @return empty if it does not hold it; a Double or a Float may be rounded, but not to infinity
   */
  static Optional<Number> exact(Number number, Class<?> javaClass) {
    if (number.getClass() == javaClass) {
      return Optional.of(number);
    }
    boolean finite = JsonWriter.isFinite(number);
    if (number instanceof Double && javaClass == Float.class) {
      float nearest = number.floatValue();
      return finite && Float.isInfinite(nearest) ? Optional.empty() : Optional.of(nearest);
    }
    if (number instanceof Float && javaClass == Double.class) {
      return Optional.of(number.doubleValue());
    }
    if (!finite) {
      return Optional.empty();
    }
    Function<BigDecimal, Number> exact = EXACT.get(javaClass);
    try {
      return exact == null ? Optional.empty() : Optional.of(exact.apply(decimal(number)));
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static BigDecimal decimal(Number number) {
    return number instanceof BigDecimal decimal ? decimal : new BigDecimal(number.toString());
  }

  /** An exponent of ten digits, of either sign, would be a number of gigabytes. */
  private static BigInteger bigInteger(BigDecimal decimal) {
    if (decimal.signum() == 0) {
      return BigInteger.ZERO;
    }
    if (Math.abs((long) decimal.scale()) > MOST_DIGITS) {
      throw new ArithmeticException("too many digits");
    }
    return decimal.toBigIntegerExact();
  }

  private static Number finite(Number nearest) {
    if (!JsonWriter.isFinite(nearest)) {
      throw new ArithmeticException("out of range");
    }
    return nearest;
  }

  private static GraphsonException wrong(@Nullable Object json, Class<?> javaClass) {
    return new GraphsonException(TextForms.shown(json) + " is no " + javaClass.getSimpleName());
  }
}
