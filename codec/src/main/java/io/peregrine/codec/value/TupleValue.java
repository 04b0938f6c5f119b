package io.peregrine.codec.value;

import io.peregrine.codec.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value of a tuple type. Immutable as far as its components are; any thread may use it.
 *
 * <p>Components may be null. Their classes are not checked before the value is written.
 */
public final class TupleValue {
  private final DataType.TupleType type;
  private final List<@Nullable Object> components;

  private TupleValue(DataType.TupleType type, List<@Nullable Object> components) {
    this.type = type;
    this.components = components;
  }

  /**
   * A tuple of given components.
   *
   * @param type its type
   * @param components the components, in order; those left out at the end are null
   * @return the value
   * @throws IllegalArgumentException if there are more than the type has
   */
  public static TupleValue of(DataType.TupleType type, @Nullable Object... components) {
    return of(type, Arrays.asList(components));
  }

  /**
   * A tuple of given components.
   *
   * @param type its type
   * @param components the components, in order; those left out at the end are null
   * @return the value
   * @throws IllegalArgumentException if there are more than the type has
   */
  public static TupleValue of(
      DataType.TupleType type, List<? extends @Nullable Object> components) {
    return new TupleValue(type, padded(type, components, type.components().size()));
  }

  static List<@Nullable Object> padded(
      DataType type, List<? extends @Nullable Object> values, int size) {
    if (values.size() > size) {
      throw new IllegalArgumentException(values.size() + " values, but " + type + " has " + size);
    }
    List<@Nullable Object> padded = new ArrayList<>(size);
    padded.addAll(values);
    while (padded.size() < size) {
      padded.add(null);
    }
    return Collections.unmodifiableList(padded);
  }

  /**
   * The tuple's type.
   *
   * @return the type
   */
  public DataType.TupleType type() {
    return type;
  }

  /**
   * How many components there are.
   *
   * @return as many as the type has
   */
  public int size() {
    return components.size();
  }

  /**
   * A component.
   *
   * @param i which, from 0
   * @return the component, or null
   * @throws IndexOutOfBoundsException if there is no such component
   */
  public @Nullable Object get(int i) {
    return components.get(i);
  }

  /**
   * A component of a known class.
   *
   * @param i which, from 0
   * @param as the class
   * @param <T> the class
   * @return the component, or null
   * @throws IndexOutOfBoundsException if there is no such component
   * @throws ClassCastException if it is of another class
   */
  public <T> @Nullable T get(int i, Class<T> as) {
    return as.cast(components.get(i));
  }

  /**
   * All components.
   *
   * @return an unmodifiable list, with nulls
   */
  public List<@Nullable Object> components() {
    return components;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TupleValue that
        && type.equals(that.type)
        && components.equals(that.components);
  }

  @Override
  public int hashCode() {
    return components.hashCode();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("(");
    for (int i = 0; i < components.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(components.get(i));
    }
    return text.append(')').toString();
  }
}
