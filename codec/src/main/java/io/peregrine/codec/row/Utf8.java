package io.peregrine.codec.row;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * UTF-8 without a byte array or a String in between. Stateless; any thread may use it.
 *
 * <p>Bytes that are no UTF-8 are read as U+FFFD, and surrogates without a partner are written as
 * '?', as {@link String} does both.
 */
final class Utf8 {
  private static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  static int encodedLength(CharSequence text) {
    int chars = text.length();
    int bytes = 0;
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes++;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (isPair(text, i, chars)) {
        bytes += 4;
        i++;
      } else {
        bytes++;
      }
    }
    return bytes;
  }

  static int encode(CharSequence text, MutableDirectBuffer buffer, int index) {
    int chars = text.length();
    int ascii = text instanceof String string ? encodeAscii(string, buffer, index) : 0;
    int at = index + ascii;
    for (int i = ascii; i < chars; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        buffer.putByte(at++, (byte) c);
      } else if (c < 0x800) {
        buffer.putByte(at++, (byte) (0xC0 | c >> 6));
        buffer.putByte(at++, (byte) (0x80 | c & 0x3F));
      } else if (!Character.isSurrogate(c)) {
        buffer.putByte(at++, (byte) (0xE0 | c >> 12));
        buffer.putByte(at++, (byte) (0x80 | c >> 6 & 0x3F));
        buffer.putByte(at++, (byte) (0x80 | c & 0x3F));
      } else if (isPair(text, i, chars)) {
        int codePoint = Character.toCodePoint(c, text.charAt(++i));
        buffer.putByte(at++, (byte) (0xF0 | codePoint >> 18));
        buffer.putByte(at++, (byte) (0x80 | codePoint >> 12 & 0x3F));
        buffer.putByte(at++, (byte) (0x80 | codePoint >> 6 & 0x3F));
        buffer.putByte(at++, (byte) (0x80 | codePoint & 0x3F));
      } else {
        buffer.putByte(at++, (byte) '?');
      }
    }
    return at - index;
  }

  /** Writes by eights what is ASCII, up to the first eight that are not; says how many it wrote. */
  private static int encodeAscii(String text, MutableDirectBuffer buffer, int index) {
    int end = text.length() - 7;
    int i = 0;
    while (i < end) {
      char c0 = text.charAt(i);
      char c1 = text.charAt(i + 1);
      char c2 = text.charAt(i + 2);
      char c3 = text.charAt(i + 3);
      char c4 = text.charAt(i + 4);
      char c5 = text.charAt(i + 5);
      char c6 = text.charAt(i + 6);
      char c7 = text.charAt(i + 7);
      if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7) >= 0x80) {
        return i;
      }
      int low = c0 | c1 << 8 | c2 << 16 | c3 << 24;
      int high = c4 | c5 << 8 | c6 << 16 | c7 << 24;
      buffer.putLong(index + i, low | (long) high << 32, LITTLE_ENDIAN);
      i += 8;
    }
    return i;
  }

  private static boolean isPair(CharSequence text, int i, int chars) {
    return Character.isHighSurrogate(text.charAt(i))
        && i + 1 < chars
        && Character.isLowSurrogate(text.charAt(i + 1));
  }

  /** Appends decoded text and returns how many chars that were. */
  static int decode(DirectBuffer buffer, int offset, int length, Appendable into)
      throws IOException {
    int end = offset + length;
    int chars = 0;
    int at = offset;
    while (at < end) {
      byte b = buffer.getByte(at);
      if (b >= 0) {
        into.append((char) b);
        at++;
        chars++;
        continue;
      }
      int size = sequenceLength(buffer, at, end);
      if (size == 4) {
        int codePoint = codePoint(buffer, at);
        into.append(Character.highSurrogate(codePoint));
        into.append(Character.lowSurrogate(codePoint));
        chars += 2;
      } else {
        into.append(size < 0 ? REPLACEMENT : shortSequence(buffer, at, size));
        chars++;
      }
      at += Math.abs(size);
    }
    return chars;
  }

  /** The bytes of the well-formed sequence at an index, or minus the bytes to replace as one. */
  private static int sequenceLength(DirectBuffer buffer, int at, int end) {
    int first = buffer.getByte(at) & 0xFF;
    int size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4) {
      return -1;
    }
    for (int i = 1; i < size; i++) {
      if (at + i >= end) {
        return -i;
      }
      int next = buffer.getByte(at + i) & 0xFF;
      boolean continues = (next & 0xC0) == 0x80 && (i > 1 || isSecondOf(first, next));
      if (!continues) {
        return -i;
      }
    }
    boolean surrogate = first == 0xED && (buffer.getByte(at + 1) & 0x20) != 0;
    return surrogate ? -3 : size;
  }

  private static boolean isSecondOf(int first, int second) {
    switch (first) {
      case 0xE0:
        return second >= 0xA0;
      case 0xF0:
        return second >= 0x90;
      case 0xF4:
        return second < 0x90;
      default:
        return true;
    }
  }

  private static char shortSequence(DirectBuffer buffer, int at, int size) {
    int first = buffer.getByte(at);
    int second = buffer.getByte(at + 1) & 0x3F;
    if (size == 2) {
      return (char) ((first & 0x1F) << 6 | second);
    }
    return (char) ((first & 0x0F) << 12 | second << 6 | buffer.getByte(at + 2) & 0x3F);
  }

  private static int codePoint(DirectBuffer buffer, int at) {
    return (buffer.getByte(at) & 0x07) << 18
        | (buffer.getByte(at + 1) & 0x3F) << 12
        | (buffer.getByte(at + 2) & 0x3F) << 6
        | buffer.getByte(at + 3) & 0x3F;
  }
}
