package io.peregrine.fuzz.value;

import com.datastax.oss.driver.api.core.DefaultProtocolVersion;
import com.datastax.oss.driver.api.core.ProtocolVersion;
import com.datastax.oss.driver.api.core.data.CqlDuration;
import com.datastax.oss.driver.api.core.data.CqlVector;
import com.datastax.oss.driver.api.core.data.GettableByIndex;
import com.datastax.oss.driver.api.core.data.SettableByIndex;
import com.datastax.oss.driver.api.core.type.UserDefinedType;
import com.datastax.oss.driver.api.core.type.codec.TypeCodec;
import com.datastax.oss.driver.api.core.type.codec.registry.CodecRegistry;
import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.codec.value.UdtValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values through the Java driver's codecs. Stateless; any thread may use it. */
final class DriverValues {
  private static final ProtocolVersion VERSION = DefaultProtocolVersion.V5;

  private DriverValues() {}

  /** Reads bytes as the driver reads them, into the classes of our own decoder. */
  static @Nullable Object read(DataType type, ByteBuffer bytes) {
    TypeCodec<Object> codec = CodecRegistry.DEFAULT.codecFor(DriverTypes.of(type));
    return ours(type, codec.decode(bytes.duplicate(), VERSION));
  }

  /** Writes a value as the driver writes it. */
  static @Nullable ByteBuffer write(DataType type, Object value) {
    TypeCodec<Object> codec = CodecRegistry.DEFAULT.codecFor(DriverTypes.of(type));
    return codec.encode(theirs(type, value), VERSION);
  }

  private static @Nullable Object ours(DataType type, @Nullable Object theirs) {
    if (theirs == null) {
      return null;
    }
    if (theirs instanceof CqlDuration duration) {
      return new io.peregrine.codec.value.CqlDuration(
          duration.getMonths(), duration.getDays(), duration.getNanoseconds());
    }
    if (type instanceof Primitive) {
      return theirs;
    }
    if (type instanceof DataType.ListType list) {
      return oursOfAll(list.element(), (Collection<?>) theirs);
    }
    if (type instanceof DataType.VectorType vector) {
      List<Object> elements = new ArrayList<>();
      ((CqlVector<?>) theirs).forEach(elements::add);
      return oursOfAll(vector.element(), elements);
    }
    if (type instanceof DataType.SetType set) {
      return new LinkedHashSet<>(oursOfAll(set.element(), (Collection<?>) theirs));
    }
    if (type instanceof DataType.MapType map) {
      Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
      ((Map<?, ?>) theirs)
          .forEach((key, value) -> entries.put(ours(map.key(), key), ours(map.value(), value)));
      return entries;
    }
    GettableByIndex parts = (GettableByIndex) theirs;
    return type instanceof DataType.UserType udt
        ? UdtValue.of(udt, oursOfParts(udt.fieldTypes(), parts))
        : TupleValue.of(
            (DataType.TupleType) type,
            oursOfParts(((DataType.TupleType) type).components(), parts));
  }

  private static List<@Nullable Object> oursOfAll(DataType element, Collection<?> theirs) {
    List<@Nullable Object> ours = new ArrayList<>();
    for (Object value : theirs) {
      ours.add(ours(element, value));
    }
    return ours;
  }

  private static List<@Nullable Object> oursOfParts(List<DataType> types, GettableByIndex parts) {
    List<@Nullable Object> ours = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      // The driver reads a null collection as an empty one; whether it is null, it knows as well.
      ours.add(parts.isNull(i) ? null : ours(types.get(i), parts.getObject(i)));
    }
    return ours;
  }

  private static Object theirs(DataType type, Object ours) {
    if (ours instanceof io.peregrine.codec.value.CqlDuration duration) {
      return CqlDuration.newInstance(duration.months(), duration.days(), duration.nanos());
    }
    if (type instanceof Primitive) {
      return ours;
    }
    if (type instanceof DataType.ListType list) {
      return theirsOfAll(list.element(), (Collection<?>) ours);
    }
    if (type instanceof DataType.VectorType vector) {
      return CqlVector.newInstance(theirsOfAll(vector.element(), (Collection<?>) ours));
    }
    if (type instanceof DataType.SetType set) {
      return new LinkedHashSet<>(theirsOfAll(set.element(), (Collection<?>) ours));
    }
    if (type instanceof DataType.MapType map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      ((Map<?, ?>) ours)
          .forEach((key, value) -> entries.put(theirs(map.key(), key), theirs(map.value(), value)));
      return entries;
    }
    com.datastax.oss.driver.api.core.type.DataType driverType = DriverTypes.of(type);
    if (driverType instanceof UserDefinedType udt) {
      UdtValue value = (UdtValue) ours;
      return filled(udt.newValue(), value.type().fieldTypes(), value.fields());
    }
    TupleValue value = (TupleValue) ours;
    return filled(
        ((com.datastax.oss.driver.api.core.type.TupleType) driverType).newValue(),
        value.type().components(),
        value.components());
  }

  private static List<Object> theirsOfAll(DataType element, Collection<?> ours) {
    List<Object> theirs = new ArrayList<>();
    for (Object value : ours) {
      theirs.add(theirs(element, value));
    }
    return theirs;
  }

  private static <T extends SettableByIndex<T>> T filled(
      T empty, List<DataType> types, List<@Nullable Object> values) {
    T filled = empty;
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      filled = filled.setBytesUnsafe(i, value == null ? null : write(types.get(i), value));
    }
    return filled;
  }
}
