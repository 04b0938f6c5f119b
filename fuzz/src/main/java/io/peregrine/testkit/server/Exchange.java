package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request and all the ways to answer it, right and wrong. Thread-safe, except for the {@code
 * with} methods, which must come before the answer and on its thread.
 *
 * <p>What cannot be written because the client has gone is dropped without a word.
 */
public final class Exchange {
  private final Request request;
  private final ScriptedServer server;
  private @Nullable UUID tracingId;
  private List<String> warnings = List.of();
  private Map<String, ByteBuffer> customPayload = Map.of();

  Exchange(Request request, ScriptedServer server) {
    this.request = request;
    this.server = server;
  }

  /**
   * The request.
   *
   * @return what was decoded
   */
  public Request request() {
    return request;
  }

  /**
   * The connection it came on.
   *
   * @return the server's end of it
   */
  public ServerConnection connection() {
    return request.connection();
  }

  /**
   * The stream id of the request.
   *
   * @return at least 0
   */
  public int streamId() {
    return request.streamId();
  }

  /**
   * Adds warnings to the answers that follow (header flag 0x08).
   *
   * @param texts the warnings
   * @return this
   */
  public Exchange withWarnings(String... texts) {
    this.warnings = List.of(texts);
    return this;
  }

  /**
   * Adds a tracing id to the answers that follow (header flag 0x02).
   *
   * @param id the tracing id; null for none
   * @return this
   */
  public Exchange withTracingId(@Nullable UUID id) {
    this.tracingId = id;
    return this;
  }

  /**
   * Adds a custom payload to the answers that follow (header flag 0x04).
   *
   * @param payload the payload
   * @return this
   */
  public Exchange withCustomPayload(Map<String, ByteBuffer> payload) {
    this.customPayload = Map.copyOf(payload);
    return this;
  }

  /**
   * Answers.
   *
   * @param message the answer
   */
  public void reply(Message message) {
    release();
    connection().send(encode(streamId(), message), message);
  }

  /**
   * Answers with rows, without their columns if the request asked to skip them.
   *
   * @param rows the rows
   */
  public void reply(RowsBuilder rows) {
    reply(rows.buildFor(request.message()));
  }

  /** Answers as if there were no script. */
  public void replyByDefault() {
    server.answerByDefault(this);
  }

  /**
   * The answer that there would be without a script, encoded, so that it can be kept.
   *
   * @return a new envelope for {@link #replyEnvelope}, with the stream id of this request
   */
  public byte[] encodedByDefault() {
    return encode(streamId(), server.answers().answer(request.message(), request.version()));
  }

  /**
   * Answers after a while.
   *
   * @param delay how long after
   * @param message the answer
   */
  public void replyLater(Duration delay, Message message) {
    server.later(delay, () -> reply(message));
  }

  /**
   * Sends an answer that is not the last one: the stream id stays in use.
   *
   * @param message the answer
   */
  public void replyAndGoOn(Message message) {
    connection().send(encode(streamId(), message), message);
  }

  /**
   * Sends the answer under another stream id; the request itself stays without one.
   *
   * @param otherStreamId the stream id to use
   * @param message the answer
   */
  public void replyOn(int otherStreamId, Message message) {
    connection().send(encode(otherStreamId, message), message);
  }

  /**
   * Answers two times.
   *
   * @param message the answer
   */
  public void replyTwice(Message message) {
    reply(message);
    reply(message);
  }

  /** Never answers; the stream id counts as in use from here on. */
  public void silence() {}

  /**
   * Does not answer now: keep the exchange and answer it later, from any thread.
   *
   * @return this
   */
  public Exchange hold() {
    return this;
  }

  /**
   * Puts bytes on the socket as they are, neither encoded nor framed.
   *
   * @param bytes the bytes
   */
  public void replyRaw(byte... bytes) {
    release();
    connection().writeRaw(bytes);
  }

  /**
   * Answers with an envelope of the test's own making, inside a frame where the connection has
   * them.
   *
   * @param envelope header and body
   */
  public void replyEnvelope(byte... envelope) {
    release();
    connection().send(envelope, null);
  }

  /**
   * Answers in a frame whose payload does not match its CRC32 (v5 only).
   *
   * @param message the answer
   */
  public void replyWithCorruptCrc(Message message) {
    replyFlipped(message, frameHeaderLength() + Wire.ENVELOPE_HEADER_LENGTH - 1);
  }

  /**
   * Answers in a frame whose header does not match its CRC24 (v5 only).
   *
   * @param message the answer
   */
  public void replyWithCorruptHeaderCrc(Message message) {
    replyFlipped(message, frameHeaderLength() - 1);
  }

  private int frameHeaderLength() {
    return connection().compression().frameHeaderLength;
  }

  private void replyFlipped(Message message, int offset) {
    if (!connection().isFramed()) {
      throw new IllegalStateException("only a v5 connection that is ready has checksums");
    }
    release();
    byte[] bytes = connection().framesOrBare(encode(streamId(), message));
    bytes[offset] ^= 0x10;
    connection().writeRaw(bytes);
  }

  /**
   * Sends the header of a RESULT that claims a body of some length, and nothing of that body; in v5
   * inside a frame that is not self-contained, as the beginning of a large envelope.
   *
   * @param claimedBodyLength the claim, in bytes; may be negative
   */
  public void replyWithLength(int claimedBodyLength) {
    release();
    byte[] header =
        ByteBuffer.allocate(Wire.ENVELOPE_HEADER_LENGTH)
            .put((byte) (request.version() | Wire.DIRECTION_BIT))
            .put((byte) 0)
            .putShort((short) streamId())
            .put((byte) Opcode.RESULT)
            .putInt(claimedBodyLength)
            .array();
    boolean framed = connection().isFramed();
    connection()
        .writeRaw(
            framed
                ? Wire.frame(connection().compression().frames, header, 0, header.length, false)
                : header);
  }

  /**
   * Answers in many small writes.
   *
   * @param message the answer
   * @param bytesPerWrite at least 1
   */
  public void replyInPieces(Message message, int bytesPerWrite) {
    release();
    ServerConnection connection = connection();
    connection.writeInPieces(connection.framesOrBare(encode(streamId(), message)), bytesPerWrite);
  }

  /**
   * Answers with an envelope cut into frames that are not self-contained (v5 only), although it
   * would fit into one.
   *
   * @param message the answer
   * @param bytesPerFrame payload of each frame, at least 1, below the length of the envelope
   */
  public void replyInFrames(Message message, int bytesPerFrame) {
    release();
    byte[] envelope = encode(streamId(), message);
    for (byte[] frame : Wire.framesOf(connection().compression().frames, envelope, bytesPerFrame)) {
      connection().writeRaw(frame);
    }
  }

  /**
   * Sends the beginning of an answer and closes the connection.
   *
   * @param message the answer
   * @param bytes how many bytes of it to send, counted on the socket
   */
  public void replyTruncatedAndClose(Message message, int bytes) {
    byte[] whole = connection().framesOrBare(encode(streamId(), message));
    connection().writeRaw(java.util.Arrays.copyOf(whole, Math.min(bytes, whole.length)));
    close();
  }

  /** Closes the connection without an answer. */
  public void close() {
    connection().close();
  }

  /** Resets the connection without an answer: the client sees "connection reset". */
  public void reset() {
    connection().reset();
  }

  private void release() {
    connection().releaseStream(streamId());
  }

  private byte[] encode(int streamId, Message message) {
    return Wire.encode(
        Frame.forResponse(request.version(), streamId, tracingId, customPayload, warnings, message),
        connection().envelopes());
  }
}
