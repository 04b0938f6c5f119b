package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A codec between objects and other objects that have a codec. Any thread may use it. */
final class MappingCodec<T, W> implements TypeCodec<T> {
  private final Class<T> javaClass;
  private final DataType type;
  private final Class<W> as;
  private final Function<T, W> to;
  private final Function<W, T> from;
  private final @Nullable TypeCodec<W> inner;

  MappingCodec(
      Class<T> javaClass, DataType type, Class<W> as, Function<T, W> to, Function<W, T> from) {
    this.javaClass = Objects.requireNonNull(javaClass, "javaClass");
    this.type = Objects.requireNonNull(type, "type");
    this.as = Objects.requireNonNull(as, "as");
    this.to = Objects.requireNonNull(to, "to");
    this.from = Objects.requireNonNull(from, "from");
    this.inner = null;
  }

  private MappingCodec(MappingCodec<T, W> unbound, TypeCodec<W> inner) {
    this.javaClass = unbound.javaClass;
    this.type = unbound.type;
    this.as = unbound.as;
    this.to = unbound.to;
    this.from = unbound.from;
    this.inner = inner;
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
  public DataType assumedType() {
    return type;
  }

  @Override
  public void encode(DataType type, T value, ValueWriter writer) {
    W written = to.apply(value);
    if (written == null) {
      throw new InvalidValueException(
          "the codec of " + javaClass.getTypeName() + " has made null of " + value);
    }
    inner().encode(type, written, writer);
  }

  @Override
  public T decode(DataType type, ValueGetters value) {
    return from.apply(inner().decode(type, value));
  }

  @Override
  public TypeCodec<T> bind(DataType type, TypeCodecs codecs) {
    // A class that is made of itself goes on with what the driver makes of it anyway.
    boolean isItsOwn = as.equals(javaClass) && new ReadAs<>(as).accepts(type);
    return new MappingCodec<>(this, isItsOwn ? new ReadAs<>(as) : codecs.codec(type, as));
  }

  private TypeCodec<W> inner() {
    TypeCodec<W> inner = this.inner;
    if (inner == null) {
      throw new IllegalStateException(
          "the codec is not bound to a type; register it with TypeCodecs and take it from there");
    }
    return inner;
  }
}
