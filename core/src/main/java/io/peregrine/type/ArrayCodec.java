package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An array in a list, set or vector. Immutable; any thread may use it.
 *
 * @param javaClass the array's class
 * @param element the codec of the elements
 * @param <A> the array's class
 */
record ArrayCodec<A>(Class<A> javaClass, TypeCodec<?> element) implements TypeCodec<A> {
  @Override
  public boolean accepts(DataType type) {
    DataType inside = CodecSearch.elementOf(type);
    return inside != null && element.accepts(inside);
  }

  @Override
  public void encode(DataType type, A value, ValueWriter writer) {
    int length = Array.getLength(value);
    List<@Nullable Object> elements = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      elements.add(Array.get(value, i));
    }
    NestedWriter.writeElements(type, elements, element, writer);
  }

  @Override
  public A decode(DataType type, ValueGetters value) {
    @Nullable Object[] elements = ElementReading.read(type, element, value);
    Class<?> component = javaClass.getComponentType();
    Object array = Array.newInstance(component, elements.length);
    for (int i = 0; i < elements.length; i++) {
      Object item = elements[i];
      if (item == null && component.isPrimitive()) {
        throw new UnexpectedNullException(
            "element " + i + " is null, but the array is of " + component + "; use its class");
      }
      Array.set(array, i, item);
    }
    return javaClass.cast(array);
  }
}
