package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.TupleReader;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The codec of one class for one user-defined type. Immutable; any thread may use it.
 *
 * @param <T> the class
 */
final class BoundUdt<T> implements TypeCodec<T> {
  private final Class<T> javaClass;
  private final DataType.UserType type;
  private final List<UdtShape.@Nullable Accessor> accessors;
  private final List<@Nullable TypeCodec<?>> codecs = new ArrayList<>();
  private final Function<TupleReader, T> maker;
  private final TypeCodecs all;

  BoundUdt(Class<T> javaClass, DataType.UserType type, UdtShape<T> shape, TypeCodecs codecs) {
    this.javaClass = javaClass;
    this.type = type;
    this.maker = shape.maker(type, codecs);
    this.accessors = shape.accessors(type);
    for (int i = 0; i < accessors.size(); i++) {
      UdtShape.Accessor accessor = accessors.get(i);
      this.codecs.add(
          accessor == null ? null : codecs.find(type.fieldTypes().get(i), accessor.javaType()));
    }
    this.all = codecs;
  }

  @Override
  public Class<T> javaClass() {
    return javaClass;
  }

  @Override
  public boolean accepts(DataType type) {
    return this.type.equals(type);
  }

  @Override
  @SuppressWarnings("unchecked")
  public void encode(DataType type, T value, ValueWriter writer) {
    int token = writer.beginValue();
    for (int i = 0; i < accessors.size(); i++) {
      UdtShape.Accessor accessor = accessors.get(i);
      Object field = accessor == null ? null : accessor.get(Objects.requireNonNull(value));
      DataType fieldType = this.type.fieldTypes().get(i);
      TypeCodec<?> codec = codecs.get(i);
      if (field == null) {
        writer.putNull();
      } else if (codec == null) {
        all.encode(fieldType, field, writer);
      } else {
        ((TypeCodec<Object>) codec).encode(fieldType, field, writer);
      }
    }
    writer.endValue(token);
  }

  @Override
  public T decode(DataType type, ValueGetters value) {
    TupleReader reader = new TupleReader();
    value.getTuple(reader);
    return maker.apply(reader);
  }
}
