package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ListReader;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.VectorReader;
import org.jspecify.annotations.Nullable;

/** Reads the elements of lists, sets and vectors. Stateless. */
final class ElementReading {
  private ElementReading() {}

  static @Nullable Object[] read(DataType type, TypeCodec<?> element, ValueGetters value) {
    if (type instanceof DataType.VectorType vector) {
      VectorReader reader = new VectorReader();
      value.getVector(reader);
      @Nullable Object[] elements = new Object[reader.size()];
      for (int i = 0; reader.next(); i++) {
        elements[i] = one(vector.element(), element, reader);
      }
      return elements;
    }
    DataType inside = CodecSearch.elementOf(type);
    if (inside == null) {
      throw new IllegalArgumentException(type + " has no elements");
    }
    ListReader reader = new ListReader();
    value.getList(reader);
    @Nullable Object[] elements = new Object[reader.size()];
    for (int i = 0; reader.next(); i++) {
      elements[i] = one(inside, element, reader);
    }
    return elements;
  }

  static @Nullable Object one(DataType type, TypeCodec<?> codec, ValueGetters value) {
    return ReadAs.isAbsent(type, value) ? codec.absent() : codec.decode(type, value);
  }
}
