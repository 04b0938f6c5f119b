package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import java.util.Optional;

/**
 * A value that may be missing. Immutable; any thread may use it.
 *
 * @param inner the codec of what is there
 * @param <V> what is there
 */
@SuppressWarnings({"rawtypes", "unchecked"})
record OptionalCodec<V>(TypeCodec<V> inner) implements TypeCodec<Optional> {
  @Override
  public Class<Optional> javaClass() {
    return Optional.class;
  }

  @Override
  public boolean accepts(DataType type) {
    return inner.accepts(type);
  }

  @Override
  public void encode(DataType type, Optional value, ValueWriter writer) {
    if (value.isEmpty()) {
      writer.putNull();
    } else {
      inner.encode(type, (V) value.get(), writer);
    }
  }

  @Override
  public Optional decode(DataType type, ValueGetters value) {
    return Optional.of(inner.decode(type, value));
  }

  @Override
  public Optional absent() {
    return Optional.empty();
  }
}
