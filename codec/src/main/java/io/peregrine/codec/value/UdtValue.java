package io.peregrine.codec.value;

import io.peregrine.codec.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of a user-defined type. Immutable as far as its fields are; any thread may use it.
 *
 * <p>Fields may be null. Their classes are not checked before the value is written.
 */
public final class UdtValue {
  private final DataType.UserType type;
  private final List<@Nullable Object> fields;

  private UdtValue(DataType.UserType type, List<@Nullable Object> fields) {
    this.type = type;
    this.fields = fields;
  }

  /**
   * A value of given fields.
   *
   * @param type its type
   * @param fields the fields, in the type's order; those left out at the end are null
   * @return the value
   * @throws IllegalArgumentException if there are more than the type has
   */
  public static UdtValue of(DataType.UserType type, List<? extends @Nullable Object> fields) {
    return new UdtValue(type, TupleValue.padded(type, fields, type.fieldTypes().size()));
  }

  /**
   * A value of named fields.
   *
   * @param type its type
   * @param fields the fields by name (case-sensitive); those left out are null
   * @return the value
   * @throws IllegalArgumentException if the type has no field of a name
   */
  public static UdtValue of(
      DataType.UserType type, Map<String, ? extends @Nullable Object> fields) {
    @Nullable Object[] values = new Object[type.fieldTypes().size()];
    for (Map.Entry<String, ? extends @Nullable Object> field : fields.entrySet()) {
      values[indexOf(type, field.getKey())] = field.getValue();
    }
    return of(type, Arrays.asList(values));
  }

  private static int indexOf(DataType.UserType type, String name) {
    int i = type.indexOf(name);
    if (i < 0) {
      throw new IllegalArgumentException(
          "type " + type + " has no field '" + name + "', it has " + type.fieldNames());
    }
    return i;
  }

  /**
   * The value's type.
   *
   * @return the type
   */
  public DataType.UserType type() {
    return type;
  }

  /**
   * How many fields there are.
   *
   * @return as many as the type has
   */
  public int size() {
    return fields.size();
  }

  /**
   * A field by its position.
   *
   * @param i which, from 0
   * @return the field, or null
   * @throws IndexOutOfBoundsException if there is no such field
   */
  public @Nullable Object get(int i) {
    return fields.get(i);
  }

  /**
   * A field by its name.
   *
   * @param name the name, case-sensitive
   * @return the field, or null
   * @throws IllegalArgumentException if the type has no such field
   */
  public @Nullable Object get(String name) {
    return fields.get(indexOf(type, name));
  }

  /**
   * A field of a known class.
   *
   * @param name the name, case-sensitive
   * @param as the class
   * @param <T> the class
   * @return the field, or null
   * @throws IllegalArgumentException if the type has no such field
   * @throws ClassCastException if it is of another class
   */
  public <T> @Nullable T get(String name, Class<T> as) {
    return as.cast(get(name));
  }

  /**
   * All fields, in the type's order.
   *
   * @return an unmodifiable list, with nulls
   */
  public List<@Nullable Object> fields() {
    return fields;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UdtValue that && type.equals(that.type) && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < fields.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(type.fieldNames().get(i));
      text.append(": ").append(fields.get(i));
    }
    return text.append('}').toString();
  }
}
