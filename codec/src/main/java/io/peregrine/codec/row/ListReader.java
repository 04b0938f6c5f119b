package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.MalformedMessageException;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flyweight over a {@code list} or {@code set}; after {@link #next} its getters read the current
 * element. Not thread-safe: a reader belongs to one thread.
 *
 * <p>The elements are an {@code [int]} count and as many {@code [bytes]} (v5 specification, section
 * 6). It is valid as long as the buffer is.
 */
public final class ListReader extends ValueGetters {
  private @Nullable DataType elementType;
  private boolean present;
  private int size;
  private int index;
  private int start;
  private int position;
  private int limit;

  /** A reader that lies over an empty list. */
  public ListReader() {}

  /**
   * Lays the reader over a collection's bytes, the length in front of them not counted.
   *
   * @param buffer where they are
   * @param offset where they begin
   * @param length how many there are; 0 or less for an empty list
   * @param type the {@code list} or {@code set}, or null if it is not known
   * @return this
   * @throws IllegalArgumentException if the type is another one
   * @throws MalformedMessageException if so many cannot be there
   */
  public ListReader wrap(DirectBuffer buffer, int offset, int length, @Nullable DataType type) {
    elementType = elementOf(type);
    present = length >= 0;
    start = offset;
    size = 0;
    limit = offset;
    bind(buffer, offset);
    if (length > 0) {
      buffer.boundsCheck(offset, length);
      limit = offset + length;
      size = ValueDescriptor.count("collection size", buffer, offset, length, 4);
      start = offset + 4;
    }
    rewind();
    return this;
  }

  static boolean reads(@Nullable DataType type) {
    return type == null || type instanceof DataType.ListType || type instanceof DataType.SetType;
  }

  private static @Nullable DataType elementOf(@Nullable DataType type) {
    if (type == null) {
      return null;
    }
    if (type instanceof DataType.ListType list) {
      return list.element();
    }
    if (type instanceof DataType.SetType set) {
      return set.element();
    }
    throw new IllegalArgumentException(type + " is neither a list nor a set");
  }

  boolean isPresent() {
    return present;
  }

  /**
   * How many elements there are.
   *
   * @return 0 or more
   */
  public int size() {
    return size;
  }

  /** Goes back to before the first element. */
  public void rewind() {
    index = 0;
    position = start;
    moveNowhere();
  }

  /**
   * Goes to the next element.
   *
   * @return false if there is none
   * @throws MalformedMessageException if it runs past the end
   */
  public boolean next() {
    if (index >= size) {
      moveNowhere();
      return false;
    }
    int at = position;
    int valueLength = ValueDescriptor.length("element", buffer(), at, limit, origin());
    moveTo(at + 4, valueLength, elementType);
    position = at + 4 + Math.max(0, valueLength);
    index++;
    return true;
  }

  @Override
  String describe() {
    return "element " + (index - 1) + " of the list or set";
  }
}
