package io.peregrine.codec.value;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.row.ValueDescriptor;
import io.peregrine.codec.row.ValueWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Writes values that are made of others. Stateless; any thread may use it, each with a writer of
 * its own.
 *
 * <p>Elements go straight into the writer's buffer, none is encoded apart. There those of sets and
 * maps are sorted as Cassandra sorts them.
 */
final class NestedEncoder {
  private NestedEncoder() {}

  static void write(DataType type, Object value, ValueWriter writer) {
    if (type instanceof DataType.ListType list) {
      int token = writeCollection(type, list.element(), value, writer);
      writer.endValue(token);
    } else if (type instanceof DataType.SetType set) {
      int token = writeCollection(type, set.element(), value, writer);
      writer.endSet(token, set.element());
    } else if (type instanceof DataType.MapType map) {
      writeMap(map, value, writer);
    } else if (type instanceof DataType.TupleType tuple) {
      writeTuple(tuple, value, writer);
    } else if (type instanceof DataType.UserType udt) {
      writeUdt(udt, value, writer);
    } else if (type instanceof DataType.VectorType vector) {
      writeVector(vector, value, writer);
    } else {
      throw new IllegalArgumentException("no encoding for " + type);
    }
  }

  /** Writes all but the end. */
  private static int writeCollection(
      DataType type, DataType element, Object value, ValueWriter writer) {
    int size = sizeOf(type, element, value, type instanceof DataType.ListType);
    int token = writer.beginCollection(size);
    writeElements(type, element, value, size, writer);
    return token;
  }

  private static void writeVector(DataType.VectorType type, Object value, ValueWriter writer) {
    DataType element = type.element();
    int size = sizeOf(type, element, value, true);
    if (size != type.dimensions()) {
      throw new InvalidValueException(
          "a value of type " + type + " needs " + type.dimensions() + " elements, not " + size);
    }
    if (value instanceof float[] array) {
      writer.putVector(array);
    } else if (value instanceof double[] array) {
      writer.putVector(array);
    } else if (value instanceof int[] array) {
      writer.putVector(array);
    } else if (value instanceof long[] array) {
      writer.putVector(array);
    } else {
      writeElementsOfVector(type, value, size, writer);
    }
  }

  private static void writeElementsOfVector(
      DataType.VectorType type, Object value, int size, ValueWriter writer) {
    DataType element = type.element();
    int token = writer.beginVector(ValueDescriptor.fixedSize(element) >= 0);
    writeElements(type, element, value, size, writer);
    writer.endValue(token);
  }

  /** How many elements the value has, if it is one that its type takes. */
  private static int sizeOf(DataType type, DataType element, Object value, boolean takesArrays) {
    if (value instanceof Collection<?> collection) {
      return collection.size();
    }
    if (takesArrays) {
      if (value instanceof int[] array && element == Primitive.INT) {
        return array.length;
      }
      if (value instanceof float[] array && element == Primitive.FLOAT) {
        return array.length;
      }
      if (value instanceof double[] array && element == Primitive.DOUBLE) {
        return array.length;
      }
      if (value instanceof long[] array && isLong(element)) {
        return array.length;
      }
    }
    String arrays = takesArrays ? ", or an array of its primitive (int, long, float, double)" : "";
    throw ValueEncoder.wrongClass(type, value, "a List, Set or other Collection" + arrays);
  }

  private static boolean isLong(DataType element) {
    return element == Primitive.BIGINT || element == Primitive.TIMESTAMP;
  }

  private static void writeElements(
      DataType type, DataType element, Object value, int size, ValueWriter writer) {
    if (value instanceof List<?> list && list instanceof RandomAccess) {
      for (int i = 0; i < size; i++) {
        writeElement(type, element, list.get(i), writer);
      }
    } else if (value instanceof Collection<?> collection) {
      int written = 0;
      for (Object item : collection) {
        writeElement(type, element, item, writer);
        written++;
      }
      if (written != size) {
        throw new InvalidValueException(
            "the collection changed from " + size + " to " + written + " elements meanwhile");
      }
    } else {
      writeArray(value, writer);
    }
  }

  private static void writeArray(Object value, ValueWriter writer) {
    if (value instanceof int[] array) {
      for (int number : array) {
        writer.putInt(number);
      }
    } else if (value instanceof float[] array) {
      for (float number : array) {
        writer.putFloat(number);
      }
    } else if (value instanceof double[] array) {
      for (double number : array) {
        writer.putDouble(number);
      }
    } else if (value instanceof long[] array) {
      for (long number : array) {
        writer.putLong(number);
      }
    }
  }

  private static void writeElement(
      DataType type, DataType element, @Nullable Object item, ValueWriter writer) {
    if (item == null) {
      throw new InvalidValueException(
          "null inside a value of type "
              + type
              + ": Cassandra refuses it; leave the element out, or use null for the whole value");
    }
    ValueEncoder.write(element, item, writer);
  }

  private static void writeMap(DataType.MapType type, Object value, ValueWriter writer) {
    if (!(value instanceof Map<?, ?> map)) {
      throw ValueEncoder.wrongClass(type, value, "a Map");
    }
    int size = map.size();
    int token = writer.beginCollection(size);
    int written = 0;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      writeElement(type, type.key(), entry.getKey(), writer);
      writeElement(type, type.value(), entry.getValue(), writer);
      written++;
    }
    if (written != size) {
      throw new InvalidValueException(
          "the map changed from " + size + " to " + written + " entries meanwhile");
    }
    writer.endMap(token, type.key());
  }

  private static void writeTuple(DataType.TupleType type, Object value, ValueWriter writer) {
    List<?> components;
    if (value instanceof TupleValue tuple) {
      components = tuple.components();
    } else if (value instanceof List<?> list) {
      components = list;
    } else {
      throw ValueEncoder.wrongClass(type, value, "a TupleValue or a List");
    }
    writeComponents(type, type.components(), components, writer);
  }

  private static void writeUdt(DataType.UserType type, Object value, ValueWriter writer) {
    if (value instanceof Map<?, ?> map) {
      writeFields(type, map, writer);
    } else if (!(value instanceof UdtValue udt)) {
      throw ValueEncoder.wrongClass(type, value, "a UdtValue or a Map of names to fields");
    } else if (!udt.type().fieldNames().equals(type.fieldNames())) {
      throw new InvalidValueException(
          "a value of "
              + udt.type()
              + " with the fields "
              + udt.type().fieldNames()
              + " was given for "
              + type
              + " with the fields "
              + type.fieldNames()
              + ": make it anew with the present type");
    } else {
      writeComponents(type, type.fieldTypes(), udt.fields(), writer);
    }
  }

  private static void writeComponents(
      DataType type, List<DataType> types, List<?> values, ValueWriter writer) {
    if (values.size() > types.size()) {
      throw new InvalidValueException(
          values.size() + " values were given for " + type + ", which has " + types.size());
    }
    int token = writer.beginValue();
    for (int i = 0; i < types.size(); i++) {
      ValueEncoder.write(types.get(i), i < values.size() ? values.get(i) : null, writer);
    }
    writer.endValue(token);
  }

  private static void writeFields(DataType.UserType type, Map<?, ?> fields, ValueWriter writer) {
    for (Object name : fields.keySet()) {
      if (!(name instanceof String text) || type.indexOf(text) < 0) {
        throw new InvalidValueException(
            "type " + type + " has no field '" + name + "', it has " + type.fieldNames());
      }
    }
    List<String> names = type.fieldNames();
    int token = writer.beginValue();
    for (int i = 0; i < names.size(); i++) {
      ValueEncoder.write(type.fieldTypes().get(i), fields.get(names.get(i)), writer);
    }
    writer.endValue(token);
  }
}
