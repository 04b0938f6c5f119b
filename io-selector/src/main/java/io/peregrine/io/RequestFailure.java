package io.peregrine.io;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Why a request has no answer: a flyweight that belongs to the agent's thread and is valid during
 * the call that hands it over.
 */
public final class RequestFailure {
  /** The kinds of failure. */
  public enum Kind {
    /** The deadline passed before the answer came, or before the request was sent. */
    TIMED_OUT,
    /** The connection was lost while the request was on its way. */
    CONNECTION_LOST,
    /** The connection was already closed when the request's turn came; it was not sent. */
    NOT_CONNECTED,
    /** The connection's send buffer is full: the server does not read; it was not sent. */
    BUSY,
    /** The agent was closed. */
    CLOSED
  }

  private static final DirectBuffer NOTHING = new UnsafeBuffer(0, 0);

  private Kind kind = Kind.CLOSED;
  private @Nullable Connection connection;
  private @Nullable Throwable cause;
  private boolean sent;
  private long queuedNanos;
  private long sentNanos;
  private int inFlight;
  private long deadlineNanos;
  private DirectBuffer buffer = NOTHING;
  private int requestOffset;
  private int requestLength;

  RequestFailure() {}

  RequestFailure wrap(Kind kind, Connection connection, @Nullable Throwable cause) {
    this.kind = kind;
    this.connection = connection;
    this.cause = cause;
    this.inFlight = connection.inFlight();
    return this;
  }

  RequestFailure times(boolean sent, long queuedNanos, long sentNanos) {
    this.sent = sent;
    this.queuedNanos = queuedNanos;
    this.sentNanos = sentNanos;
    return this;
  }

  RequestFailure request(DirectBuffer buffer, int offset, int length, long deadlineNanos) {
    this.buffer = buffer;
    this.requestOffset = offset;
    this.requestLength = length;
    this.deadlineNanos = deadlineNanos;
    return this;
  }

  RequestFailure noRequest(long deadlineNanos) {
    return request(NOTHING, 0, 0, deadlineNanos);
  }

  /**
   * What kind of failure this is.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The connection that the request was meant for.
   *
   * @return the connection
   */
  public Connection connection() {
    Connection connection = this.connection;
    if (connection == null) {
      throw new IllegalStateException("this failure has not been reported yet");
    }
    return connection;
  }

  /**
   * The error that closed the connection.
   *
   * @return the error, or null if there was none
   */
  public @Nullable Throwable cause() {
    return cause;
  }

  /**
   * Whether the request may have reached the server.
   *
   * @return false if it certainly was not sent
   */
  public boolean wasSent() {
    return sent;
  }

  /**
   * When the request expires, or has expired.
   *
   * @return a time of the agent's clock, in ns; {@link Offer#NO_DEADLINE} if never
   */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /**
   * Where the request's envelope is.
   *
   * @return the buffer; empty if the request was not kept
   */
  public DirectBuffer requestBuffer() {
    return buffer;
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

  /**
   * The failure in words: the node, the connection, how long the request waited and where.
   * Allocates.
   *
   * @return a sentence
   */
  public String describe() {
    Connection connection = connection();
    StringBuilder text = new StringBuilder(160);
    switch (kind) {
      case TIMED_OUT ->
          text.append("no answer from ").append(connection.remoteAddress()).append(" in time");
      case CONNECTION_LOST ->
          text.append("the connection to ").append(connection.remoteAddress()).append(" was lost");
      case NOT_CONNECTED ->
          text.append("the connection to ").append(connection.remoteAddress()).append(" is closed");
      case BUSY ->
          text.append(connection.remoteAddress())
              .append(" does not read what it is sent; the send buffer is full");
      case CLOSED -> text.append("the driver was closed");
    }
    text.append(" (connection ").append(connection.id());
    text.append(", waited ").append(queuedNanos / 1_000).append(" us in the ring");
    if (sent) {
      text.append(" and ").append(sentNanos / 1_000).append(" us for the server");
    } else {
      text.append(", was not sent");
    }
    text.append("; ").append(inFlight).append(" requests in flight)");
    if (cause != null) {
      text.append(": ").append(cause.getMessage());
    }
    return text.toString();
  }
}
