package io.peregrine.codec.envelope;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.BodyReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What may stand in a response before the message itself: tracing id, warnings and custom payload
 * (v5 specification, section 2.4.1.2). Not thread-safe; valid as long as the bytes below it are.
 *
 * <p>Laying it over a body checks everything and allocates nothing; the getters allocate.
 */
public final class ResponsePrefix {
  private static final int ABSENT = -1;
  private static final int UUID_LENGTH = 16;

  private final BodyReader details = new BodyReader();
  private DirectBuffer buffer = details.buffer();
  private int end;
  private int tracingIdAt = ABSENT;
  private int warningsAt = ABSENT;
  private int customPayloadAt = ABSENT;

  /** A prefix that lies over nothing yet. */
  public ResponsePrefix() {}

  /**
   * Lays it over the begin of a body and steps over it.
   *
   * @param flags the envelope header's flags
   * @param body stands at the body's begin; stands at the message afterwards
   * @return this
   * @throws io.peregrine.codec.MalformedMessageException if the body ends before the prefix does
   */
  public ResponsePrefix wrap(int flags, BodyReader body) {
    if (buffer != body.buffer()) {
      buffer = body.buffer();
    }
    tracingIdAt = ABSENT;
    warningsAt = ABSENT;
    customPayloadAt = ABSENT;
    if ((flags & EnvelopeHeaderFlyweight.TRACING) != 0) {
      tracingIdAt = body.skip(UUID_LENGTH, "tracing id");
    }
    if ((flags & EnvelopeHeaderFlyweight.WARNING) != 0) {
      warningsAt = body.position();
      int count = body.readShort("number of warnings");
      for (int i = 0; i < count; i++) {
        body.skipShortBytes("warning");
      }
    }
    if ((flags & EnvelopeHeaderFlyweight.CUSTOM_PAYLOAD) != 0) {
      customPayloadAt = body.position();
      skipCustomPayload(body);
    }
    end = body.position();
    return this;
  }

  /**
   * The id under which the server traced the request.
   *
   * @return the id, or null if it was not traced
   */
  public @Nullable UUID tracingId() {
    int at = tracingIdAt;
    return at == ABSENT
        ? null
        : new UUID(buffer.getLong(at, BIG_ENDIAN), buffer.getLong(at + 8, BIG_ENDIAN));
  }

  /**
   * Whether the server warns.
   *
   * @return true if {@link #warnings()} may have something
   */
  public boolean hasWarnings() {
    return warningsAt != ABSENT;
  }

  /**
   * The server's warnings.
   *
   * @return the texts, in the server's order; empty if there are none
   */
  public List<String> warnings() {
    if (warningsAt == ABSENT) {
      return List.of();
    }
    BodyReader reader = details.wrap(buffer, warningsAt, end - warningsAt);
    int count = reader.readShort("number of warnings");
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      warnings.add(reader.readString("warning"));
    }
    return Collections.unmodifiableList(warnings);
  }

  /**
   * What a server's extension has to say.
   *
   * @return read-only copies of the values, null where the server sent null; empty if there is no
   *     custom payload
   */
  public Map<String, @Nullable ByteBuffer> customPayload() {
    if (customPayloadAt == ABSENT) {
      return Map.of();
    }
    BodyReader reader = details.wrap(buffer, customPayloadAt, end - customPayloadAt);
    int count = reader.readShort("number of custom payload entries");
    Map<String, @Nullable ByteBuffer> payload = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String key = reader.readString("custom payload key");
      payload.put(key, readValue(reader));
    }
    return Collections.unmodifiableMap(payload);
  }

  static void skipCustomPayload(BodyReader body) {
    int count = body.readShort("number of custom payload entries");
    for (int i = 0; i < count; i++) {
      body.skipShortBytes("custom payload key");
      int length = body.readLength("custom payload value");
      body.skip(Math.max(0, length), "custom payload value");
    }
  }

  private static @Nullable ByteBuffer readValue(BodyReader reader) {
    int length = reader.readLength("custom payload value");
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    reader.buffer().getBytes(reader.skip(length, "custom payload value"), bytes);
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }
}
