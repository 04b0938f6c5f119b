package io.peregrine.graph;

import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What GraphSON has as a text, and the class that it stands for. Stateless. */
final class TextForms {
  private static final int SHOWN = 64;
  private static final int IPV4_LENGTH = 4;
  private static final Map<Class<?>, Function<String, Object>> FORMS = new LinkedHashMap<>();

  static {
    FORMS.put(UUID.class, TextForms::uuid);
    FORMS.put(Instant.class, Instant::parse);
    FORMS.put(LocalDate.class, LocalDate::parse);
    FORMS.put(LocalTime.class, LocalTime::parse);
    FORMS.put(Duration.class, Duration::parse);
    FORMS.put(InetAddress.class, TextForms::address);
    FORMS.put(ByteBuffer.class, TextForms::bytes);
    FORMS.put(Point.class, GeometryText::point);
    FORMS.put(LineString.class, GeometryText::lineString);
    FORMS.put(Polygon.class, GeometryText::polygon);
    FORMS.put(BigDecimal.class, text -> new BigDecimal(bounded(text)));
    FORMS.put(BigInteger.class, text -> new BigInteger(bounded(text)));
    FORMS.put(Character.class, TextForms::character);
  }

  private TextForms() {}

  static boolean has(Class<?> javaClass) {
    return FORMS.containsKey(javaClass);
  }

  /**
   * Makes an object of its text.
   *
   * @throws GraphsonException if the text is of no such object
   */
  static Object read(Class<?> javaClass, String text) {
    Function<String, Object> form = FORMS.get(javaClass);
    if (form == null) {
      throw new IllegalArgumentException("there is no text for " + javaClass.getName());
    }
    try {
      return form.apply(text);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new GraphsonException(
          shown(text) + " is no " + javaClass.getSimpleName() + ": " + e.getMessage(), e);
    }
  }

  /** What stands in the place of something else, for a message. */
  static String shown(@Nullable Object value) {
    if (value instanceof Map<?, ?>) {
      return "An object";
    }
    if (value instanceof Iterable<?>) {
      return "An array";
    }
    String text = String.valueOf(value);
    String most = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return value instanceof String ? "The text '" + most + "'" : "The value " + most;
  }

  /** The JDK's own parser takes shorter groups, and fills them up. */
  private static UUID uuid(String text) {
    UUID uuid = UUID.fromString(text);
    if (!uuid.toString().equalsIgnoreCase(text)) {
      throw new IllegalArgumentException("it has 36 characters, 8-4-4-4-12");
    }
    return uuid;
  }

  /** An address in digits. A name would be looked up, which takes its time and may be a trap. */
  static InetAddress address(String text) {
    try {
      return text.indexOf(':') < 0
          ? InetAddress.getByAddress(ipv4(text))
          : InetAddress.getByName(ipv6(text));
    } catch (UnknownHostException e) {
      throw noAddress();
    }
  }

  private static byte[] ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != IPV4_LENGTH) {
      throw noAddress();
    }
    byte[] bytes = new byte[IPV4_LENGTH];
    for (int i = 0; i < IPV4_LENGTH; i++) {
      String part = parts[i];
      boolean digits = !part.isEmpty() && part.length() <= 3;
      int number =
          digits && part.chars().allMatch(TextForms::isDigit) ? Integer.parseInt(part) : -1;
      if (number < 0 || number > 0xFF) {
        throw noAddress();
      }
      bytes[i] = (byte) number;
    }
    return bytes;
  }

  /** What the JDK takes for digits: with a colon, and nothing that a name might have. */
  private static String ipv6(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean hex = isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
      if (!hex && c != ':' && (c != '.' || i == 0)) {
        throw noAddress();
      }
    }
    return text;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static IllegalArgumentException noAddress() {
    return new IllegalArgumentException("it is no address in digits");
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(Base64.getDecoder().decode(text)).asReadOnlyBuffer();
  }

  private static Character character(String text) {
    if (text.length() != 1) {
      throw new IllegalArgumentException("it has " + text.length() + " characters");
    }
    return text.charAt(0);
  }

  private static String bounded(String text) {
    if (text.length() > JsonReader.MAX_NUMBER_LENGTH) {
      throw new IllegalArgumentException(
          "it has " + text.length() + " digits; " + JsonReader.MAX_NUMBER_LENGTH + " are read");
    }
    return text;
  }
}
