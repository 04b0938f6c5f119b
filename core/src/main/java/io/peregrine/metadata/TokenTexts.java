package io.peregrine.metadata;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.row.ListReader;
import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The tokens of a node in the bytes that they came as. Immutable, if these bytes are; any thread
 * may use it.
 *
 * <p>A large cluster has hundreds of thousands of tokens. A token map reads them where they are;
 * there are strings only for whoever iterates.
 */
public final class TokenTexts extends AbstractCollection<String> {
  /** No tokens. */
  public static final TokenTexts NONE = new TokenTexts(new UnsafeBuffer(new byte[0]), 0, 0);

  private static final long PRIME = 0x100000001B3L;
  private static final long BASIS = 0xCBF29CE484222325L;

  private final DirectBuffer buffer;
  private final int offset;
  private final int length;
  private final int size;

  /**
   * The elements of a {@code set<text>} or {@code list<text>}. Null is no element.
   *
   * @param buffer where the collection is; not copied, and must not change
   * @param offset where it begins, the length in front of it not counted
   * @param length how many bytes it has; 0 if there are no tokens
   * @throws MalformedMessageException if it is no such collection
   */
  public TokenTexts(DirectBuffer buffer, int offset, int length) {
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
    int count = 0;
    for (ListReader texts = reader(); texts.next(); ) {
      count += texts.isNull() ? 0 : 1;
    }
    size = count;
  }

  /** Takes one text after the other. Called by the thread that iterates. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Takes a text.
     *
     * @param buffer where it is
     * @param offset where it begins
     * @param length how many bytes it has
     */
    void visit(DirectBuffer buffer, int offset, int length);
  }

  /**
   * Visits all texts.
   *
   * @param visitor takes them
   */
  void visit(Visitor visitor) {
    for (ListReader texts = reader(); texts.next(); ) {
      if (!texts.isNull()) {
        visitor.visit(buffer, texts.valueOffset(), texts.valueLength());
      }
    }
  }

  /**
   * A number that the tokens come to, by which to tell whether they have changed.
   *
   * @return the same for the same tokens, in whatever order
   */
  public long digest() {
    long sum = size;
    for (ListReader texts = reader(); texts.next(); ) {
      // A sum, because the order of tokens means nothing.
      sum += texts.isNull() ? 0 : hash(texts.valueOffset(), texts.valueLength());
    }
    return sum;
  }

  private long hash(int from, int count) {
    long hash = BASIS;
    for (int i = from; i < from + count; i++) {
      hash = (hash ^ buffer.getByte(i)) * PRIME;
    }
    return hash;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Iterator<String> iterator() {
    return new Texts(reader(), size);
  }

  private ListReader reader() {
    return new ListReader().wrap(buffer, offset, length, null);
  }

  /** Makes a string of each text. Confined to the thread that iterates. */
  private static final class Texts implements Iterator<String> {
    private final ListReader reader;
    private int left;

    private Texts(ListReader reader, int left) {
      this.reader = reader;
      this.left = left;
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public String next() {
      if (left-- <= 0) {
        throw new NoSuchElementException("there are no more tokens");
      }
      do {
        reader.next();
      } while (reader.isNull());
      return reader.buffer().getStringWithoutLengthUtf8(reader.valueOffset(), reader.valueLength());
    }
  }
}
