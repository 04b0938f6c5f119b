package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.value.KeyCrowd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list, set or vector of objects that have a codec. Immutable; any thread may use it.
 *
 * @param javaClass {@link List}, {@link Set}, or what is above them
 * @param element the codec of the elements
 */
@SuppressWarnings({"rawtypes", "unchecked"})
record CollectionCodec(Class javaClass, TypeCodec element) implements TypeCodec {
  @Override
  public boolean accepts(DataType type) {
    DataType inside = CodecSearch.elementOf(type);
    return inside != null && element.accepts(inside);
  }

  @Override
  public void encode(DataType type, Object value, ValueWriter writer) {
    List<@Nullable Object> elements = new ArrayList<>();
    for (Object item : (Iterable<?>) value) {
      elements.add(item);
    }
    NestedWriter.writeElements(type, elements, element, writer);
  }

  @Override
  public Object decode(DataType type, ValueGetters value) {
    List<@Nullable Object> elements = elements(type, element, value);
    return javaClass == Set.class
        ? Collections.unmodifiableSet(set(type, elements))
        : Collections.unmodifiableList(elements);
  }

  private static Set<@Nullable Object> set(DataType type, List<@Nullable Object> elements) {
    Set<@Nullable Object> set = new LinkedHashSet<>();
    KeyCrowd crowd = new KeyCrowd(set);
    for (Object element : elements) {
      set.add(element);
      crowd.check(type, element);
    }
    return set;
  }

  static List<@Nullable Object> elements(DataType type, TypeCodec element, ValueGetters value) {
    @Nullable Object[] read = ElementReading.read(type, element, value);
    return Arrays.asList(read);
  }
}
