package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ValueGetters;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.List;

/**
 * A record's constructor and components, as method handles. Immutable; any thread may use it.
 *
 * @param <R> the record
 */
final class RecordShape<R> {
  private final Class<R> javaClass;
  private final RecordComponent[] components;
  private final MethodHandle constructor;
  private final MethodHandles.Lookup lookup;

  private RecordShape(
      Class<R> javaClass,
      RecordComponent[] components,
      MethodHandle constructor,
      MethodHandles.Lookup lookup) {
    this.javaClass = javaClass;
    this.components = components;
    this.constructor = constructor;
    this.lookup = lookup;
  }

  /**
   * The shape of a record.
   *
   * @throws MappingException if the class is no record, or the driver may not make one
   */
  static <R> RecordShape<R> of(Class<R> javaClass, MethodHandles.Lookup caller) {
    if (!javaClass.isRecord()) {
      throw new MappingException(
          javaClass.getTypeName() + " is no record; give a record's class, or a mapper");
    }
    RecordComponent[] components = javaClass.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = components[i].getType();
    }
    MethodHandles.Lookup lookup = ofClass(javaClass, caller);
    try {
      return new RecordShape<>(
          javaClass,
          components,
          lookup.findConstructor(javaClass, MethodType.methodType(void.class, types)),
          lookup);
    } catch (ReflectiveOperationException e) {
      throw unreachable(javaClass);
    }
  }

  /** A lookup that sees all of a class, if its package is open to the one that is given. */
  static MethodHandles.Lookup ofClass(Class<?> javaClass, MethodHandles.Lookup caller) {
    try {
      return MethodHandles.privateLookupIn(javaClass, caller);
    } catch (IllegalAccessException e) {
      return caller;
    }
  }

  static MappingException unreachable(Class<?> javaClass) {
    return new MappingException(
        "The driver may not make objects of "
            + javaClass.getTypeName()
            + "; open package "
            + javaClass.getPackageName()
            + " to module io.peregrine, or give a MethodHandles.Lookup of your own that may");
  }

  Class<R> javaClass() {
    return javaClass;
  }

  RecordComponent[] components() {
    return components;
  }

  /** The reader of a component, from the record to an object. */
  MethodHandle accessor(int i) {
    try {
      return lookup
          .unreflect(components[i].getAccessor())
          .asType(MethodType.methodType(Object.class, Object.class));
    } catch (IllegalAccessException e) {
      throw unreachable(javaClass);
    }
  }

  /**
   * A handle that makes a record of what its cells are read from: {@code (Object) -> Object}.
   *
   * @param what what the cells are called: column or field
   * @param names the cells' names
   * @param types the cells' types
   * @param at gives a cell: {@code (source, int) -> ValueGetters}
   * @throws MappingException if a component has no cell, or one of another type
   */
  MethodHandle from(
      String what, List<String> names, List<DataType> types, TypeCodecs codecs, MethodHandle at) {
    Class<?> source = at.type().parameterType(0);
    MethodHandle[] readers = new MethodHandle[components.length];
    for (int i = 0; i < readers.length; i++) {
      RecordComponent component = components[i];
      String member =
          component.getGenericType().getTypeName()
              + " "
              + component.getName()
              + " of "
              + javaClass.getSimpleName();
      int cell = MemberNames.indexOf(names, component.getName());
      if (cell < 0) {
        throw missing(what, names, component.getName(), member);
      }
      String cellName = what + " '" + names.get(cell) + "'";
      MethodHandle reader =
          CellReading.of(cellName, member, types.get(cell), component.getGenericType(), codecs);
      readers[i] =
          MethodHandles.filterReturnValue(
              MethodHandles.insertArguments(at, 1, cell)
                  .asType(MethodType.methodType(ValueGetters.class, source)),
              reader);
    }
    MethodHandle all = MethodHandles.filterArguments(constructor, 0, readers);
    MethodType one = MethodType.methodType(javaClass, source);
    MethodHandle made =
        readers.length == 0
            ? MethodHandles.dropArguments(all, 0, source)
            : MethodHandles.permuteArguments(all, one, new int[readers.length]);
    return made.asType(MethodType.methodType(Object.class, Object.class));
  }

  static MappingException missing(String what, List<String> names, String javaName, String member) {
    String words = MemberNames.underscored(javaName);
    return new MappingException(
        "There is no "
            + what
            + " for "
            + member
            + ": neither '"
            + javaName
            + "'"
            + (words.equals(javaName) ? "" : " nor '" + words + "'")
            + " is among "
            + names
            + (what.equals("column") ? "; select it, or name it with AS " + words : ""));
  }

  static RuntimeException thrown(Throwable t) {
    if (t instanceof Error error) {
      throw error;
    }
    return t instanceof RuntimeException known ? known : new IllegalStateException(t);
  }
}
