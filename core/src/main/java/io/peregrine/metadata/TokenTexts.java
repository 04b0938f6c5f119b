package io.peregrine.metadata;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.row.ListReader;
import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a node, read from the bytes that they come as. Immutable; any thread may use it.
 *
 * <p>A large cluster has hundreds of thousands of tokens. Most are numbers, and kept as such: a
 * token map takes them as they are, and there are strings only for whoever iterates.
 */
public final class TokenTexts extends AbstractCollection<String> {
  /** No tokens. */
  public static final TokenTexts NONE = new TokenTexts();

  private static final long PRIME = 0x100000001B3L;
  private static final long BASIS = 0xCBF29CE484222325L;
  private static final long FIRST_FACTOR = 0x9E3779B97F4A7C15L;
  private static final long SECOND_FACTOR = 0xBF58476D1CE4E5B9L;

  /** The texts as numbers; of no length if not all of them are. */
  private final long[] numbers;

  private final String[] texts;
  private final long digest;

  private TokenTexts() {
    numbers = new long[0];
    texts = new String[0];
    digest = 0;
  }

  /**
   * The elements of a {@code set<text>} or {@code list<text>}. Null is no element.
   *
   * @param buffer where the collection is; not kept
   * @param offset where it begins, the length in front of it not counted
   * @param length how many bytes it has; 0 if there are no tokens
   * @param pace is told how far it has come
   * @throws MalformedMessageException if it is no such collection
   */
  public TokenTexts(DirectBuffer buffer, int offset, int length, Pace pace) {
    ListReader elements = new ListReader().wrap(buffer, offset, length, null);
    int count = 0;
    boolean areNumbers = true;
    while (elements.next()) {
      if (!elements.isNull()) {
        count++;
        areNumbers =
            areNumbers
                && DecimalText.isLong(buffer, elements.valueOffset(), elements.valueLength());
      }
      pace.did(1);
    }
    numbers = new long[areNumbers ? count : 0];
    texts = new String[areNumbers ? 0 : count];
    long sum = count;
    elements.rewind();
    for (int i = 0; i < count; i++) {
      do {
        elements.next();
      } while (elements.isNull());
      int at = elements.valueOffset();
      // A sum, because the order of tokens means nothing.
      if (areNumbers) {
        numbers[i] = DecimalText.read(buffer, at, elements.valueLength());
        sum += mixed(numbers[i]);
      } else {
        texts[i] = buffer.getStringWithoutLengthUtf8(at, elements.valueLength());
        sum += mixed(hash(texts[i]));
      }
      pace.did(1);
    }
    digest = sum;
  }

  /**
   * The tokens as numbers, which must not be changed.
   *
   * @return the numbers; null if some of the texts are none, or written in another way
   */
  long @Nullable [] numbers() {
    return texts.length == 0 ? numbers : null;
  }

  /**
   * A number that the tokens come to, by which to tell whether they have changed.
   *
   * @return the same for the same tokens, in whatever order
   */
  public long digest() {
    return digest;
  }

  private static long hash(String text) {
    long hash = BASIS;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    return hash;
  }

  /** Each bit changes about half of all others. */
  private static long mixed(long number) {
    long mixed = (number ^ BASIS ^ number >>> 32) * FIRST_FACTOR;
    mixed = (mixed ^ mixed >>> 29) * SECOND_FACTOR;
    return mixed ^ mixed >>> 32;
  }

  @Override
  public int size() {
    return numbers.length + texts.length;
  }

  @Override
  public Iterator<String> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < size();
      }

      @Override
      public String next() {
        if (next >= size()) {
          throw new NoSuchElementException("there are no more tokens");
        }
        int at = next++;
        return texts.length == 0 ? Long.toString(numbers[at]) : texts[at];
      }
    };
  }
}
