package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.MalformedMessageException;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flyweight over a {@code map}; after {@link #next}, {@link #key} and {@link #value} read the
 * current entry. Not thread-safe: a reader belongs to one thread.
 *
 * <p>A map is an {@code [int]} count and as many pairs of {@code [bytes]} (v5 specification,
 * section 6). It is valid as long as the buffer is.
 */
public final class MapReader {
  private final ValueReader key = new ValueReader("key of the map");
  private final ValueReader value = new ValueReader("value of the map");
  private @Nullable DataType keyType;
  private @Nullable DataType valueType;
  private boolean present;
  private int origin;
  private int size;
  private int index;
  private int start;
  private int position;
  private int limit;

  /** A reader that lies over an empty map. */
  public MapReader() {}

  /**
   * Lays the reader over a map's bytes, the length in front of them not counted.
   *
   * @param buffer where they are
   * @param offset where they begin
   * @param length how many there are; 0 or less for an empty map
   * @param type the {@code map}, or null if it is not known
   * @return this
   * @throws IllegalArgumentException if the type is another one
   * @throws MalformedMessageException if so many cannot be there
   */
  public MapReader wrap(DirectBuffer buffer, int offset, int length, @Nullable DataType type) {
    keyType = null;
    valueType = null;
    if (type instanceof DataType.MapType map) {
      keyType = map.key();
      valueType = map.value();
    } else if (type != null) {
      throw new IllegalArgumentException(type + " is not a map");
    }
    present = length >= 0;
    origin = offset;
    start = offset;
    size = 0;
    limit = offset;
    if (length > 0) {
      buffer.boundsCheck(offset, length);
      limit = offset + length;
      size = ValueDescriptor.count("map size", buffer, offset, length, 8);
      start = offset + 4;
    }
    key.bind(buffer, offset);
    value.bind(buffer, offset);
    rewind();
    return this;
  }

  boolean isPresent() {
    return present;
  }

  /**
   * How many entries there are.
   *
   * @return 0 or more
   */
  public int size() {
    return size;
  }

  /** Goes back to before the first entry. */
  public void rewind() {
    index = 0;
    position = start;
    key.moveNowhere();
    value.moveNowhere();
  }

  /**
   * Goes to the next entry.
   *
   * @return false if there is none
   * @throws MalformedMessageException if it runs past the end
   */
  public boolean next() {
    if (index >= size) {
      key.moveNowhere();
      value.moveNowhere();
      return false;
    }
    int at = place(key, position, keyType);
    position = place(value, at, valueType);
    index++;
    return true;
  }

  private int place(ValueReader reader, int at, @Nullable DataType type) {
    int length = ValueDescriptor.length(reader.describe(), reader.buffer(), at, limit, origin);
    reader.moveTo(at + 4, length, type);
    return at + 4 + Math.max(0, length);
  }

  /**
   * The current entry's key.
   *
   * @return a reader that the next call of {@link #next} moves on
   */
  public ValueReader key() {
    return key;
  }

  /**
   * The current entry's value.
   *
   * @return a reader that the next call of {@link #next} moves on
   */
  public ValueReader value() {
    return value;
  }
}
