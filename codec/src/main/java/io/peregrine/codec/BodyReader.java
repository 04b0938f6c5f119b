package io.peregrine.codec;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the body of one envelope that reads the protocol's notations (v5 specification,
 * section 3). Not thread-safe: one reader belongs to one thread.
 *
 * <p>Every read is checked against the end of the body, and every length or count against what is
 * left of it, before anything is done with it; what does not fit is a {@link
 * MalformedMessageException}. Fields are named by the caller so that the error says which one was
 * wrong. Nothing is allocated, except by the methods that return objects.
 */
public final class BodyReader {
  private static final byte[] NO_BYTES = new byte[0];

  /** How much of a body off the heap is copied at once for the texts in it. */
  private static final int WINDOW_LENGTH = 512;

  private DirectBuffer buffer = new UnsafeBuffer(0, 0);

  /** Where the buffer's memory is: every read is checked against the body's end, and no further. */
  private byte @Nullable [] base;

  private long address;
  private int start;
  private int position;
  private int limit;

  /** A copy of what begins at {@link #windowStart}, so that short texts cost no copy each. */
  private byte[] window = NO_BYTES;

  private int windowStart;
  private int windowEnd;

  /** A reader that lies over nothing yet. */
  public BodyReader() {}

  /**
   * Lays the reader over a body.
   *
   * @param buffer where the body is; must stay unchanged while it is read
   * @param offset where it begins
   * @param length how many bytes it has, at least 0
   * @return this
   */
  public BodyReader wrap(DirectBuffer buffer, int offset, int length) {
    buffer.boundsCheck(offset, length);
    if (this.buffer != buffer) {
      this.buffer = buffer;
    }
    byte[] base = buffer.byteArray();
    if (this.base != base) {
      this.base = base;
    }
    this.address = buffer.addressOffset();
    this.start = offset;
    this.position = offset;
    this.limit = offset + length;
    this.windowStart = offset;
    this.windowEnd = offset;
    return this;
  }

  /**
   * What the reader lies over.
   *
   * @return the buffer
   */
  public DirectBuffer buffer() {
    return buffer;
  }

  /**
   * Where the next read begins.
   *
   * @return an index into {@link #buffer()}
   */
  public int position() {
    return position;
  }

  /**
   * How many bytes of the body are behind, for errors that a caller finds.
   *
   * @return at least 0
   */
  public int offset() {
    return position - start;
  }

  /**
   * How many bytes are left.
   *
   * @return at least 0
   */
  public int remaining() {
    return limit - position;
  }

  /**
   * Reads a {@code [byte]}.
   *
   * @param field its name, for the error
   * @return 0 to 255
   */
  public int readByte(String field) {
    return UnsafeApi.getByte(base, address + advance(1, field)) & 0xFF;
  }

  /**
   * Reads a {@code [short]}.
   *
   * @param field its name, for the error
   * @return 0 to 65,535
   */
  public int readShort(String field) {
    return UnsafeApi.getShortUnaligned(base, address + advance(2, field), true) & 0xFFFF;
  }

  /**
   * Reads an {@code [int]}.
   *
   * @param field its name, for the error
   * @return any int
   */
  public int readInt(String field) {
    return UnsafeApi.getIntUnaligned(base, address + advance(4, field), true);
  }

  /**
   * Reads a {@code [long]}.
   *
   * @param field its name, for the error
   * @return any long
   */
  public long readLong(String field) {
    return UnsafeApi.getLongUnaligned(base, address + advance(8, field), true);
  }

  /**
   * Reads a {@code [consistency]}.
   *
   * @param field its name, for the error
   * @return the level
   */
  public ConsistencyLevel readConsistency(String field) {
    int at = position - start;
    int code = readShort(field);
    if (!ConsistencyLevel.isCode(code)) {
      throw new MalformedMessageException(field, at, "code " + code + " is no level's number");
    }
    return ConsistencyLevel.ofCode(code);
  }

  /**
   * Reads an {@code [int]} that counts things which take at least some bytes each.
   *
   * @param field its name, for the error
   * @param bytesPerItem the fewest bytes that one item can take, 0 or more
   * @return a count that fits what is left of the body
   */
  public int readCount(String field, int bytesPerItem) {
    int at = position - start;
    int count = readInt(field);
    if (count < 0 || (long) count * bytesPerItem > remaining()) {
      throw new MalformedMessageException(
          field, at, "count " + count + " cannot fit the " + remaining() + " bytes left");
    }
    return count;
  }

  /**
   * Reads the length of a {@code [string]} or {@code [short bytes]}; its bytes come next.
   *
   * @param field its name, for the error
   * @return 0 to 65,535, and no more than is left
   */
  public int readShortLength(String field) {
    int at = position - start;
    int length = readShort(field);
    return checkedLength(length, at, field);
  }

  /**
   * Reads the length of a {@code [bytes]} or {@code [long string]}; its bytes come next.
   *
   * @param field its name, for the error
   * @return -1 for null (any negative number on the wire), else no more than is left
   */
  public int readLength(String field) {
    int at = position - start;
    int length = readInt(field);
    return length < 0 ? -1 : checkedLength(length, at, field);
  }

  /**
   * Steps over bytes.
   *
   * @param length how many, at least 0
   * @param field the name of what they are, for the error
   * @return the index of the first of them
   */
  public int skip(int length, String field) {
    return advance(length, field);
  }

  /**
   * Reads a {@code [string]}. Allocates.
   *
   * @param field its name, for the error
   * @return the text
   */
  public String readString(String field) {
    return text(readShortLength(field), field);
  }

  /**
   * Reads a {@code [string]} that is likely to be one that is known already. Allocates nothing if
   * it is and consists of ASCII.
   *
   * @param likely the text that it may be
   * @param field its name, for the error
   * @return the text; {@code likely} itself if it is that and of ASCII
   */
  public String readString(String likely, String field) {
    int length = readShortLength(field);
    if (length == likely.length() && nextIs(likely)) {
      position += length;
      return likely;
    }
    return text(length, field);
  }

  private boolean nextIs(String text) {
    DirectBuffer buffer = this.buffer;
    int from = position;
    for (int i = 0; i < text.length(); i++) {
      byte ascii = buffer.getByte(from + i);
      if (ascii < 0 || ascii != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads a {@code [long string]}. Allocates.
   *
   * @param field its name, for the error
   * @return the text
   */
  public String readLongString(String field) {
    int length = readLength(field);
    if (length < 0) {
      throw new MalformedMessageException(field, position - 4 - start, "a string cannot be null");
    }
    return text(length, field);
  }

  /**
   * Reads a {@code [short bytes]}. Allocates.
   *
   * @param field its name, for the error
   * @return a copy of the bytes
   */
  public byte[] readShortBytes(String field) {
    int length = readShortLength(field);
    byte[] bytes = new byte[length];
    buffer.getBytes(advance(length, field), bytes);
    return bytes;
  }

  /**
   * Steps over a {@code [string]} or {@code [short bytes]}.
   *
   * @param field its name, for the error
   */
  public void skipShortBytes(String field) {
    int length = readShortLength(field);
    position += length;
  }

  private String text(int length, String field) {
    int at = advance(length, field);
    byte[] onHeap = buffer.byteArray();
    if (onHeap != null) {
      return new String(onHeap, buffer.wrapAdjustment() + at, length, StandardCharsets.UTF_8);
    }
    if (length > WINDOW_LENGTH) {
      byte[] bytes = new byte[length];
      buffer.getBytes(at, bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
    if (at < windowStart || at + length > windowEnd) {
      moveWindow(at);
    }
    return new String(window, at - windowStart, length, StandardCharsets.UTF_8);
  }

  private void moveWindow(int at) {
    if (window.length == 0) {
      window = new byte[WINDOW_LENGTH];
    }
    int length = Math.min(WINDOW_LENGTH, limit - at);
    buffer.getBytes(at, window, 0, length);
    windowStart = at;
    windowEnd = at + length;
  }

  private int checkedLength(int length, int at, String field) {
    if (length > remaining()) {
      throw new MalformedMessageException(
          field, at, "length " + length + " runs past the " + remaining() + " bytes left");
    }
    return length;
  }

  private int advance(int length, String field) {
    int index = position;
    if (length < 0 || length > limit - index) {
      throw new MalformedMessageException(
          field, index - start, length + " bytes are needed, " + (limit - index) + " are left");
    }
    position = index + length;
    return index;
  }
}
