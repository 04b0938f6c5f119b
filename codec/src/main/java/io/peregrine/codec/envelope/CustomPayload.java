package io.peregrine.codec.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.RequestTooLargeException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a request says to an extension of the server, as an encoded {@code [bytes map]} (v5
 * specification, section 2.4.1.2). Immutable as long as the bytes below it are; any thread may use
 * it.
 *
 * <p>It is encoded once and copied into any number of requests, which allocates nothing.
 */
public final class CustomPayload {
  private static final int NULL_LENGTH = -1;

  private final DirectBuffer buffer;
  private final int offset;
  private final int length;

  private CustomPayload(DirectBuffer buffer, int offset, int length) {
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
  }

  /**
   * Encodes entries.
   *
   * @param entries values by key; null is a value, too. The buffers' bytes are copied from position
   *     to limit, and the buffers left as they are
   * @return the payload
   * @throws RequestTooLargeException if there are more than 65,535 entries, a key has more than
   *     65,535 bytes, or all together is more than an envelope can hold
   */
  public static CustomPayload of(Map<String, ? extends @Nullable ByteBuffer> entries) {
    long length = 2;
    for (Map.Entry<String, ? extends @Nullable ByteBuffer> entry : entries.entrySet()) {
      ByteBuffer value = entry.getValue();
      length += Notation.shortBytesLength("custom payload key", entry.getKey().getBytes(UTF_8));
      length += value == null ? 4 : 4L + value.remaining();
    }
    Notation.envelopeLength(length);
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[(int) length]);
    int position = Notation.putCount(buffer, 0, "custom payload entries", entries.size());
    for (Map.Entry<String, ? extends @Nullable ByteBuffer> entry : entries.entrySet()) {
      ByteBuffer value = entry.getValue();
      position = Notation.putShortBytes(buffer, position, entry.getKey().getBytes(UTF_8));
      if (value == null) {
        position = Notation.putInt(buffer, position, NULL_LENGTH);
      } else {
        int size = value.remaining();
        position = Notation.putInt(buffer, position, size);
        buffer.putBytes(position, value, value.position(), size);
        position += size;
      }
    }
    return new CustomPayload(buffer, 0, position);
  }

  /**
   * Lays a payload over a {@code [bytes map]} that is encoded already.
   *
   * @param buffer where it is; kept, not copied: it must not change as long as requests are encoded
   * @param offset where it begins
   * @param length how many bytes it has
   * @return the payload
   * @throws MalformedMessageException if the bytes are not exactly one {@code [bytes map]}
   */
  public static CustomPayload over(DirectBuffer buffer, int offset, int length) {
    BodyReader reader = new BodyReader().wrap(buffer, offset, length);
    ResponsePrefix.skipCustomPayload(reader);
    if (reader.remaining() > 0) {
      throw new MalformedMessageException(
          "custom payload", reader.offset(), reader.remaining() + " bytes are left over");
    }
    return new CustomPayload(buffer, offset, length);
  }

  /**
   * How many bytes a request grows by.
   *
   * @return 2 or more
   */
  public int length() {
    return length;
  }

  int put(MutableDirectBuffer target, int position) {
    return Notation.putRegion(target, position, buffer, offset, length);
  }
}
