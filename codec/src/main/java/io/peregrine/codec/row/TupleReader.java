package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.MalformedMessageException;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flyweight over a tuple or a value of a user-defined type; {@link #at(int)} reads one component.
 * Not thread-safe: a reader belongs to one thread.
 *
 * <p>A component that the bytes do not reach is null: it may have been added to the type after the
 * value was written. A user-defined type may have gained fields that the reader's type does not
 * know; they are left alone. It is valid as long as the buffer is.
 */
public final class TupleReader {
  private final ValueReader component = new ValueReader("component of the tuple or type");
  private DirectBuffer buffer = new UnsafeBuffer(0, 0);
  private @Nullable DataType type;
  private int[] offsets = new int[8];
  private boolean present;
  private int origin;
  private int size;
  private int components;

  /** A reader that lies over nothing yet. */
  public TupleReader() {}

  /**
   * Lays the reader over the bytes, the length in front of them not counted.
   *
   * @param buffer where they are
   * @param offset where they begin
   * @param length how many there are; 0 or less if every component is null
   * @param type the tuple or user-defined type, or null if it is not known
   * @return this
   * @throws IllegalArgumentException if the type is another one
   * @throws MalformedMessageException if a component runs past the end, or a tuple has more than
   *     its type
   */
  public TupleReader wrap(DirectBuffer buffer, int offset, int length, @Nullable DataType type) {
    int expected = sizeOf(type);
    this.buffer = buffer;
    this.type = type;
    present = length >= 0;
    origin = offset;
    components = 0;
    component.bind(buffer, offset);
    if (length > 0) {
      buffer.boundsCheck(offset, length);
      walk(offset, offset + length, expected);
    }
    size = expected < 0 ? components : expected;
    return this;
  }

  static boolean reads(@Nullable DataType type) {
    return type == null || type instanceof DataType.TupleType || type instanceof DataType.UserType;
  }

  private static int sizeOf(@Nullable DataType type) {
    if (type == null) {
      return -1;
    }
    if (type instanceof DataType.TupleType tuple) {
      return tuple.components().size();
    }
    if (type instanceof DataType.UserType udt) {
      return udt.fieldTypes().size();
    }
    throw new IllegalArgumentException(type + " is neither a tuple nor a user-defined type");
  }

  private void walk(int from, int limit, int expected) {
    int at = from;
    while (at < limit) {
      if (components == expected) {
        if (type instanceof DataType.UserType) {
          return;
        }
        throw new MalformedMessageException(
            String.valueOf(type),
            at - origin,
            (limit - at) + " bytes follow the last of its " + expected + " components");
      }
      int length = ValueDescriptor.length("component", buffer, at, limit, origin);
      if (components == offsets.length) {
        offsets = Arrays.copyOf(offsets, components * 2);
      }
      offsets[components++] = at + 4;
      at += 4 + Math.max(0, length);
    }
  }

  boolean isPresent() {
    return present;
  }

  /**
   * How many components there are.
   *
   * @return as many as the type has; if it is not known, as many as the bytes have
   */
  public int size() {
    return size;
  }

  /**
   * Reads a component.
   *
   * @param index 0 to {@link #size} - 1
   * @return a reader that the next call of this method moves on
   * @throws IndexOutOfBoundsException if there is no such component
   */
  public ValueReader at(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(
          "component " + index + " of " + size + (type == null ? "" : " of " + type));
    }
    DataType componentType = null;
    if (type instanceof DataType.TupleType tuple) {
      componentType = tuple.components().get(index);
    } else if (type instanceof DataType.UserType udt) {
      componentType = udt.fieldTypes().get(index);
    }
    if (index >= components) {
      component.moveTo(origin, -1, componentType);
    } else {
      int at = offsets[index];
      component.moveTo(at, buffer.getInt(at - 4, ByteOrder.BIG_ENDIAN), componentType);
    }
    return component;
  }

  /**
   * Reads a field of a user-defined type.
   *
   * @param fieldName its name, case-sensitive
   * @return a reader that the next call of this method moves on
   * @throws UnknownColumnException if there is no such field, or no names are known
   */
  public ValueReader at(String fieldName) {
    if (!(type instanceof DataType.UserType udt)) {
      throw new UnknownColumnException(
          "'"
              + fieldName
              + "': "
              + (type == null ? "the type is not known" : type + " has no names"));
    }
    int index = udt.indexOf(fieldName);
    if (index < 0) {
      throw new UnknownColumnException(
          "type " + udt + " has no field '" + fieldName + "', it has " + udt.fieldNames());
    }
    return at(index);
  }
}
