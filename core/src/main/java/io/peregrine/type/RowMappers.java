package io.peregrine.type;

import io.peregrine.Row;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The mappers that come with the driver. Any thread may use them, many at once. */
public final class RowMappers {
  private static final ClassValue<RecordMapper<?>> RECORDS =
      new ClassValue<>() {
        @Override
        protected RecordMapper<?> computeValue(Class<?> javaClass) {
          return new RecordMapper<>(RecordShape.of(javaClass, MethodHandles.lookup()));
        }
      };

  private RowMappers() {}

  /**
   * Rows as records. Each component takes the column of its name, in the spelling of Java ({@code
   * bestBid}) or of CQL ({@code best_bid}); columns beyond those are ignored. What cannot stand in
   * a name does not count: {@code applied} takes {@code [applied]}, {@code systemMaxPrice} takes
   * {@code system.max(price)}. A component may be a primitive, which no null becomes; else null is
   * null, or an empty {@link java.util.Optional}.
   *
   * @param javaClass a record that the driver sees: public in an exported package, or in one that
   *     is open to the module {@code io.peregrine}
   * @param <R> the record
   * @return the mapper
   * @throws MappingException if it is no record, or not to be seen
   */
  @SuppressWarnings("unchecked")
  public static <R> RowMapper<R> records(Class<R> javaClass) {
    return (RowMapper<R>) RECORDS.get(javaClass);
  }

  /**
   * Rows as records, as {@link #records(Class)} does it, of classes that the driver does not see.
   *
   * @param javaClass a record
   * @param lookup one that sees it
   * @param <R> the record
   * @return the mapper, to be kept
   * @throws MappingException if it is no record, or not to be seen
   */
  public static <R> RowMapper<R> records(Class<R> javaClass, MethodHandles.Lookup lookup) {
    return new RecordMapper<>(RecordShape.of(javaClass, lookup));
  }

  /**
   * Rows as maps, from the columns' names to their values, in the columns' order.
   *
   * @return the mapper
   */
  public static RowMapper<Map<String, @Nullable Object>> maps() {
    return Row::asMap;
  }

  /**
   * Rows as lists of their values, in the columns' order.
   *
   * @return the mapper; its lists cannot be changed
   */
  public static RowMapper<List<@Nullable Object>> tuples() {
    return Row::values;
  }
}
