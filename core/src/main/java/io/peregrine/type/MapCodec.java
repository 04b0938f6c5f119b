package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.MapReader;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.value.KeyCrowd;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map of objects that have codecs. Immutable; any thread may use it.
 *
 * @param key the codec of the keys
 * @param value the codec of the values
 */
@SuppressWarnings({"rawtypes", "unchecked"})
record MapCodec(TypeCodec key, TypeCodec value) implements TypeCodec<Map> {
  @Override
  public Class<Map> javaClass() {
    return Map.class;
  }

  @Override
  public boolean accepts(DataType type) {
    return type instanceof DataType.MapType map
        && key.accepts(map.key())
        && value.accepts(map.value());
  }

  @Override
  public void encode(DataType type, Map entries, ValueWriter writer) {
    DataType.MapType map = (DataType.MapType) type;
    int token = writer.beginCollection(entries.size());
    for (Object item : entries.entrySet()) {
      Map.Entry<?, ?> entry = (Map.Entry<?, ?>) item;
      key.encode(map.key(), NestedWriter.present(type, entry.getKey()), writer);
      value.encode(map.value(), NestedWriter.present(type, entry.getValue()), writer);
    }
    writer.endMap(token, map.key());
  }

  @Override
  public Map decode(DataType type, ValueGetters from) {
    DataType.MapType map = (DataType.MapType) type;
    MapReader reader = new MapReader();
    from.getMap(reader);
    Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
    KeyCrowd crowd = new KeyCrowd(entries.keySet());
    while (reader.next()) {
      Object read = ElementReading.one(map.key(), key, reader.key());
      entries.put(read, ElementReading.one(map.value(), value, reader.value()));
      crowd.check(type, read);
    }
    return Collections.unmodifiableMap(entries);
  }
}
