package io.peregrine.type;

import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.DateRange;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.codec.value.UdtValue;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.agrona.DirectBuffer;

/** The literals of the classes that CQL has types for. Stateless. */
final class BuiltInLiterals {
  static final LiteralEncoder<Object> ARRAY = BuiltInLiterals::appendArray;

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.nnnnnnnnn");
  private static final long DAY_OFFSET = 1L << 31;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private BuiltInLiterals() {}

  static Map<Class<?>, LiteralEncoder<?>> byClass() {
    Map<Class<?>, LiteralEncoder<?>> encoders = new HashMap<>();
    for (Class<?> printed :
        List.of(
            Long.class,
            Integer.class,
            Short.class,
            Byte.class,
            Boolean.class,
            Double.class,
            Float.class,
            BigDecimal.class,
            BigInteger.class,
            UUID.class,
            CqlDuration.class)) {
      encoders.put(printed, (value, text, literals) -> text.append(value));
    }
    for (Class<?> quoted :
        List.of(Character.class, Point.class, LineString.class, Polygon.class, DateRange.class)) {
      encoders.put(quoted, (value, text, literals) -> appendQuoted(value.toString(), text));
    }
    put(encoders, CharSequence.class, (v, text, literals) -> appendQuoted(v.toString(), text));
    put(encoders, Enum.class, (v, text, literals) -> appendQuoted(v.name(), text));
    put(encoders, InetAddress.class, (v, text, literals) -> appendInet(v, text));
    addTimes(encoders);
    addBytes(encoders);
    addNested(encoders);
    return Map.copyOf(encoders);
  }

  private static <T> void put(
      Map<Class<?>, LiteralEncoder<?>> encoders, Class<T> javaClass, LiteralEncoder<T> encoder) {
    encoders.put(javaClass, encoder);
  }

  private static void addTimes(Map<Class<?>, LiteralEncoder<?>> encoders) {
    put(encoders, Instant.class, (v, text, literals) -> appendInstant(v, text));
    put(encoders, Date.class, (v, text, literals) -> text.append(v.getTime()));
    put(encoders, ZonedDateTime.class, (v, text, literals) -> appendInstant(v.toInstant(), text));
    put(encoders, OffsetDateTime.class, (v, text, literals) -> appendInstant(v.toInstant(), text));
    put(encoders, LocalDate.class, (v, text, literals) -> appendDate(v, text));
    put(
        encoders,
        LocalTime.class,
        (v, text, literals) -> text.append('\'').append(TIME.format(v)).append('\''));
    put(
        encoders,
        Duration.class,
        (v, text, literals) -> text.append(ConvertingCodec.ofDuration(v)));
    put(encoders, Period.class, (v, text, literals) -> text.append(ConvertingCodec.ofPeriod(v)));
  }

  private static void addBytes(Map<Class<?>, LiteralEncoder<?>> encoders) {
    put(encoders, byte[].class, (v, text, literals) -> appendBytes(ByteBuffer.wrap(v), text));
    put(encoders, ByteBuffer.class, (v, text, literals) -> appendBytes(v, text));
    put(
        encoders,
        DirectBuffer.class,
        (v, text, literals) -> {
          byte[] bytes = new byte[v.capacity()];
          v.getBytes(0, bytes);
          appendBytes(ByteBuffer.wrap(bytes), text);
        });
  }

  @SuppressWarnings("rawtypes")
  private static void addNested(Map<Class<?>, LiteralEncoder<?>> encoders) {
    put(
        encoders,
        Optional.class,
        (v, text, literals) -> literals.append(v.isEmpty() ? null : v.get(), text));
    put(
        encoders,
        Collection.class,
        (v, text, l) -> appendAll('[', (Collection<?>) v, ']', text, l));
    put(encoders, Set.class, (v, text, l) -> appendAll('{', (Set<?>) v, '}', text, l));
    put(encoders, ValueSequence.class, (v, text, l) -> appendAll('(', v.values(), ')', text, l));
    put(encoders, TupleValue.class, (v, text, l) -> appendAll('(', v.components(), ')', text, l));
    put(encoders, Map.class, (v, text, literals) -> appendMap((Map<?, ?>) v, text, literals));
    put(encoders, UdtValue.class, BuiltInLiterals::appendUdt);
  }

  /** In single quotes, which are doubled inside: CQL knows no other escape. */
  static void appendQuoted(String value, StringBuilder text) {
    text.append('\'');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isSurrogate(c)) {
        i = appendPair(value, i, text);
        continue;
      }
      if (c == '\'') {
        text.append('\'');
      }
      text.append(c);
    }
    text.append('\'');
  }

  private static int appendPair(String value, int i, StringBuilder text) {
    boolean pair =
        i + 1 < value.length() && Character.isSurrogatePair(value.charAt(i), value.charAt(i + 1));
    if (!pair) {
      throw new InvalidValueException(
          "the text has half of a character (U+"
              + Integer.toHexString(value.charAt(i))
              + " at index "
              + i
              + "), which UTF-8 cannot say");
    }
    text.append(value, i, i + 2);
    return i + 1;
  }

  private static void appendInet(InetAddress address, StringBuilder text) {
    try {
      // A scope ("%eth0") means something to this machine alone.
      String bare = InetAddress.getByAddress(address.getAddress()).getHostAddress();
      text.append('\'').append(bare).append('\'');
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void appendInstant(Instant instant, StringBuilder text) {
    try {
      text.append(instant.toEpochMilli());
    } catch (ArithmeticException e) {
      throw new InvalidValueException(
          "timestamp "
              + instant
              + " is out of range: its milliseconds since 1970 need more than 64 bits");
    }
  }

  private static void appendDate(LocalDate date, StringBuilder text) {
    if (date.getYear() >= 1 && date.getYear() <= 9_999) {
      text.append('\'').append(date).append('\'');
      return;
    }
    long day = date.toEpochDay() + DAY_OFFSET;
    if (day < 0 || day >= 2 * DAY_OFFSET) {
      throw new InvalidValueException(
          "date " + date + " is out of range: Cassandra counts 2^31 days from 1970 both ways");
    }
    text.append(day);
  }

  private static void appendBytes(ByteBuffer bytes, StringBuilder text) {
    text.append("0x");
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      text.append(HEX[bytes.get(i) >> 4 & 0xF]).append(HEX[bytes.get(i) & 0xF]);
    }
  }

  private static void appendArray(Object array, StringBuilder text, CqlLiterals literals) {
    text.append('[');
    for (int i = 0; i < Array.getLength(array); i++) {
      text.append(i == 0 ? "" : ", ");
      literals.append(Array.get(array, i), text);
    }
    text.append(']');
  }

  private static void appendAll(
      char open, Collection<?> values, char close, StringBuilder text, CqlLiterals literals) {
    text.append(open);
    String separator = "";
    for (Object value : values) {
      text.append(separator);
      literals.append(value, text);
      separator = ", ";
    }
    text.append(close);
  }

  private static void appendMap(Map<?, ?> map, StringBuilder text, CqlLiterals literals) {
    text.append('{');
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      text.append(separator);
      literals.append(entry.getKey(), text);
      text.append(": ");
      literals.append(entry.getValue(), text);
      separator = ", ";
    }
    text.append('}');
  }

  private static void appendUdt(UdtValue udt, StringBuilder text, CqlLiterals literals) {
    text.append('{');
    for (int i = 0; i < udt.size(); i++) {
      text.append(i == 0 ? "" : ", ").append('"');
      text.append(udt.type().fieldNames().get(i).replace("\"", "\"\"")).append("\": ");
      literals.append(udt.get(i), text);
    }
    text.append('}');
  }
}
