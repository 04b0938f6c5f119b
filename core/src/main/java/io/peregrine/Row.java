package io.peregrine;

import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.row.KeptRow;
import io.peregrine.codec.row.KeptRows;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of a result. It may be kept and handed to another thread, but belongs to one at a time.
 *
 * <p>Primitive getters give 0 or false for null; ask {@link #isNull(int)} where that matters. All
 * others give null.
 */
public final class Row extends KeptRow {
  Row(KeptRows rows, int start) {
    super(rows, start);
  }

  /**
   * A value as an object of some class.
   *
   * @param i the column's index, from 0 on
   * @param as the class that the driver reads this column's type as, or one above it
   * @param <T> that class
   * @return the value, or null
   * @throws WrongTypeException if the value is of another class
   */
  public <T> @Nullable T get(int i, Class<T> as) {
    Object value = getObject(i);
    if (value != null && !as.isInstance(value)) {
      throw new WrongTypeException(
          "Column '"
              + columnDefinitions().name(i)
              + "' ("
              + i
              + ") of type "
              + columnDefinitions().type(i)
              + " is read as "
              + value.getClass().getName()
              + ", not as "
              + as.getName());
    }
    return as.cast(value);
  }

  /**
   * A value as an object of some class.
   *
   * @param name the column's name
   * @param as the class that the driver reads this column's type as, or one above it
   * @param <T> that class
   * @return the value, or null
   * @throws WrongTypeException if the value is of another class
   */
  public <T> @Nullable T get(String name, Class<T> as) {
    return get(columnDefinitions().requiredIndexOf(name), as);
  }

  /**
   * A uuid or timeuuid.
   *
   * @param i the column's index, from 0 on
   * @return the value, or null
   */
  public @Nullable UUID getUuid(int i) {
    return get(i, UUID.class);
  }

  /**
   * A timestamp.
   *
   * @param i the column's index, from 0 on
   * @return the value, or null
   */
  public @Nullable Instant getInstant(int i) {
    return get(i, Instant.class);
  }

  /**
   * A date.
   *
   * @param i the column's index, from 0 on
   * @return the value, or null
   */
  public @Nullable LocalDate getLocalDate(int i) {
    return get(i, LocalDate.class);
  }

  /**
   * A time.
   *
   * @param i the column's index, from 0 on
   * @return the value, or null
   */
  public @Nullable LocalTime getLocalTime(int i) {
    return get(i, LocalTime.class);
  }

  /**
   * A decimal.
   *
   * @param i the column's index, from 0 on
   * @return the value, or null
   */
  public @Nullable BigDecimal getBigDecimal(int i) {
    return get(i, BigDecimal.class);
  }

  /**
   * A varint.
   *
   * @param i the column's index, from 0 on
   * @return the value, or null
   */
  public @Nullable BigInteger getBigInteger(int i) {
    return get(i, BigInteger.class);
  }

  /**
   * An inet.
   *
   * @param i the column's index, from 0 on
   * @return the value, or null
   */
  public @Nullable InetAddress getInetAddress(int i) {
    return get(i, InetAddress.class);
  }

  /**
   * A blob, or a value of a custom type.
   *
   * @param i the column's index, from 0 on
   * @return a copy of the bytes that cannot be written to, or null
   */
  public @Nullable ByteBuffer getByteBuffer(int i) {
    return get(i, ByteBuffer.class);
  }

  /**
   * A list or vector.
   *
   * @param i the column's index, from 0 on
   * @param element the class of its elements
   * @param <E> that class
   * @return the value, or null
   */
  @SuppressWarnings("unchecked")
  public <E> @Nullable List<E> getList(int i, Class<E> element) {
    List<?> list = get(i, List.class);
    checkElements(i, list, element);
    return (List<E>) list;
  }

  /**
   * A set.
   *
   * @param i the column's index, from 0 on
   * @param element the class of its elements
   * @param <E> that class
   * @return the value, or null
   */
  @SuppressWarnings("unchecked")
  public <E> @Nullable Set<E> getSet(int i, Class<E> element) {
    Set<?> set = get(i, Set.class);
    checkElements(i, set, element);
    return (Set<E>) set;
  }

  /**
   * A map.
   *
   * @param i the column's index, from 0 on
   * @param key the class of its keys
   * @param value the class of its values
   * @param <K> the class of the keys
   * @param <V> the class of the values
   * @return the value, or null
   */
  @SuppressWarnings("unchecked")
  public <K, V> @Nullable Map<K, V> getMap(int i, Class<K> key, Class<V> value) {
    Map<?, ?> map = get(i, Map.class);
    if (map != null) {
      checkElements(i, map.keySet(), key);
      checkElements(i, map.values(), value);
    }
    return (Map<K, V>) map;
  }

  private void checkElements(int i, @Nullable Iterable<?> elements, Class<?> as) {
    if (elements == null) {
      return;
    }
    for (Object element : elements) {
      if (element != null && !as.isInstance(element)) {
        throw new WrongTypeException(
            "Column '"
                + columnDefinitions().name(i)
                + "' of type "
                + columnDefinitions().type(i)
                + " holds "
                + element.getClass().getName()
                + ", not "
                + as.getName());
      }
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Row(");
    for (int i = 0; i < columnCount(); i++) {
      text.append(i == 0 ? "" : ", ")
          .append(columnDefinitions().name(i))
          .append('=')
          .append(getObject(i));
    }
    return text.append(')').toString();
  }
}
