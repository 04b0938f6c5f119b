package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.TupleReader;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Type;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a class looks like that holds the fields of a user-defined type. Immutable. */
interface UdtShape<T> {
  /**
   * One property of the class.
   *
   * @param name what it is called
   * @param javaType its Java type
   * @param getter its getter: {@code (Object) -> Object}
   */
  record Accessor(String name, Type javaType, MethodHandle getter) {
    @Nullable Object get(Object from) {
      try {
        return getter.invokeExact(from);
      } catch (Throwable t) {
        throw RecordShape.thrown(t);
      }
    }
  }

  /** What reads each field of a type off an object; null for a field that the class lacks. */
  List<@Nullable Accessor> accessors(DataType.UserType type);

  /**
   * What makes an object of the fields.
   *
   * @throws MappingException if the class does not fit the type
   */
  Function<TupleReader, T> maker(DataType.UserType type, TypeCodecs codecs);
}
