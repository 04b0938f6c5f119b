package io.peregrine.codec.row;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.DataType;
import java.util.Arrays;
import java.util.Comparator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts the elements of a set, or the entries of a map, into Cassandra's order where they stand.
 * Stateless; any thread may use it.
 *
 * <p>What is in order already is only read, and nothing is allocated then.
 */
final class ElementSorter {
  private ElementSorter() {}

  /**
   * Sorts. Elements that Cassandra takes for equal keep their order, and of a set's elements that
   * are the same byte by byte one stays.
   *
   * @param type the type of the elements, or of the keys
   * @param perItem 1 for a set, 2 for a map
   * @param buffer where they are
   * @param countAt where their number is; they follow it
   * @return the index behind the last one
   */
  static int sort(DataType type, int perItem, MutableDirectBuffer buffer, int countAt) {
    int count = buffer.getInt(countAt, BIG_ENDIAN);
    int begin = countAt + 4;
    int previous = begin;
    int at = begin;
    boolean sorted = true;
    boolean known = count > 1 && ValueOrder.isKnown(type);
    for (int i = 0; i < count; i++) {
      if (known && sorted && i > 0) {
        sorted = ValueOrder.compareItems(type, buffer, previous, at) < 0;
      }
      previous = at;
      at = behind(buffer, at, perItem);
    }
    return sorted ? at : sort(type, perItem, buffer, countAt, count, at - begin);
  }

  private static int sort(
      DataType type, int perItem, MutableDirectBuffer target, int countAt, int count, int length) {
    byte[] copy = new byte[length];
    target.getBytes(countAt + 4, copy);
    UnsafeBuffer source = new UnsafeBuffer(copy);
    Integer[] items = new Integer[count];
    int at = 0;
    for (int i = 0; i < count; i++) {
      items[i] = at;
      at = behind(source, at, perItem);
    }
    Comparator<Integer> order = (a, b) -> ValueOrder.compareItems(type, source, a, b);
    Arrays.sort(items, order);
    return put(items, perItem, source, target, countAt);
  }

  private static int put(
      Integer[] items, int perItem, UnsafeBuffer source, MutableDirectBuffer target, int countAt) {
    int count = 0;
    int end = countAt + 4;
    int previous = 0;
    int previousLength = 0;
    for (int item : items) {
      int length = behind(source, item, perItem) - item;
      boolean again =
          perItem == 1
              && length == previousLength
              && Arrays.equals(
                  source.byteArray(),
                  previous,
                  previous + length,
                  source.byteArray(),
                  item,
                  item + length);
      if (!again) {
        target.putBytes(end, source, item, length);
        end += length;
        count++;
      }
      previous = item;
      previousLength = length;
    }
    target.putInt(countAt, count, BIG_ENDIAN);
    return end;
  }

  private static int behind(DirectBuffer buffer, int at, int perItem) {
    int end = ValueOrder.behind(buffer, at);
    return perItem == 1 ? end : ValueOrder.behind(buffer, end);
  }
}
