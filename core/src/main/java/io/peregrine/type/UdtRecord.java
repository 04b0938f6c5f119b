package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.TupleReader;
import io.peregrine.codec.row.ValueReader;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A record that holds the fields of a user-defined type. Immutable.
 *
 * @param record its shape
 * @param <T> the record
 */
record UdtRecord<T>(RecordShape<T> record) implements UdtShape<T> {
  private static final MethodHandle AT;

  static {
    try {
      AT =
          MethodHandles.lookup()
              .findVirtual(
                  TupleReader.class, "at", MethodType.methodType(ValueReader.class, int.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  static MethodHandle at() {
    return AT;
  }

  @Override
  public List<@Nullable Accessor> accessors(DataType.UserType type) {
    @Nullable Accessor[] accessors = new Accessor[type.fieldNames().size()];
    RecordComponent[] components = record.components();
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      int field = UdtBean.fieldOf(type, name, record.javaClass());
      accessors[field] = new Accessor(name, components[i].getGenericType(), record.accessor(i));
    }
    return Arrays.asList(accessors);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Function<TupleReader, T> maker(DataType.UserType type, TypeCodecs codecs) {
    MethodHandle make = record.from("field", type.fieldNames(), type.fieldTypes(), codecs, AT);
    return reader -> {
      try {
        return (T) make.invokeExact((Object) reader);
      } catch (Throwable t) {
        throw RecordShape.thrown(t);
      }
    };
  }
}
