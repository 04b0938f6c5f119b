package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.ValueEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A codec of a class of the JDK that is not what the driver reads a type as, but means the same.
 * Immutable; any thread may use it.
 *
 * @param javaClass the class
 * @param types the types that mean the same
 * @param to makes what {@link ValueEncoder} takes
 * @param from makes the object of the value, which is not null
 * @param <T> the class
 */
record ConvertingCodec<T>(
    Class<T> javaClass,
    Predicate<DataType> types,
    Function<T, Object> to,
    Function<ValueGetters, T> from)
    implements TypeCodec<T> {
  private static final Map<Class<?>, ConvertingCodec<?>> BUILT_IN =
      List.of(
              new ConvertingCodec<>(
                  byte[].class,
                  type -> type == Primitive.BLOB || type instanceof DataType.CustomType,
                  bytes -> bytes,
                  ConvertingCodec::bytes),
              new ConvertingCodec<>(
                  Date.class,
                  type -> type == Primitive.TIMESTAMP,
                  date -> date,
                  value -> new Date(value.getLong())),
              new ConvertingCodec<>(
                  Duration.class,
                  type -> type == Primitive.DURATION,
                  ConvertingCodec::ofDuration,
                  ConvertingCodec::toDuration),
              new ConvertingCodec<>(
                  Period.class,
                  type -> type == Primitive.DURATION,
                  ConvertingCodec::ofPeriod,
                  ConvertingCodec::toPeriod))
          .stream()
          .collect(Collectors.toUnmodifiableMap(ConvertingCodec::javaClass, codec -> codec));

  /** The codec that every registry has for a class, or null. */
  static @Nullable TypeCodec<?> builtIn(Class<?> javaClass) {
    return BUILT_IN.get(javaClass);
  }

  @Override
  public boolean accepts(DataType type) {
    return types.test(type);
  }

  @Override
  public void encode(DataType type, T value, ValueWriter writer) {
    ValueEncoder.encode(type, to.apply(value), writer);
  }

  @Override
  public T decode(DataType type, ValueGetters value) {
    return from.apply(value);
  }

  static CqlDuration ofDuration(Duration duration) {
    try {
      return new CqlDuration(0, 0, duration.toNanos());
    } catch (ArithmeticException e) {
      throw new InvalidValueException(
          duration + " is out of range: its nanoseconds need more than 64 bits");
    }
  }

  static CqlDuration ofPeriod(Period period) {
    long months = period.toTotalMonths();
    if (months != (int) months) {
      throw new InvalidValueException(
          period + " is out of range: its months need more than 32 bits");
    }
    return new CqlDuration((int) months, period.getDays(), 0);
  }

  private static Duration toDuration(ValueGetters value) {
    int months = value.getDurationMonths();
    int days = value.getDurationDays();
    if (months != 0 || days != 0) {
      throw new InvalidValueException(
          "a duration of "
              + months
              + " months and "
              + days
              + " days is no java.time.Duration, because they have no fixed length; read it as a"
              + " CqlDuration");
    }
    return Duration.ofNanos(value.getDurationNanos());
  }

  private static Period toPeriod(ValueGetters value) {
    long nanos = value.getDurationNanos();
    if (nanos != 0) {
      throw new InvalidValueException(
          "a duration with "
              + nanos
              + " ns is no java.time.Period, which counts days; read it as a CqlDuration");
    }
    int months = value.getDurationMonths();
    return Period.of(months / 12, months % 12, value.getDurationDays());
  }

  private static byte[] bytes(ValueGetters value) {
    byte[] bytes = new byte[value.valueLength()];
    value.buffer().getBytes(value.valueOffset(), bytes);
    return bytes;
  }

  /** The milliseconds of a timestamp as an instant. */
  static Instant instant(ValueGetters value) {
    return Instant.ofEpochMilli(value.getLong());
  }
}
