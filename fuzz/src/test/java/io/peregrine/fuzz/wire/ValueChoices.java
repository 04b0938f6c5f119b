package io.peregrine.fuzz.wire;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes generated values of a type as the specification lays them out, by the plainest code there
 * is, so that fuzzing begins deep inside of the readers. Stateless.
 */
final class ValueChoices {
  private static final int MAX_VECTOR = 64;

  private ValueChoices() {}

  /** A cell; null for none. */
  static byte @Nullable [] cell(Choices choices, DataType type) {
    if (choices.rarely(8)) {
      return null;
    }
    if (choices.rarely(12)) {
      return choices.blob(24);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(choices, type, out);
    return out.toByteArray();
  }

  private static void write(Choices choices, DataType type, ByteArrayOutputStream out) {
    if (type instanceof Primitive primitive) {
      writePrimitive(choices, primitive, out);
    } else if (type instanceof DataType.ListType list) {
      writeList(choices, list.element(), out);
    } else if (type instanceof DataType.SetType set) {
      writeList(choices, set.element(), out);
    } else if (type instanceof DataType.MapType map) {
      int size = choices.below(4);
      out.writeBytes(ByteBuffer.allocate(4).putInt(size).array());
      for (int i = 0; i < size; i++) {
        writeCell(choices, map.key(), out);
        writeCell(choices, map.value(), out);
      }
    } else if (type instanceof DataType.TupleType tuple) {
      tuple.components().forEach(component -> writeCell(choices, component, out));
    } else if (type instanceof DataType.UserType udt) {
      int present = choices.below(udt.fieldTypes().size() + 1);
      udt.fieldTypes().subList(0, present).forEach(field -> writeCell(choices, field, out));
    } else if (type instanceof DataType.VectorType vector) {
      writeVector(choices, vector, out);
    } else {
      out.writeBytes(choices.blob(16));
    }
  }

  private static void writeList(Choices choices, DataType element, ByteArrayOutputStream out) {
    int size = choices.below(5);
    out.writeBytes(ByteBuffer.allocate(4).putInt(size).array());
    for (int i = 0; i < size; i++) {
      writeCell(choices, element, out);
    }
  }

  private static void writeCell(Choices choices, DataType type, ByteArrayOutputStream out) {
    byte[] cell = cell(choices, type);
    out.writeBytes(ByteBuffer.allocate(4).putInt(cell == null ? -1 : cell.length).array());
    if (cell != null) {
      out.writeBytes(cell);
    }
  }

  private static void writeVector(
      Choices choices, DataType.VectorType vector, ByteArrayOutputStream out) {
    int dimensions = Math.min(MAX_VECTOR, vector.dimensions());
    for (int i = 0; i < dimensions; i++) {
      ByteArrayOutputStream element = new ByteArrayOutputStream();
      write(choices, vector.element(), element);
      if (!isFixed(vector.element())) {
        // Below 128 the length is one byte, and no element here is longer.
        int length = Math.min(127, element.size());
        out.write(length);
        out.write(element.toByteArray(), 0, length);
      } else {
        out.writeBytes(element.toByteArray());
      }
    }
  }

  private static boolean isFixed(DataType type) {
    return type instanceof DataType.VectorType vector
        ? isFixed(vector.element())
        : type == Primitive.FLOAT || type == Primitive.INT;
  }

  private static void writePrimitive(Choices choices, Primitive type, ByteArrayOutputStream out) {
    switch (type) {
      case BOOLEAN, TINYINT -> out.write(choices.octet());
      case SMALLINT -> out.writeBytes(fixed(choices, 2));
      case INT, FLOAT, DATE -> out.writeBytes(fixed(choices, 4));
      case BIGINT, COUNTER, DOUBLE, TIMESTAMP -> out.writeBytes(fixed(choices, 8));
      case TIME -> out.writeBytes(new byte[] {0, 0, (byte) choices.below(0x4E), 1, 2, 3, 4, 5});
      case UUID, TIMEUUID -> out.writeBytes(fixed(choices, 16));
      case INET -> out.writeBytes(fixed(choices, choices.yes() ? 4 : 16));
      case DECIMAL -> out.writeBytes(fixed(choices, 5 + choices.below(8)));
      case VARINT -> out.writeBytes(fixed(choices, 1 + choices.below(20)));
      case DURATION -> {
        int sign = choices.below(2);
        for (int i = 0; i < 3; i++) {
          out.write(choices.below(63) * 2 + sign);
        }
      }
      default -> out.writeBytes(choices.blob(24));
    }
  }

  private static byte[] fixed(Choices choices, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) choices.octet();
    }
    return bytes;
  }
}
