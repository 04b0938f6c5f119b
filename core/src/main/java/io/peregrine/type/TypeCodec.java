package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the values of one Java class. Any thread may use it, many at once.
 *
 * <p>Both ways go straight to the bytes: {@link #encode} puts the value where the request is made,
 * {@link #decode} reads it where the row lies, so that a codec of numbers need allocate nothing but
 * its result.
 *
 * @param <T> the Java class
 */
public interface TypeCodec<T> {
  /**
   * The class of the objects.
   *
   * @return the class; of one with parameters, the class without them
   */
  Class<T> javaClass();

  /**
   * Whether values of a CQL type can be read and written.
   *
   * @param type the type of a column, variable, element or field
   * @return true if {@link #encode} and {@link #decode} know it
   */
  boolean accepts(DataType type);

  /**
   * Writes one value.
   *
   * @param type its type, one that {@link #accepts} has taken
   * @param value the object, never null
   * @param writer where to; exactly one value must be written
   * @throws io.peregrine.codec.InvalidValueException if the type cannot hold the object
   */
  void encode(DataType type, T value, ValueWriter writer);

  /**
   * Reads one value.
   *
   * @param type its type, one that {@link #accepts} has taken
   * @param value stands on the value, which is not null; valid during the call only
   * @return the object
   */
  T decode(DataType type, ValueGetters value);

  /**
   * What null is read as.
   *
   * @return null, unless the class has a word of its own for it
   */
  default @Nullable T absent() {
    return null;
  }

  /**
   * The CQL type that objects are sent as where no server has told one: as values of a simple
   * statement.
   *
   * @return a type that {@link #accepts} takes; null if objects can be values of prepared
   *     statements only
   */
  default @Nullable DataType assumedType() {
    return null;
  }

  /**
   * The codec for one CQL type, for codecs that have something to look up or to check before they
   * can work. It is called once for each type, and its result used from then on.
   *
   * @param type a type that {@link #accepts} has taken
   * @param codecs the codecs for what is inside
   * @return this, unless overridden
   * @throws io.peregrine.codec.DriverException if the class and the type do not fit
   */
  default TypeCodec<T> bind(DataType type, TypeCodecs codecs) {
    return this;
  }

  /**
   * A codec that turns objects into others, and leaves it to the codec of those to write them.
   *
   * @param javaClass the class of the objects
   * @param type the CQL type that it is for
   * @param as a class that values of this type can be read as and written from
   * @param to makes what is written; gets and gives no null
   * @param from makes an object of what was read; gets and gives no null
   * @param <T> the class of the objects
   * @param <W> the class of what is read and written
   * @return the codec, to be registered
   */
  static <T, W> TypeCodec<T> mapping(
      Class<T> javaClass, DataType type, Class<W> as, Function<T, W> to, Function<W, T> from) {
    return new MappingCodec<>(javaClass, type, as, to, from);
  }
}
