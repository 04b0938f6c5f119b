package io.peregrine.metadata;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.agrona.DirectBuffer;

/** A ring of any partitioner, which costs an object a token. Immutable; any thread may use it. */
final class TokenRing implements Ring {
  private final Partitioner partitioner;
  private final Token[] tokens;

  /**
   * A ring.
   *
   * @param partitioner the partitioner
   * @param unsorted its tokens, in any order and any number of times
   * @param pace is told how far it has come
   */
  TokenRing(Partitioner partitioner, List<List<Token>> unsorted, Pace pace) {
    this.partitioner = partitioner;
    TreeSet<Token> sorted = new TreeSet<>();
    for (List<Token> some : unsorted) {
      for (Token token : some) {
        sorted.add(token);
        pace.did(1);
      }
    }
    tokens = new Token[sorted.size()];
    pace.did(tokens.length);
    int count = 0;
    for (Token token : sorted) {
      tokens[count++] = token;
      pace.did(1);
    }
  }

  @Override
  public int size() {
    return tokens.length;
  }

  @Override
  public Token token(int position) {
    return tokens[position];
  }

  @Override
  public int find(Token token) {
    int position = Arrays.binarySearch(tokens, token);
    if (position < 0) {
      position = -position - 1;
    }
    return position == tokens.length ? 0 : position;
  }

  @Override
  public int find(DirectBuffer key, int offset, int length) {
    return find(partitioner.token(key, offset, length));
  }

  @Override
  public int find(long token) {
    throw new IllegalStateException(
        "Token "
            + token
            + " is of Murmur3Partitioner, and the cluster has "
            + partitioner
            + ": ask by the key's bytes");
  }
}
