package io.peregrine.graph;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.KeyCrowd;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads GraphSON 2 and 3, where an object of {@code @type} and {@code @value} is a value of that
 * type. Stateless.
 *
 * <p>Types that it does not know become {@link TypedValue}s: a newer server is no error.
 */
final class TypedGraphson {
  private static final ElementReader ELEMENTS = new ElementReader(TypedGraphson::read);
  private static final Map<String, Function<@Nullable Object, @Nullable Object>> TYPES =
      new HashMap<>();

  static {
    TYPES.put("g:Int32", json -> Numbers.whole(json, Integer.class));
    TYPES.put("g:Int64", json -> Numbers.whole(json, Long.class));
    TYPES.put("gx:Int16", json -> Numbers.whole(json, Short.class));
    TYPES.put("gx:Byte", json -> Numbers.whole(json, Byte.class));
    TYPES.put("g:Double", json -> Numbers.floating(json, Double.class, Double::valueOf));
    TYPES.put("g:Float", json -> Numbers.floating(json, Float.class, Float::valueOf));
    TYPES.put("gx:BigInteger", json -> Numbers.big(json, BigInteger.class));
    TYPES.put("gx:BigDecimal", json -> Numbers.big(json, BigDecimal.class));
    TYPES.put("g:Date", TypedGraphson::millis);
    TYPES.put("g:Timestamp", TypedGraphson::millis);
    text("g:UUID", UUID.class);
    text("gx:Char", Character.class);
    text("gx:Instant", Instant.class);
    text("gx:LocalDate", LocalDate.class);
    text("gx:LocalTime", LocalTime.class);
    text("gx:Duration", Duration.class);
    text("gx:InetAddress", InetAddress.class);
    text("gx:ByteBuffer", ByteBuffer.class);
    text("dse:Blob", ByteBuffer.class);
    text("dse:Point", Point.class);
    text("dse:LineString", LineString.class);
    text("dse:Polygon", Polygon.class);
    TYPES.put("dse:Duration", json -> cqlDuration(object(json, "dse:Duration")));
    TYPES.put("dse:Tuple", json -> readArray(object(json, "dse:Tuple").get("value"), "dse:Tuple"));
    TYPES.put("dse:UDT", json -> userType(object(json, "dse:UDT")));
    TYPES.put("g:List", json -> readArray(json, "g:List"));
    TYPES.put("g:Set", TypedGraphson::set);
    TYPES.put("g:Map", TypedGraphson::map);
    TYPES.put("g:BulkSet", TypedGraphson::bulkSet);
    TYPES.put("g:T", TypedGraphson::token);
    TYPES.put("g:Direction", TypedGraphson::token);
    TYPES.put("g:Vertex", json -> ELEMENTS.vertex(object(json, "g:Vertex")));
    TYPES.put("g:Edge", json -> ELEMENTS.edge(object(json, "g:Edge")));
    TYPES.put("g:Property", json -> ELEMENTS.property(object(json, "g:Property")));
    TYPES.put("g:Path", json -> ELEMENTS.path(object(json, "g:Path")));
    TYPES.put(
        "g:VertexProperty", json -> ELEMENTS.vertexProperty(object(json, "g:VertexProperty"), ""));
    TYPES.put("g:Metrics", TypedGraphson::read);
    TYPES.put("g:TraversalMetrics", TypedGraphson::read);
  }

  private TypedGraphson() {}

  private static void text(String type, Class<?> javaClass) {
    TYPES.put(
        type,
        json -> {
          if (json instanceof String text) {
            return TextForms.read(javaClass, text);
          }
          throw wrong(json, type);
        });
  }

  /** Reads what {@link JsonReader} has made. */
  static @Nullable Object read(@Nullable Object json) {
    if (json instanceof JsonNumber number) {
      return number.value();
    }
    if (json instanceof List<?>) {
      return readArray(json, "an array");
    }
    if (!(json instanceof Map<?, ?> map)) {
      return json;
    }
    if (map.get("@type") instanceof String type) {
      if (!map.containsKey("@value")) {
        throw new GraphsonException("An object of the type " + type + " has no @value");
      }
      return typed(type, map.get("@value"));
    }
    Map<Object, @Nullable Object> read = new LinkedHashMap<>();
    map.forEach((name, member) -> read.put(name, read(member)));
    return Collections.unmodifiableMap(read);
  }

  private static @Nullable Object typed(String type, @Nullable Object json) {
    Function<@Nullable Object, @Nullable Object> known = TYPES.get(type);
    return known == null ? new TypedValue(type, read(json)) : known.apply(json);
  }

  private static Map<?, ?> object(@Nullable Object json, String type) {
    if (json instanceof Map<?, ?> map) {
      return map;
    }
    throw wrong(json, type);
  }

  private static List<?> array(@Nullable Object json, String type) {
    if (json instanceof List<?> list) {
      return list;
    }
    throw wrong(json, type);
  }

  private static List<@Nullable Object> readArray(@Nullable Object json, String type) {
    List<@Nullable Object> read = new ArrayList<>();
    array(json, type).forEach(element -> read.add(read(element)));
    return Collections.unmodifiableList(read);
  }

  private static Set<@Nullable Object> set(@Nullable Object json) {
    Set<@Nullable Object> set = new LinkedHashSet<>();
    KeyCrowd crowd = new KeyCrowd(set);
    for (Object element : readArray(json, "g:Set")) {
      set.add(element);
      check(crowd, element);
    }
    return Collections.unmodifiableSet(set);
  }

  /** Keys and values in turn. */
  private static Map<@Nullable Object, @Nullable Object> map(@Nullable Object json) {
    List<@Nullable Object> list = readArray(pairs(json, "g:Map"), "g:Map");
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    KeyCrowd crowd = new KeyCrowd(map.keySet());
    for (int i = 0; i < list.size(); i += 2) {
      map.put(list.get(i), list.get(i + 1));
      check(crowd, list.get(i));
    }
    return Collections.unmodifiableMap(map);
  }

  private static void check(KeyCrowd crowd, @Nullable Object key) {
    if (crowd.isCrowdedBy(key)) {
      throw new GraphsonException(
          "More than "
              + KeyCrowd.MOST
              + " keys of a map or elements of a set have one hash; to tell them apart takes too"
              + " long");
    }
  }

  /** Values and counts in turn. Values are not repeated: a count costs the server nothing. */
  private static BulkSet bulkSet(@Nullable Object json) {
    List<?> list = pairs(json, "g:BulkSet");
    List<BulkSet.Entry> entries = new ArrayList<>();
    for (int i = 0; i < list.size(); i += 2) {
      entries.add(new BulkSet.Entry(read(list.get(i)), count(list.get(i + 1))));
    }
    return new BulkSet(entries);
  }

  private static List<?> pairs(@Nullable Object json, String type) {
    List<?> list = array(json, type);
    if (list.size() % 2 != 0) {
      throw new GraphsonException(
          "A " + type + " of " + list.size() + " elements; they come in pairs");
    }
    return list;
  }

  /** How often something is there. */
  static long count(@Nullable Object json) {
    if (read(json) instanceof Number number
        && (number instanceof Integer || number instanceof Long)
        && number.longValue() > 0) {
      return number.longValue();
    }
    throw wrong(json, "a count");
  }

  private static GraphToken token(@Nullable Object json) {
    for (GraphToken token : GraphToken.values()) {
      if (json instanceof String text && token.name().equalsIgnoreCase(text)) {
        return token;
      }
    }
    throw wrong(json, "g:T or g:Direction");
  }

  private static Instant millis(@Nullable Object json) {
    return Instant.ofEpochMilli((Long) Numbers.whole(json, Long.class));
  }

  private static CqlDuration cqlDuration(Map<?, ?> json) {
    Object months = read(json.get("months"));
    Object days = read(json.get("days"));
    Object nanos = read(json.get("nanos"));
    if (months instanceof Integer m && days instanceof Integer d && nanos instanceof Number n) {
      try {
        return new CqlDuration(m, d, n.longValue());
      } catch (DriverException e) {
        throw new GraphsonException("A dse:Duration that is none: " + e.getMessage(), e);
      }
    }
    throw new GraphsonException("A dse:Duration without whole months, days and nanos");
  }

  /** By the names of its fields. */
  private static Map<String, @Nullable Object> userType(Map<?, ?> json) {
    List<?> fields = array(json.get("definition"), "a dse:UDT's definition");
    List<@Nullable Object> values = readArray(json.get("value"), "a dse:UDT's value");
    if (fields.size() != values.size()) {
      throw new GraphsonException(
          "A dse:UDT of " + fields.size() + " fields and " + values.size() + " values");
    }
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      Object name = object(fields.get(i), "a dse:UDT's field").get("fieldName");
      if (!(name instanceof String text)) {
        throw wrong(name, "the name of a dse:UDT's field");
      }
      named.put(text, values.get(i));
    }
    return Collections.unmodifiableMap(named);
  }

  private static GraphsonException wrong(@Nullable Object json, String type) {
    return new GraphsonException(TextForms.shown(json) + " stands in the place of " + type);
  }
}
