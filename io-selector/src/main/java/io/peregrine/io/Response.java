package io.peregrine.io;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One answer and, if it was kept, the request that led to it: a flyweight over the agent's buffers.
 * It belongs to the agent's thread and is valid during the call that hands it over.
 */
public final class Response {
  private static final DirectBuffer NOTHING = new UnsafeBuffer(0, 0);

  private final BodyReader body = new BodyReader();
  private final Connection connection;
  private int flags;
  private int opcode;
  private long deadlineNanos;
  private long sentNanos;
  private long offeredNanos;
  private long receivedNanos;
  private DirectBuffer buffer = NOTHING;
  private int bodyOffset;
  private int bodyLength;
  private DirectBuffer requestBuffer = NOTHING;
  private int requestOffset;
  private int requestLength;

  Response(Connection connection) {
    this.connection = connection;
  }

  void wrap(EnvelopeHeaderFlyweight header, DirectBuffer buffer, int offset, int bodyLength) {
    this.buffer = buffer;
    this.bodyOffset = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    this.bodyLength = bodyLength;
    this.flags = header.flags();
    this.opcode = header.opcode();
  }

  void request(DirectBuffer buffer, int offset, int length, long deadlineNanos) {
    this.requestBuffer = buffer;
    this.requestOffset = offset;
    this.requestLength = length;
    this.deadlineNanos = deadlineNanos;
  }

  void times(long offeredNanos, long sentNanos, long receivedNanos) {
    this.offeredNanos = offeredNanos;
    this.sentNanos = sentNanos;
    this.receivedNanos = receivedNanos;
  }

  void noRequest(long deadlineNanos) {
    request(NOTHING, 0, 0, deadlineNanos);
  }

  /**
   * The connection that the answer came on.
   *
   * @return the connection
   */
  public Connection connection() {
    return connection;
  }

  /**
   * The protocol version that the body is written in.
   *
   * @return the connection's version
   */
  public ProtocolVersion version() {
    return connection.version();
  }

  /**
   * The envelope's flags (v5 specification, section 2.4.1.2).
   *
   * @return a bit set
   */
  public int flags() {
    return flags;
  }

  /**
   * The envelope's opcode.
   *
   * @return one of {@link io.peregrine.codec.Opcode}
   */
  public int opcode() {
    return opcode;
  }

  /**
   * A reader laid over the body, from its beginning.
   *
   * @return this response's only reader, rewound
   */
  public BodyReader body() {
    return body.wrap(buffer, bodyOffset, bodyLength);
  }

  /**
   * When the request expires.
   *
   * @return a time of the agent's clock, in ns; {@link Offer#NO_DEADLINE} if never
   */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /**
   * When the request was sent.
   *
   * @return the time of the agent's clock at the beginning of the duty cycle that did it, in ns; of
   *     no meaning for an event
   */
  public long sentNanos() {
    return sentNanos;
  }

  /**
   * When the request was offered.
   *
   * @return a time of the agent's clock, in ns; of no meaning for an event
   */
  public long offeredNanos() {
    return offeredNanos;
  }

  /**
   * When the answer was read.
   *
   * @return the time of the agent's clock at the beginning of the duty cycle that did it, or when
   *     it woke up, in ns; of no meaning for an event
   */
  public long receivedNanos() {
    return receivedNanos;
  }

  /**
   * How long the body is.
   *
   * @return bytes, without the header
   */
  public int bodyLength() {
    return bodyLength;
  }

  /**
   * Where the request's envelope is kept.
   *
   * @return the buffer; empty if the request was not kept
   */
  public DirectBuffer requestBuffer() {
    return requestBuffer;
  }

  /**
   * Where the request's envelope begins.
   *
   * @return an index into {@link #requestBuffer()}
   */
  public int requestOffset() {
    return requestOffset;
  }

  /**
   * How long the request's envelope is.
   *
   * @return its bytes, header included; 0 if the request was not kept
   */
  public int requestLength() {
    return requestLength;
  }
}
