package io.peregrine;

import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.KeptRow;
import io.peregrine.codec.row.KeptRows;
import io.peregrine.type.TypeCodecs;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
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
   * How values are read as objects.
   *
   * @return the codecs of the cluster that the row comes from
   */
  public TypeCodecs codecs() {
    return ((ResultPage) rows()).codecs();
  }

  /**
   * All values by name, in the columns' order. Of columns with the same name the first counts.
   *
   * @return a map that cannot be changed, with null for null
   */
  public Map<String, @Nullable Object> asMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    ColumnDefinitions columns = columnDefinitions();
    for (int i = 0; i < columns.size(); i++) {
      if (!map.containsKey(columns.name(i))) {
        map.put(columns.name(i), getObject(i));
      }
    }
    return Collections.unmodifiableMap(map);
  }

  /**
   * All values, in the columns' order.
   *
   * @return a list that cannot be changed, with null for null
   */
  public List<@Nullable Object> values() {
    @Nullable Object[] values = new @Nullable Object[columnCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = getObject(i);
    }
    return Collections.unmodifiableList(Arrays.asList(values));
  }

  /**
   * A value as an object of some class.
   *
   * @param i the column's index, from 0 on
   * @param as the class that the driver reads this column's type as, or one above it, or one that
   *     there is a codec for
   * @param <T> that class
   * @return the value; null for null, unless the codec has a word for it
   * @throws WrongTypeException if the column is not read as that class
   */
  public <T> @Nullable T get(int i, Class<T> as) {
    if (!codecs().readsPlainly(as)) {
      return decode(i, as);
    }
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
   * @param as the class that the driver reads this column's type as, or one above it, or one that
   *     there is a codec for
   * @param <T> that class
   * @return the value; null for null, unless the codec has a word for it
   * @throws WrongTypeException if the column is not read as that class
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
    if (!codecs().readsPlainly(element)) {
      return codecs().decodeList(cell(i), element);
    }
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
    if (!codecs().readsPlainly(element)) {
      return codecs().decodeSet(cell(i), element);
    }
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
    if (!codecs().readsPlainly(key) || !codecs().readsPlainly(value)) {
      return codecs().decodeMap(cell(i), key, value);
    }
    Map<?, ?> map = get(i, Map.class);
    if (map != null) {
      checkElements(i, map.keySet(), key);
      checkElements(i, map.values(), value);
    }
    return (Map<K, V>) map;
  }

  private <T> @Nullable T decode(int i, Class<T> as) {
    try {
      return codecs().decode(cell(i), as);
    } catch (WrongTypeException e) {
      throw new WrongTypeException(
          "Column '" + columnDefinitions().name(i) + "' (" + i + "): " + e.getMessage());
    }
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
