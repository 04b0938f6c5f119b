package io.peregrine.fuzz.value;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.codec.value.UdtValue;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Values as Cassandra's classes, and back. Not thread-safe. */
final class CassandraValues {
  private static final String DURATION = "org.apache.cassandra.cql3.Duration";
  private static final String TIME_UUID = "org.apache.cassandra.utils.TimeUUID";

  private final CassandraTypes types;

  CassandraValues(CassandraTypes types) {
    this.types = types;
  }

  /** Reads bytes as Cassandra reads them, into the classes of our own decoder. */
  @Nullable Object read(DataType type, ByteBuffer bytes) {
    return ours(type, types.compose(type, bytes));
  }

  /** Writes a value as Cassandra writes it. */
  ByteBuffer write(DataType type, Object value) {
    return types.decompose(type, theirs(type, value));
  }

  private @Nullable Object ours(DataType type, @Nullable Object theirs) {
    if (theirs == null) {
      return null;
    }
    if (type instanceof Primitive primitive) {
      return oursOfPrimitive(primitive, theirs);
    }
    if (type instanceof DataType.ListType list) {
      return oursOfAll(list.element(), (Collection<?>) theirs);
    }
    if (type instanceof DataType.VectorType vector) {
      return oursOfAll(vector.element(), (Collection<?>) theirs);
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
    ByteBuffer bytes = (ByteBuffer) theirs;
    if (!bytes.hasRemaining()) {
      return null; // by our rule for values of no bytes; Cassandra has a tuple of nulls
    }
    if (type instanceof DataType.UserType udt) {
      return UdtValue.of(udt, components(type, udt.fieldTypes(), bytes));
    }
    DataType.TupleType tuple = (DataType.TupleType) type;
    return TupleValue.of(tuple, components(type, tuple.components(), bytes));
  }

  private List<@Nullable Object> oursOfAll(DataType element, Collection<?> theirs) {
    List<@Nullable Object> ours = new ArrayList<>();
    for (Object value : theirs) {
      ours.add(ours(element, value));
    }
    return ours;
  }

  private List<@Nullable Object> components(
      DataType type, List<DataType> componentTypes, ByteBuffer bytes) {
    @Nullable Object[] parts = types.split(type, bytes);
    List<@Nullable Object> components = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      ByteBuffer part = (ByteBuffer) parts[i];
      components.add(part == null ? null : read(componentTypes.get(i), part));
    }
    return components;
  }

  private static Object oursOfPrimitive(Primitive type, Object theirs) {
    switch (type) {
      case TIMESTAMP:
        return Instant.ofEpochMilli(((Date) theirs).getTime());
      case TIMEUUID:
        return UUID.fromString(theirs.toString());
      case DATE:
        return LocalDate.ofEpochDay((int) theirs + Integer.MIN_VALUE);
      case TIME:
        return LocalTime.ofNanoOfDay((long) theirs);
      case DURATION:
        return new CqlDuration(
            (int) number(theirs, "getMonths"),
            (int) number(theirs, "getDays"),
            (long) number(theirs, "getNanoseconds"));
      default:
        return theirs;
    }
  }

  private static Object number(Object duration, String getter) {
    try {
      return CassandraTypes.call(duration.getClass().getMethod(getter), duration);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object theirs(DataType type, Object ours) {
    if (type instanceof Primitive primitive) {
      return theirsOfPrimitive(primitive, ours);
    }
    if (type instanceof DataType.ListType list) {
      return theirsOfAll(list.element(), (Collection<?>) ours);
    }
    if (type instanceof DataType.VectorType vector) {
      return theirsOfAll(vector.element(), (Collection<?>) ours);
    }
    if (type instanceof DataType.SetType set) {
      Set<Object> elements = new LinkedHashSet<>(theirsOfAll(set.element(), (Set<?>) ours));
      return elements;
    }
    if (type instanceof DataType.MapType map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      ((Map<?, ?>) ours)
          .forEach((key, value) -> entries.put(theirs(map.key(), key), theirs(map.value(), value)));
      return entries;
    }
    if (ours instanceof UdtValue udt) {
      return join(udt.type().fieldTypes(), udt.fields());
    }
    TupleValue tuple = (TupleValue) ours;
    return join(tuple.type().components(), tuple.components());
  }

  private List<Object> theirsOfAll(DataType element, Collection<?> ours) {
    List<Object> theirs = new ArrayList<>();
    for (Object value : ours) {
      theirs.add(theirs(element, value));
    }
    return theirs;
  }

  private ByteBuffer join(List<DataType> componentTypes, List<@Nullable Object> components) {
    @Nullable ByteBuffer[] parts = new ByteBuffer[components.size()];
    for (int i = 0; i < parts.length; i++) {
      Object component = components.get(i);
      parts[i] = component == null ? null : write(componentTypes.get(i), component);
    }
    return types.join(parts);
  }

  private Object theirsOfPrimitive(Primitive type, Object ours) {
    switch (type) {
      case TIMESTAMP:
        return new Date(((Instant) ours).toEpochMilli());
      case TIMEUUID:
        return types.construct(TIME_UUID, new Class<?>[] {UUID.class}, ours);
      case DATE:
        return (int) ((LocalDate) ours).toEpochDay() + Integer.MIN_VALUE;
      case TIME:
        return ((LocalTime) ours).toNanoOfDay();
      case DURATION:
        CqlDuration duration = (CqlDuration) ours;
        return types.construct(
            DURATION,
            new Class<?>[] {int.class, int.class, long.class},
            duration.months(),
            duration.days(),
            duration.nanos());
      default:
        return ours;
    }
  }
}
