package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.row.ValueGetters;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Type;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands on a cell and makes a component of a record of it: a method handle from {@link
 * ValueGetters} to the component's type. Stateless; any thread may use it.
 *
 * <p>A primitive goes from the bytes to the record's constructor as it is, without an object around
 * it.
 */
final class CellReading {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  /** The readers of primitives, by the CQL type that they read. */
  private static final Map<DataType, MethodHandle> PRIMITIVES =
      Map.ofEntries(
          Map.entry(Primitive.BOOLEAN, reader("booleanAt", boolean.class)),
          Map.entry(Primitive.TINYINT, reader("byteAt", byte.class)),
          Map.entry(Primitive.SMALLINT, reader("shortAt", short.class)),
          Map.entry(Primitive.INT, reader("intAt", int.class)),
          Map.entry(Primitive.BIGINT, reader("longAt", long.class)),
          Map.entry(Primitive.COUNTER, reader("longAt", long.class)),
          Map.entry(Primitive.TIMESTAMP, reader("longAt", long.class)),
          Map.entry(Primitive.TIME, reader("longAt", long.class)),
          Map.entry(Primitive.FLOAT, reader("floatAt", float.class)),
          Map.entry(Primitive.DOUBLE, reader("doubleAt", double.class)));

  private static final MethodHandle OBJECT =
      find("objectAt", MethodType.methodType(Object.class, ValueGetters.class, Target.class));
  private static final MethodHandle PRESENT =
      find("presentAt", MethodType.methodType(Object.class, ValueGetters.class, Target.class));

  private CellReading() {}

  /**
   * A cell and what becomes of it.
   *
   * @param cell what it is called, for messages
   * @param member what it becomes, for messages
   * @param type its type
   * @param codec what reads it, if not a getter of a primitive
   */
  record Target(String cell, String member, DataType type, @Nullable TypeCodec<?> codec) {}

  /**
   * The reader of a cell.
   *
   * @param cell what the cell is called, for messages
   * @param member what it becomes, for messages
   * @throws MappingException if the cell's type does not become the member's
   */
  static MethodHandle of(
      String cell, String member, DataType type, Type javaType, TypeCodecs codecs) {
    Class<?> raw = CodecSearch.raw(javaType);
    if (raw.isPrimitive()) {
      Class<?> boxed = MethodType.methodType(raw).wrap().returnType();
      TypeCodec<?> registered = codecs.registered(type, boxed);
      if (registered != null) {
        return bound(PRESENT, new Target(cell, member, type, registered), boxed)
            .asType(MethodType.methodType(raw, ValueGetters.class));
      }
      MethodHandle reader = PRIMITIVES.get(type);
      if (reader == null || !widens(reader.type().returnType(), raw)) {
        throw wrongType(cell, member, type, boxed == raw ? Object.class : ReadAs.of(type));
      }
      return MethodHandles.insertArguments(reader, 1, new Target(cell, member, type, null))
          .asType(MethodType.methodType(raw, ValueGetters.class));
    }
    TypeCodec<?> codec = codecs.find(type, javaType);
    if (codec == null) {
      throw wrongType(cell, member, type, ReadAs.of(type));
    }
    return bound(OBJECT, new Target(cell, member, type, codec), raw);
  }

  private static MethodHandle bound(MethodHandle reader, Target target, Class<?> as) {
    return MethodHandles.insertArguments(reader, 1, target)
        .asType(MethodType.methodType(as, ValueGetters.class));
  }

  private static boolean widens(Class<?> from, Class<?> to) {
    if (from == to) {
      return true;
    }
    if (to == double.class) {
      return from == float.class;
    }
    return to == long.class && (from == int.class || from == short.class || from == byte.class)
        || to == int.class && (from == short.class || from == byte.class)
        || to == short.class && from == byte.class;
  }

  private static MappingException wrongType(
      String cell, String member, DataType type, Class<?> readAs) {
    return new MappingException(
        cell
            + " is of type "
            + type
            + ", which "
            + member
            + " cannot hold; declare it "
            + readAs.getSimpleName()
            + " or its primitive, or register a TypeCodec");
  }

  private static MethodHandle reader(String name, Class<?> type) {
    return find(name, MethodType.methodType(type, ValueGetters.class, Target.class));
  }

  private static MethodHandle find(String name, MethodType type) {
    try {
      return LOOKUP.findStatic(CellReading.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static ValueGetters present(ValueGetters value, Target target) {
    if (ReadAs.isAbsent(target.type(), value)) {
      throw new UnexpectedNullException(
          target.cell()
              + " is null, but "
              + target.member()
              + " is a primitive; declare its class, or an Optional of it, or leave such rows out");
    }
    return value;
  }

  static boolean booleanAt(ValueGetters value, Target target) {
    return present(value, target).getBoolean();
  }

  static byte byteAt(ValueGetters value, Target target) {
    return present(value, target).getByte();
  }

  static short shortAt(ValueGetters value, Target target) {
    return present(value, target).getShort();
  }

  static int intAt(ValueGetters value, Target target) {
    return present(value, target).getInt();
  }

  static long longAt(ValueGetters value, Target target) {
    return present(value, target).getLong();
  }

  static float floatAt(ValueGetters value, Target target) {
    return present(value, target).getFloat();
  }

  static double doubleAt(ValueGetters value, Target target) {
    return present(value, target).getDouble();
  }

  @SuppressWarnings({"unchecked", "NullAway"})
  static @Nullable Object objectAt(ValueGetters value, Target target) {
    TypeCodec<Object> codec = (TypeCodec<Object>) target.codec();
    return ReadAs.isAbsent(target.type(), value)
        ? codec.absent()
        : codec.decode(target.type(), value);
  }

  static @Nullable Object presentAt(ValueGetters value, Target target) {
    return objectAt(present(value, target), target);
  }
}
