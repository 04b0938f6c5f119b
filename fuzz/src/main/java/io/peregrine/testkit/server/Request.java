package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.Message;
import org.jspecify.annotations.Nullable;

/** One request as the server decoded it. Immutable. */
public final class Request {
  private final ServerConnection connection;
  private final Frame frame;
  private final @Nullable String text;
  private final byte[] envelope;

  Request(ServerConnection connection, Frame frame, @Nullable String text, byte[] envelope) {
    this.connection = connection;
    this.frame = frame;
    this.text = text;
    this.envelope = envelope;
  }

  /**
   * The connection it came on.
   *
   * @return the server's end of it
   */
  public ServerConnection connection() {
    return connection;
  }

  /**
   * Everything that was decoded: flags, custom payload, message.
   *
   * @return the envelope, in the words of native-protocol a frame
   */
  public Frame frame() {
    return frame;
  }

  /**
   * The message alone.
   *
   * @return the decoded body
   */
  public Message message() {
    return frame.message;
  }

  /**
   * What kind of request it is.
   *
   * @return one of native-protocol's {@code ProtocolConstants.Opcode}
   */
  public int opcode() {
    return frame.message.opcode;
  }

  /**
   * The stream id that the client gave it.
   *
   * @return at least 0
   */
  public int streamId() {
    return frame.streamId;
  }

  /**
   * The protocol version in its header.
   *
   * @return for example 5
   */
  public int version() {
    return frame.protocolVersion;
  }

  /**
   * The CQL text: of a QUERY or PREPARE its own, of an EXECUTE the one that was prepared.
   *
   * @return the text; null for other requests and for an EXECUTE of an id that nobody prepared
   */
  public @Nullable String text() {
    return text;
  }

  /**
   * The envelope as it came, outside of any frame.
   *
   * @return a copy of header and body
   */
  public byte[] envelope() {
    return envelope.clone();
  }

  @Override
  public String toString() {
    return connection + " stream " + streamId() + ": " + (text == null ? message() : text);
  }
}
