package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.TupleReader;
import io.peregrine.codec.row.ValueGetters;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A class with getters and setters that holds the fields of a user-defined type. Immutable.
 *
 * @param <T> the class
 */
final class UdtBean<T> implements UdtShape<T> {
  private static final MethodType ONE = MethodType.methodType(Object.class, Object.class);

  private final Class<T> javaClass;
  private final MethodHandle constructor;
  private final List<Property> properties;

  /**
   * One property.
   *
   * @param name what it is called
   * @param javaType its type
   * @param getter its getter
   * @param setter its setter
   */
  private record Property(String name, Type javaType, MethodHandle getter, MethodHandle setter) {}

  private UdtBean(Class<T> javaClass, MethodHandle constructor, List<Property> properties) {
    this.javaClass = javaClass;
    this.constructor = constructor;
    this.properties = properties;
  }

  static <T> UdtBean<T> of(Class<T> javaClass, MethodHandles.Lookup caller) {
    MethodHandles.Lookup lookup = RecordShape.ofClass(javaClass, caller);
    try {
      MethodHandle constructor =
          lookup.findConstructor(javaClass, MethodType.methodType(void.class));
      List<Property> properties = properties(javaClass, lookup);
      if (properties.isEmpty()) {
        throw new MappingException(
            javaClass.getTypeName() + " has no property with both a getter and a setter");
      }
      return new UdtBean<>(
          javaClass,
          constructor.asType(MethodType.methodType(Object.class)),
          List.copyOf(properties));
    } catch (NoSuchMethodException e) {
      throw new MappingException(
          javaClass.getTypeName()
              + " is no record, and has no constructor without parameters; give it one, or use a"
              + " record");
    } catch (IllegalAccessException e) {
      throw RecordShape.unreachable(javaClass);
    }
  }

  private static List<Property> properties(Class<?> javaClass, MethodHandles.Lookup lookup)
      throws IllegalAccessException {
    Map<String, Method> getters = new TreeMap<>();
    List<Method> setters = new ArrayList<>();
    for (Method method : javaClass.getMethods()) {
      String name = method.getName();
      boolean counts =
          !Modifier.isStatic(method.getModifiers())
              && !method.isBridge()
              && method.getDeclaringClass() != Object.class;
      if (!counts) {
        continue;
      }
      if (method.getParameterCount() == 0 && method.getReturnType() != void.class) {
        if (name.length() > 3 && name.startsWith("get")) {
          getters.put(decapitalized(name.substring(3)), method);
        } else if (name.length() > 2 && name.startsWith("is")) {
          getters.put(decapitalized(name.substring(2)), method);
        }
      } else if (method.getParameterCount() == 1 && name.length() > 3 && name.startsWith("set")) {
        setters.add(method);
      }
    }
    Map<String, Property> properties = new TreeMap<>();
    for (Method setter : setters) {
      String name = decapitalized(setter.getName().substring(3));
      Method getter = getters.get(name);
      if (getter != null && getter.getReturnType() == setter.getParameterTypes()[0]) {
        properties.put(
            name,
            new Property(
                name,
                getter.getGenericReturnType(),
                lookup.unreflect(getter).asType(ONE),
                lookup.unreflect(setter)));
      }
    }
    return new ArrayList<>(properties.values());
  }

  private static String decapitalized(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  static int fieldOf(DataType.UserType type, String name, Class<?> javaClass) {
    int field = MemberNames.indexOf(type.fieldNames(), name);
    if (field < 0) {
      throw RecordShape.missing(
          "field of " + type, type.fieldNames(), name, name + " of " + javaClass.getSimpleName());
    }
    return field;
  }

  @Override
  public List<@Nullable Accessor> accessors(DataType.UserType type) {
    @Nullable Accessor[] accessors = new Accessor[type.fieldNames().size()];
    for (Property property : properties) {
      accessors[fieldOf(type, property.name(), javaClass)] =
          new Accessor(property.name(), property.javaType(), property.getter());
    }
    return Arrays.asList(accessors);
  }

  /** A setter from the fields: {@code (Object, Object) -> void}. */
  private MethodHandle setter(Property property, DataType.UserType type, TypeCodecs codecs) {
    int field = fieldOf(type, property.name(), javaClass);
    MethodHandle reader =
        CellReading.of(
            "field '" + type.fieldNames().get(field) + "'",
            property.javaType().getTypeName()
                + " "
                + property.name()
                + " of "
                + javaClass.getSimpleName(),
            type.fieldTypes().get(field),
            property.javaType(),
            codecs);
    MethodHandle at =
        MethodHandles.insertArguments(UdtRecord.at(), 1, field)
            .asType(MethodType.methodType(ValueGetters.class, TupleReader.class));
    return MethodHandles.filterArguments(
            property.setter(), 1, MethodHandles.filterReturnValue(at, reader))
        .asType(MethodType.methodType(void.class, Object.class, Object.class));
  }

  @Override
  @SuppressWarnings("unchecked")
  public Function<TupleReader, T> maker(DataType.UserType type, TypeCodecs codecs) {
    MethodHandle[] setters = new MethodHandle[properties.size()];
    for (int i = 0; i < setters.length; i++) {
      setters[i] = setter(properties.get(i), type, codecs);
    }
    return reader -> {
      try {
        Object made = constructor.invokeExact();
        for (MethodHandle setter : setters) {
          setter.invokeExact(made, (Object) reader);
        }
        return (T) made;
      } catch (Throwable t) {
        throw RecordShape.thrown(t);
      }
    };
  }
}
