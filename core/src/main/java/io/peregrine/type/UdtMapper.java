package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.value.UdtValue;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads values of a user-defined type as objects of one class: a record by its
 * components, or a bean by its properties. Immutable; any thread may use it.
 *
 * <p>A component or property stands for the field of its name, in the spelling of Java ({@code
 * zipCode}) or of CQL ({@code zip_code}); each must have one. A field that the class does not have
 * is ignored when read, and written as null: so may a type get a field more while a program runs
 * that does not know it.
 *
 * <p>Records need not be registered, unless for one type among others; beans do:
 *
 * <pre>{@code
 * cluster.codecs().register(UdtMapper.of(Address.class).forType("shop", "address"));
 * }</pre>
 *
 * @param <T> the class
 */
public final class UdtMapper<T> implements TypeCodec<T> {
  private final Class<T> javaClass;
  private final UdtShape<T> shape;
  private final @Nullable String keyspace;
  private final @Nullable String name;

  private UdtMapper(
      Class<T> javaClass, UdtShape<T> shape, @Nullable String keyspace, @Nullable String name) {
    this.javaClass = javaClass;
    this.shape = shape;
    this.keyspace = keyspace;
    this.name = name;
  }

  /**
   * A mapper for all user-defined types whose fields fit.
   *
   * @param javaClass a record; or a class with a constructor without parameters, and a getter and a
   *     setter for each of its properties. The driver must see it: public in an exported package,
   *     or in one that is open to the module {@code io.peregrine}
   * @param <T> the class
   * @return the mapper
   * @throws MappingException if the class is neither, or not to be seen
   */
  public static <T> UdtMapper<T> of(Class<T> javaClass) {
    return of(javaClass, MethodHandles.lookup());
  }

  /**
   * A mapper for all user-defined types whose fields fit.
   *
   * @param javaClass a record; or a class with a constructor without parameters, and a getter and a
   *     setter for each of its properties
   * @param lookup one that sees the class
   * @param <T> the class
   * @return the mapper
   * @throws MappingException if the class is neither, or not to be seen
   */
  public static <T> UdtMapper<T> of(Class<T> javaClass, MethodHandles.Lookup lookup) {
    UdtShape<T> shape =
        javaClass.isRecord()
            ? new UdtRecord<>(RecordShape.of(javaClass, lookup))
            : UdtBean.of(javaClass, lookup);
    return new UdtMapper<>(javaClass, shape, null, null);
  }

  /**
   * A mapper for one user-defined type alone.
   *
   * @param keyspace the type's keyspace, without quotes and case-sensitive
   * @param name the type's name, without quotes and case-sensitive
   * @return a mapper that differs in this
   */
  public UdtMapper<T> forType(String keyspace, String name) {
    return new UdtMapper<>(javaClass, shape, keyspace, name);
  }

  @Override
  public Class<T> javaClass() {
    return javaClass;
  }

  @Override
  public boolean accepts(DataType type) {
    return type instanceof DataType.UserType udt
        && (name == null || udt.name().equals(name) && udt.keyspace().equals(keyspace));
  }

  /**
   * Checks that the class fits a type, field by field.
   *
   * @throws MappingException if it does not
   */
  @Override
  public TypeCodec<T> bind(DataType type, TypeCodecs codecs) {
    return new BoundUdt<>(javaClass, (DataType.UserType) type, shape, codecs);
  }

  @Override
  public void encode(DataType type, T value, ValueWriter writer) {
    throw unbound();
  }

  @Override
  public T decode(DataType type, ValueGetters value) {
    throw unbound();
  }

  /**
   * How an object is put into the text of a query: as its type's fields.
   *
   * @param type the type
   * @return an encoder to be registered with {@link CqlLiterals}
   * @throws MappingException if the class has a property that the type has no field for
   */
  public LiteralEncoder<T> literals(DataType.UserType type) {
    List<UdtShape.@Nullable Accessor> accessors = shape.accessors(type);
    return (value, text, literals) -> {
      List<@Nullable Object> fields = new ArrayList<>();
      for (UdtShape.Accessor accessor : accessors) {
        fields.add(accessor == null ? null : accessor.get(value));
      }
      literals.append(UdtValue.of(type, fields), text);
    };
  }

  private static IllegalStateException unbound() {
    return new IllegalStateException(
        "the mapper is not bound to a type; register it with TypeCodecs and take it from there");
  }
}
