package io.peregrine;

import io.peregrine.codec.envelope.RequestRegions;
import java.util.Arrays;
import java.util.Base64;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of a result ended, to go on from there later: in another session, another process,
 * or with the user's next click. Immutable; any thread may use it.
 *
 * <p>It holds what the server said, and a digest of that, of the query and of its values. Changed
 * by accident or used with another query, it is refused. The digest has no secret in it: who wants
 * to can make another one. The server's bytes may hold values of the primary key.
 *
 * <p>It goes with the protocol version that it came from: the server refuses it in another one.
 */
public final class PagingState {
  private static final byte FORMAT = 1;
  private static final int HEADER = 1 + RequestDigest.LENGTH;

  private final byte[] raw;
  private final byte[] digest;

  private PagingState(byte[] raw, byte[] digest) {
    this.raw = raw;
    this.digest = digest;
  }

  /** The state that came with the answer to a request. */
  static PagingState of(byte[] raw, byte[] request, @Nullable Pinned pinned) {
    UnsafeBuffer buffer = new UnsafeBuffer(request);
    RequestRegions regions = RequestRegions.of(buffer, 0, request.length);
    byte[] query;
    if (pinned instanceof ResultMetadata prepared) {
      query = prepared.statement().query().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    } else {
      query = new byte[regions.queryLength()];
      buffer.getBytes(regions.queryOffset(), query);
    }
    RequestDigest digest =
        new RequestDigest(query).values(buffer, regions.valuesOffset(), regions.valuesLength());
    return new PagingState(raw, digest.of(raw));
  }

  /**
   * The state of a page of a statement's rows, where the page came to a handler as a cursor.
   *
   * @param statement the statement with the values that it was executed with
   * @param raw what the server said
   * @return the state
   */
  public static PagingState of(Statement<?> statement, byte[] raw) {
    byte[] copy = raw.clone();
    return new PagingState(copy, statement.digest().of(copy));
  }

  /**
   * Reads what {@link #toString} has written.
   *
   * @param text the text
   * @return the state
   * @throws PagingStateException if it is no such text
   */
  public static PagingState fromString(String text) {
    try {
      return fromBytes(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw damaged("a text of " + text.length() + " characters that is not base64url");
    }
  }

  /**
   * Reads what {@link #toBytes} has written.
   *
   * @param bytes the bytes
   * @return the state
   * @throws PagingStateException if they are no state
   */
  public static PagingState fromBytes(byte[] bytes) {
    if (bytes.length < HEADER || bytes[0] != FORMAT) {
      throw damaged(bytes.length + " bytes that do not begin as one does");
    }
    return new PagingState(
        Arrays.copyOfRange(bytes, HEADER, bytes.length), Arrays.copyOfRange(bytes, 1, HEADER));
  }

  private static PagingStateException damaged(String what) {
    return new PagingStateException(
        "This is no paging state: " + what + "; begin with the first page");
  }

  /**
   * What the server said.
   *
   * @return bytes that mean something to the server alone
   */
  public byte[] raw() {
    return raw.clone();
  }

  /**
   * The state as bytes, for {@link #fromBytes}.
   *
   * @return the bytes; those of the server are among them
   */
  public byte[] toBytes() {
    byte[] bytes = new byte[HEADER + raw.length];
    bytes[0] = FORMAT;
    System.arraycopy(digest, 0, bytes, 1, digest.length);
    System.arraycopy(raw, 0, bytes, HEADER, raw.length);
    return bytes;
  }

  /**
   * Whether the state is of a statement with its present values.
   *
   * @param statement the statement; if it is a simple one with values that registered codecs write,
   *     it has to have been executed once
   * @return false if it is of another, or damaged
   */
  public boolean matches(Statement<?> statement) {
    return Arrays.equals(digest, statement.digest().of(raw));
  }

  void check(RequestDigest request, Statement<?> statement) {
    if (!Arrays.equals(digest, request.of(raw))) {
      throw new PagingStateException(
          "The paging state is damaged, or belongs to another query or to other values than those"
              + " of "
              + statement
              + "; begin with the first page");
    }
  }

  /** The state as text that can stand in a URL, for {@link #fromString}. */
  @Override
  public String toString() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(toBytes());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PagingState that
        && Arrays.equals(raw, that.raw)
        && Arrays.equals(digest, that.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }
}
