package io.peregrine.graph;

import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes the parameters of a query as the one JSON text that the server takes. Confined to the
 * thread that writes.
 *
 * <p>GraphSON 1 has texts for what JSON has no form of; the later ones name the type beside it.
 */
final class ParameterWriter {
  /** What is a text, beside its type. */
  private record Textual(String type, Function<Object, String> text) {}

  private static final Map<Class<?>, Textual> TEXTUAL = new LinkedHashMap<>();
  private static final Map<Class<?>, String> NUMBERS =
      Map.of(
          Integer.class, "g:Int32",
          Long.class, "g:Int64",
          Float.class, "g:Float",
          Double.class, "g:Double",
          Short.class, "gx:Int16",
          Byte.class, "gx:Byte",
          BigInteger.class, "gx:BigInteger",
          BigDecimal.class, "gx:BigDecimal");

  static {
    textual(UUID.class, "g:UUID", UUID::toString);
    textual(Instant.class, "gx:Instant", Instant::toString);
    textual(Date.class, "gx:Instant", ParameterWriter::instant);
    textual(LocalDate.class, "gx:LocalDate", LocalDate::toString);
    textual(LocalTime.class, "gx:LocalTime", LocalTime::toString);
    textual(Duration.class, "gx:Duration", Duration::toString);
    textual(InetAddress.class, "gx:InetAddress", InetAddress::getHostAddress);
    textual(Point.class, "dse:Point", Point::toString);
    textual(LineString.class, "dse:LineString", LineString::toString);
    textual(Polygon.class, "dse:Polygon", Polygon::toString);
    textual(byte[].class, "dse:Blob", Base64.getEncoder()::encodeToString);
    textual(ByteBuffer.class, "dse:Blob", ParameterWriter::base64);
  }

  private final JsonWriter json = new JsonWriter();
  private final boolean typed;
  private final boolean typedCollections;

  private ParameterWriter(GraphProtocol protocol) {
    this.typed = protocol != GraphProtocol.GRAPHSON_1;
    this.typedCollections = protocol == GraphProtocol.GRAPHSON_3;
  }

  private static <T> void textual(Class<T> javaClass, String type, Function<T, String> text) {
    TEXTUAL.put(javaClass, new Textual(type, value -> text.apply(javaClass.cast(value))));
  }

  private static String instant(Date date) {
    try {
      return date.toInstant().toString();
    } catch (UnsupportedOperationException e) {
      throw new WrongTypeException(
          date.getClass().getName()
              + " is no point in time; send its java.time.LocalDate or LocalTime");
    }
  }

  private static String base64(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return Base64.getEncoder().encodeToString(copy);
  }

  /**
   * Writes parameters.
   *
   * @return JSON as UTF-8
   * @throws WrongTypeException if GraphSON has no form for a value's class
   * @throws InvalidValueException if a value cannot be written
   */
  static byte[] write(Map<String, ? extends @Nullable Object> values, GraphProtocol protocol) {
    ParameterWriter writer = new ParameterWriter(protocol);
    writer.map(values);
    return writer.json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void value(@Nullable Object value) {
    if (value == null) {
      json.nothing();
    } else if (value instanceof CharSequence || value instanceof Character) {
      json.text(value.toString());
    } else if (value instanceof GraphToken token) {
      text(token.type(), token.text());
    } else if (value instanceof Enum<?> constant) {
      json.text(constant.name());
    } else if (value instanceof Boolean flag) {
      json.bool(flag);
    } else if (value instanceof Number number) {
      number(number);
    } else if (value instanceof Map<?, ?> map) {
      map(map);
    } else if (value instanceof Collection<?> collection) {
      collection(collection);
    } else if (value instanceof Optional<?> optional) {
      value(optional.orElse(null));
    } else if (value instanceof CqlDuration duration) {
      duration(duration);
    } else if (value.getClass().isArray() && !(value instanceof byte[])) {
      array(value);
    } else {
      textual(value);
    }
  }

  private void number(Number number) {
    String type = NUMBERS.get(number.getClass());
    if (type == null) {
      throw unknown(number);
    }
    if (typed) {
      begin(type);
      if (JsonWriter.isFinite(number)) {
        json.number(number);
      } else {
        json.text(number.toString());
      }
      json.endObject();
    } else if (number instanceof BigDecimal) {
      json.text(number.toString());
    } else {
      json.number(number);
    }
  }

  private void textual(Object value) {
    for (Map.Entry<Class<?>, Textual> entry : TEXTUAL.entrySet()) {
      if (entry.getKey().isInstance(value)) {
        Textual textual = entry.getValue();
        text(textual.type(), textual.text().apply(value));
        return;
      }
    }
    throw unknown(value);
  }

  private void text(String type, String text) {
    if (typed) {
      begin(type);
      json.text(text).endObject();
    } else {
      json.text(text);
    }
  }

  private void duration(CqlDuration duration) {
    if (!typedCollections) {
      throw new WrongTypeException(
          "A CqlDuration has months and days, for which GraphSON before 3 has no form; send a"
              + " java.time.Duration, or use GraphProtocol.GRAPHSON_3");
    }
    begin("dse:Duration");
    json.beginObject();
    json.name("months");
    number(duration.months());
    json.name("days");
    number(duration.days());
    json.name("nanos");
    number(duration.nanos());
    json.endObject().endObject();
  }

  private void map(Map<?, ?> map) {
    if (typedCollections) {
      begin("g:Map");
      json.beginArray();
      map.forEach(
          (key, value) -> {
            value(key);
            value(value);
          });
      json.endArray().endObject();
      return;
    }
    json.beginObject();
    map.forEach(
        (key, value) -> {
          json.name(name(key));
          value(value);
        });
    json.endObject();
  }

  private static String name(@Nullable Object key) {
    if (key instanceof GraphToken token) {
      return token.text();
    }
    if (key instanceof Enum<?> constant) {
      return constant.name();
    }
    if (key instanceof CharSequence
        || key instanceof Character
        || key instanceof Boolean
        || key instanceof UUID
        || key instanceof Number) {
      return key.toString();
    }
    throw new WrongTypeException(
        "A map's key of "
            + (key == null ? "null" : key.getClass().getName())
            + "; GraphSON before 3 has texts for keys, so send those, or use"
            + " GraphProtocol.GRAPHSON_3");
  }

  private void collection(Collection<?> collection) {
    if (typedCollections) {
      begin(collection instanceof Set<?> ? "g:Set" : "g:List");
    }
    json.beginArray();
    collection.forEach(this::value);
    json.endArray();
    if (typedCollections) {
      json.endObject();
    }
  }

  private void array(Object array) {
    if (typedCollections) {
      begin("g:List");
    }
    json.beginArray();
    for (int i = 0; i < Array.getLength(array); i++) {
      value(Array.get(array, i));
    }
    json.endArray();
    if (typedCollections) {
      json.endObject();
    }
  }

  private void begin(String type) {
    json.beginObject().name("@type").text(type).name("@value");
  }

  private static WrongTypeException unknown(Object value) {
    return new WrongTypeException(
        "No GraphSON is known for "
            + value.getClass().getName()
            + "; of an element send its id, and else texts, numbers, booleans, dates, times, UUIDs,"
            + " addresses, bytes, geometries, and collections, arrays and maps of those");
  }
}
