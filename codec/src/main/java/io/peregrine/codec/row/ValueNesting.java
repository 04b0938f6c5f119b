package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.InvalidValueException;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where a writer stands, and how deep inside values that are made of others. Not thread-safe: a
 * writer belongs to one thread.
 *
 * <p>What surrounds a value decides what stands in front of it: a length of 4 bytes, an {@code
 * [unsigned vint]}, or nothing. Values inside others must stand within the first GiB of the buffer.
 */
abstract class ValueNesting {
  private static final ByteOrder WIRE = ByteOrder.BIG_ENDIAN;
  private static final int UNSET = -2;

  private static final int INT_LENGTH = 0;
  private static final int VINT_LENGTH = 1;
  private static final int NO_LENGTH = 2;
  private static final int STYLE_SHIFT = 30;
  private static final int POSITION_MASK = (1 << STYLE_SHIFT) - 1;

  MutableDirectBuffer buffer = new UnsafeBuffer(0, 0);
  int position;
  private int style = INT_LENGTH; // of the next value's length; a token holds the one to return to

  ValueNesting() {}

  final void start(MutableDirectBuffer target, int offset) {
    if (buffer != target) {
      buffer = target;
    }
    position = offset;
    style = INT_LENGTH;
  }

  /**
   * Where the next value begins.
   *
   * @return an index into the buffer
   */
  public final int position() {
    return position;
  }

  /**
   * Notes the present state, for {@link #reset}.
   *
   * @return a token
   */
  public final int mark() {
    return style << STYLE_SHIFT | position;
  }

  /**
   * Takes back everything written since a mark, so that a value that could not be finished leaves
   * no trace.
   *
   * @param mark the token that {@link #mark} gave
   */
  public final void reset(int mark) {
    position = mark & POSITION_MASK;
    style = mark >>> STYLE_SHIFT;
  }

  /**
   * Writes null.
   *
   * @throws InvalidValueException directly inside a vector, which cannot hold it
   */
  public final void putNull() {
    putMarker(-1, "null");
  }

  /** Writes the mark of a bound variable that is not set, so that the column keeps its value. */
  public final void putUnset() {
    putMarker(UNSET, "unset");
  }

  private void putMarker(int marker, String name) {
    if (style != INT_LENGTH) {
      throw new InvalidValueException(
          "a vector cannot hold " + name + ": give every element a value");
    }
    buffer.putInt(position, marker, WIRE);
    position += 4;
  }

  /**
   * Begins a value that is made of others, such as a tuple or a value of a user-defined type.
   *
   * @return a token for {@link #endValue}
   */
  public final int beginValue() {
    return begin(INT_LENGTH);
  }

  /**
   * Begins a {@code list}, {@code set} or {@code map}. End a set by {@link #endSet} and a map by
   * {@link #endMap}, unless what is written is in Cassandra's order or stands in no key.
   *
   * @param count how many elements, or pairs of key and value, follow
   * @return a token for {@link #endValue}
   */
  public final int beginCollection(int count) {
    int token = begin(INT_LENGTH);
    buffer.putInt(position, count, WIRE);
    position += 4;
    return token;
  }

  /**
   * Begins a {@code vector}.
   *
   * @param fixedSize whether all elements have the same size by their type ({@link
   *     ValueDescriptor#fixedSize}), so that no lengths stand in front of them
   * @return a token for {@link #endValue}
   */
  public final int beginVector(boolean fixedSize) {
    return begin(fixedSize ? NO_LENGTH : VINT_LENGTH);
  }

  /**
   * Ends a value: its length is known now.
   *
   * @param token what its beginning gave; the values begun inside it must have been ended
   */
  public final void endValue(int token) {
    int start = token & POSITION_MASK;
    style = token >>> STYLE_SHIFT;
    if (style == INT_LENGTH) {
      buffer.putInt(start, position - start - 4, WIRE);
    } else if (style == VINT_LENGTH) {
      int length = position - start - 1;
      int size = Vints.sizeOf(length);
      if (size > 1) {
        shift(start + 1, length, size - 1);
      }
      Vints.putUnsigned(buffer, start, length);
      position += size - 1;
    }
  }

  /**
   * Ends a {@code set}, and puts its elements into the order in which Cassandra keeps them, each
   * once: in a partition key other bytes would be another key, or lead to another node. Sets of
   * custom types or those of DSE stay in the order that they have.
   *
   * <p>Allocates if the elements are not in order, or if they are decimals.
   *
   * @param token what {@link #beginCollection} gave
   * @param element the type of the elements, which must have been written as values of that type,
   *     none null
   */
  public final void endSet(int token, DataType element) {
    position = ElementSorter.sort(element, 1, buffer, countAt(token));
    endValue(token);
  }

  /**
   * Ends a {@code map}, and puts its entries into the order in which Cassandra keeps them, as
   * {@link #endSet} does.
   *
   * @param token what {@link #beginCollection} gave
   * @param key the type of the keys, which must have been written as values of that type, none of
   *     them and of what they map to null
   */
  public final void endMap(int token, DataType key) {
    position = ElementSorter.sort(key, 2, buffer, countAt(token));
    endValue(token);
  }

  private static int countAt(int token) {
    return (token & POSITION_MASK) + lengthSize(token >>> STYLE_SHIFT);
  }

  /** What the length in front of a value takes at first. */
  private static int lengthSize(int style) {
    return style == INT_LENGTH ? 4 : style == VINT_LENGTH ? 1 : 0;
  }

  private int begin(int innerStyle) {
    int token = mark();
    position += lengthSize(style);
    style = innerStyle;
    return token;
  }

  /** Moves bytes up, from the last to the first, to make room for a longer length. */
  private void shift(int from, int length, int distance) {
    MutableDirectBuffer bytes = buffer;
    int at = from + length;
    for (; at - 8 >= from; at -= 8) {
      bytes.putLong(at - 8 + distance, bytes.getLong(at - 8));
    }
    for (; at > from; at--) {
      bytes.putByte(at - 1 + distance, bytes.getByte(at - 1));
    }
  }

  final boolean hasIntLength() {
    return style == INT_LENGTH;
  }

  /** Writes what stands in front of a value, and returns the index behind that. */
  final int putLength(int length) {
    int at = position;
    if (style == INT_LENGTH) {
      buffer.putInt(at, length, WIRE);
      return at + 4;
    }
    return style == NO_LENGTH ? at : at + Vints.putUnsigned(buffer, at, length);
  }
}
