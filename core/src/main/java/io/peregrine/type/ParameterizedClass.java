package io.peregrine.type;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A class with its parameters, where no source code says so. Immutable.
 *
 * @param raw the class
 * @param arguments its parameters
 */
record ParameterizedClass(Class<?> raw, List<Class<?>> arguments) implements ParameterizedType {
  ParameterizedClass(Class<?> raw, Class<?>... arguments) {
    this(raw, Arrays.asList(arguments));
  }

  @Override
  public Type[] getActualTypeArguments() {
    return arguments.toArray(new Type[0]);
  }

  @Override
  public Type getRawType() {
    return raw;
  }

  @Override
  public @Nullable Type getOwnerType() {
    return null;
  }

  @Override
  public String toString() {
    return raw.getName() + arguments;
  }
}
