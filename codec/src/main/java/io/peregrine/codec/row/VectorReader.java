package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.WrongTypeException;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flyweight over a {@code vector}; after {@link #next} its getters read the current element. Not
 * thread-safe: a reader belongs to one thread.
 *
 * <p>Elements of fixed size stand side by side; others carry their length as an {@code [unsigned
 * vint]}. There is no count: the type has it. It is valid as long as the buffer is.
 */
public final class VectorReader extends ValueGetters {
  private @Nullable DataType elementType;
  private boolean present;
  private long fixedSize;
  private int size;
  private int index;
  private int start;
  private int position;
  private int limit;

  /** A reader that lies over an empty vector. */
  public VectorReader() {}

  /**
   * Lays the reader over a vector's bytes, the length in front of them not counted.
   *
   * @param buffer where they are
   * @param offset where they begin
   * @param length how many there are; 0 or less for an empty vector
   * @param type the vector's type
   * @return this
   * @throws MalformedMessageException if so many elements cannot be there
   */
  public VectorReader wrap(DirectBuffer buffer, int offset, int length, DataType.VectorType type) {
    elementType = type.element();
    fixedSize = ValueDescriptor.fixedSize(type.element());
    present = length >= 0;
    start = offset;
    limit = offset;
    size = 0;
    bind(buffer, offset);
    if (length > 0) {
      buffer.boundsCheck(offset, length);
      checkLength(type, length);
      size = type.dimensions();
      limit = offset + length;
    }
    rewind();
    return this;
  }

  private void checkLength(DataType.VectorType type, int length) {
    int dimensions = type.dimensions();
    boolean fits =
        fixedSize < 0
            ? dimensions <= length
            : fixedSize <= Integer.MAX_VALUE && fixedSize * dimensions == length;
    if (!fits) {
      throw new MalformedMessageException(
          type.toString(),
          0,
          "length " + length + " cannot be that of " + dimensions + " elements");
    }
  }

  boolean isPresent() {
    return present;
  }

  /**
   * How many elements there are.
   *
   * @return the dimensions, or 0 if the vector is null or empty
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
   * @throws MalformedMessageException if it runs past the end, or bytes follow the last element
   */
  public boolean next() {
    if (index >= size) {
      moveNowhere();
      return false;
    }
    if (fixedSize >= 0) {
      moveTo(position, (int) fixedSize, elementType);
      position += (int) fixedSize;
    } else {
      nextVariable();
    }
    index++;
    return true;
  }

  private void nextVariable() {
    int at = position;
    int left = limit - at;
    int prefix = left < 1 ? 1 : Vints.sizeByFirst(buffer().getByte(at));
    if (left < prefix) {
      throw malformed(at, prefix + " bytes are needed for its length, " + left + " are left");
    }
    long length = Vints.getUnsigned(buffer(), at);
    if (length < 0 || length > left - prefix) {
      throw malformed(
          at,
          "length "
              + Long.toUnsignedString(length)
              + " runs past the "
              + (left - prefix)
              + " bytes left");
    }
    moveTo(at + prefix, (int) length, elementType);
    position = at + prefix + (int) length;
    if (index == size - 1 && position != limit) {
      throw malformed(position, (limit - position) + " bytes follow the last element");
    }
  }

  private MalformedMessageException malformed(int at, String problem) {
    return new MalformedMessageException(
        "element " + index + " of the vector", at - origin(), problem);
  }

  /**
   * Copies all elements of a {@code vector<float, n>}, wherever the reader stands.
   *
   * @param into takes them; at least {@link #size} long
   * @return how many there were
   * @throws WrongTypeException if the elements are of another type
   * @throws IllegalArgumentException if the array is too short
   */
  public int getFloats(float[] into) {
    int count = checkBulk(Primitive.FLOAT, into.length);
    BigEndianArrays.get(buffer(), start, into, count);
    return count;
  }

  /**
   * Copies all elements of a {@code vector<double, n>}, wherever the reader stands.
   *
   * @param into takes them; at least {@link #size} long
   * @return how many there were
   * @throws WrongTypeException if the elements are of another type
   * @throws IllegalArgumentException if the array is too short
   */
  public int getDoubles(double[] into) {
    int count = checkBulk(Primitive.DOUBLE, into.length);
    BigEndianArrays.get(buffer(), start, into, count);
    return count;
  }

  /**
   * Copies all elements of a {@code vector<int, n>}, wherever the reader stands.
   *
   * @param into takes them; at least {@link #size} long
   * @return how many there were
   * @throws WrongTypeException if the elements are of another type
   * @throws IllegalArgumentException if the array is too short
   */
  public int getInts(int[] into) {
    int count = checkBulk(Primitive.INT, into.length);
    BigEndianArrays.get(buffer(), start, into, count);
    return count;
  }

  /**
   * Copies all elements of a {@code vector<bigint, n>} or {@code vector<timestamp, n>}, wherever
   * the reader stands.
   *
   * @param into takes them; at least {@link #size} long
   * @return how many there were
   * @throws WrongTypeException if the elements are of another type
   * @throws IllegalArgumentException if the array is too short
   */
  public int getLongs(long[] into) {
    int count =
        checkBulk(elementType == Primitive.TIMESTAMP ? elementType : Primitive.BIGINT, into.length);
    BigEndianArrays.get(buffer(), start, into, count);
    return count;
  }

  private int checkBulk(DataType asked, int capacity) {
    if (size > 0 && elementType != asked) {
      throw new WrongTypeException(
          "the vector's elements are of type "
              + elementType
              + ", not "
              + asked
              + "; step through them with next()");
    }
    if (capacity < size) {
      throw new IllegalArgumentException(
          "the array has room for " + capacity + " elements, the vector has " + size);
    }
    return size;
  }

  @Override
  String describe() {
    return "element " + (index - 1) + " of the vector";
  }
}
