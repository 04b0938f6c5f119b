package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.row.ValueDescriptor;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.codec.value.UdtValue;
import io.peregrine.codec.value.ValueEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes objects whose class, or that of something inside them, has a codec of its own. Stateless;
 * any thread may use it, each with a writer of its own.
 */
final class NestedWriter {
  private NestedWriter() {}

  /**
   * Whether the codec module writes an object by itself. A collection is taken for one of objects
   * like its first; one that turns out not to be is refused there.
   */
  static boolean isPlain(TypeCodecs codecs, @Nullable Object value) {
    if (value == null) {
      return true;
    }
    Class<?> javaClass = value.getClass();
    if (ReadAs.isPlain(javaClass) || isBytesOrNumbers(value, javaClass)) {
      return !codecs.isRegisteredFor(javaClass);
    }
    if (value instanceof Map<?, ?> map) {
      return arePlain(codecs, map.keySet()) && arePlain(codecs, map.values());
    }
    if (value instanceof Collection<?> collection) {
      return arePlain(codecs, collection);
    }
    if (value instanceof TupleValue tuple) {
      return allPlain(codecs, tuple.components());
    }
    if (value instanceof UdtValue udt) {
      return allPlain(codecs, udt.fields());
    }
    return false;
  }

  private static boolean isBytesOrNumbers(Object value, Class<?> javaClass) {
    return value instanceof ByteBuffer
        || value instanceof DirectBuffer
        || javaClass.isArray() && javaClass.getComponentType().isPrimitive();
  }

  private static boolean arePlain(TypeCodecs codecs, Collection<?> elements) {
    Iterator<?> iterator = elements.iterator();
    return !iterator.hasNext() || isPlain(codecs, iterator.next());
  }

  private static boolean allPlain(TypeCodecs codecs, List<?> values) {
    for (Object value : values) {
      if (!isPlain(codecs, value)) {
        return false;
      }
    }
    return true;
  }

  static void write(TypeCodecs codecs, DataType type, @Nullable Object value, ValueWriter writer) {
    if (value == null) {
      writer.putNull();
    } else if (value instanceof Optional<?> optional) {
      write(codecs, type, optional.orElse(null), writer);
    } else if (value instanceof Collection<?> collection) {
      writeCollection(codecs, type, collection, writer);
    } else if (value instanceof Map<?, ?> map) {
      writeMap(codecs, type, map, writer);
    } else if (value instanceof TupleValue tuple && type instanceof DataType.TupleType tupleType) {
      writeComponents(codecs, type, tupleType.components(), tuple.components(), writer);
    } else if (value instanceof UdtValue udt && type instanceof DataType.UserType udtType) {
      writeUdt(codecs, udtType, udt, writer);
    } else {
      writeOne(codecs, type, value, writer);
    }
  }

  @SuppressWarnings("unchecked")
  private static void writeOne(TypeCodecs codecs, DataType type, Object value, ValueWriter writer) {
    Class<?> javaClass =
        value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
    for (Class<?> c = javaClass; c != null && c != Object.class; c = c.getSuperclass()) {
      TypeCodec<?> codec = codecs.find(type, c);
      if (codec != null) {
        ((TypeCodec<Object>) codec).encode(type, value, writer);
        return;
      }
    }
    ValueEncoder.encode(type, value, writer);
  }

  private static void writeCollection(
      TypeCodecs codecs, DataType type, Collection<?> collection, ValueWriter writer) {
    if (type instanceof DataType.TupleType tuple && collection instanceof List<?> list) {
      writeComponents(codecs, type, tuple.components(), list, writer);
      return;
    }
    DataType element = CodecSearch.elementOf(type);
    if (element == null) {
      ValueEncoder.encode(type, collection, writer);
      return;
    }
    List<@Nullable Object> elements = new ArrayList<>(collection);
    int token = begin(type, element, elements.size(), writer);
    for (Object item : elements) {
      write(codecs, element, present(type, item), writer);
    }
    end(type, element, token, writer);
  }

  /** Writes a list, set or vector whose elements have one codec. */
  @SuppressWarnings("unchecked")
  static void writeElements(
      DataType type, List<@Nullable Object> elements, TypeCodec<?> codec, ValueWriter writer) {
    DataType element = CodecSearch.elementOf(type);
    if (element == null) {
      throw new IllegalArgumentException(type + " has no elements");
    }
    int token = begin(type, element, elements.size(), writer);
    for (Object item : elements) {
      ((TypeCodec<Object>) codec).encode(element, present(type, item), writer);
    }
    end(type, element, token, writer);
  }

  private static int begin(DataType type, DataType element, int size, ValueWriter writer) {
    if (!(type instanceof DataType.VectorType vector)) {
      return writer.beginCollection(size);
    }
    if (size != vector.dimensions()) {
      throw new InvalidValueException(
          "a value of type " + type + " needs " + vector.dimensions() + " elements, not " + size);
    }
    return writer.beginVector(ValueDescriptor.fixedSize(element) >= 0);
  }

  private static void end(DataType type, DataType element, int token, ValueWriter writer) {
    if (type instanceof DataType.SetType) {
      writer.endSet(token, element);
    } else {
      writer.endValue(token);
    }
  }

  private static void writeMap(
      TypeCodecs codecs, DataType type, Map<?, ?> map, ValueWriter writer) {
    if (type instanceof DataType.UserType udt) {
      writeUdt(codecs, udt, UdtValue.of(udt, fields(udt, map)), writer);
      return;
    }
    if (!(type instanceof DataType.MapType mapType)) {
      ValueEncoder.encode(type, map, writer);
      return;
    }
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    int token = writer.beginCollection(entries.size());
    for (Map.Entry<?, ?> entry : entries) {
      write(codecs, mapType.key(), present(type, entry.getKey()), writer);
      write(codecs, mapType.value(), present(type, entry.getValue()), writer);
    }
    writer.endMap(token, mapType.key());
  }

  private static List<@Nullable Object> fields(DataType.UserType udt, Map<?, ?> map) {
    for (Object name : map.keySet()) {
      if (!(name instanceof String text) || udt.indexOf(text) < 0) {
        throw new InvalidValueException(
            "type " + udt + " has no field '" + name + "', it has " + udt.fieldNames());
      }
    }
    List<@Nullable Object> fields = new ArrayList<>();
    for (String name : udt.fieldNames()) {
      fields.add(map.get(name));
    }
    return fields;
  }

  private static void writeUdt(
      TypeCodecs codecs, DataType.UserType type, UdtValue udt, ValueWriter writer) {
    if (!udt.type().fieldNames().equals(type.fieldNames())) {
      ValueEncoder.encode(type, udt, writer);
      return;
    }
    writeComponents(codecs, type, type.fieldTypes(), udt.fields(), writer);
  }

  private static void writeComponents(
      TypeCodecs codecs, DataType type, List<DataType> types, List<?> values, ValueWriter writer) {
    if (values.size() > types.size()) {
      throw new InvalidValueException(
          values.size() + " values were given for " + type + ", which has " + types.size());
    }
    int token = writer.beginValue();
    for (int i = 0; i < types.size(); i++) {
      write(codecs, types.get(i), i < values.size() ? values.get(i) : null, writer);
    }
    writer.endValue(token);
  }

  /** An element that is there: Cassandra refuses null inside collections. */
  static Object present(DataType type, @Nullable Object item) {
    if (item == null || item instanceof Optional<?> optional && optional.isEmpty()) {
      throw new InvalidValueException(
          "null inside a value of type "
              + type
              + ": Cassandra refuses it; leave the element out, or use null for the whole value");
    }
    return item;
  }
}
