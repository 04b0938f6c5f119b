package io.peregrine.codec.envelope;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.MalformedMessageException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Reads {@code [inet]} and {@code [inetaddr]} (v5 specification, section 3). Stateless; any thread
 * may use it. No name is ever looked up.
 */
final class InetNotation {
  private static final int IPV4_LENGTH = 4;
  private static final int IPV6_LENGTH = 16;
  private static final int MAX_PORT = 0xFFFF;

  private InetNotation() {}

  /** Steps over an {@code [inetaddr]}; returns where its bytes begin. */
  static int skip(BodyReader reader, String field) {
    return reader.skip(readLength(reader, field), field);
  }

  /** Reads an {@code [inetaddr]}. */
  static InetAddress read(BodyReader reader, String field) {
    byte[] bytes = new byte[readLength(reader, field)];
    reader.buffer().getBytes(reader.skip(bytes.length, field), bytes);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are always an address", e);
    }
  }

  /** Reads an {@code [inet]}: an address and a port. */
  static InetSocketAddress readWithPort(BodyReader reader, String field) {
    InetAddress address = read(reader, field);
    int port = reader.readInt(field);
    if (port < 0 || port > MAX_PORT) {
      throw new MalformedMessageException(
          field, reader.offset() - 4, "port " + port + " is not one of 0 to " + MAX_PORT);
    }
    return new InetSocketAddress(address, port);
  }

  private static int readLength(BodyReader reader, String field) {
    int length = reader.readByte(field);
    if (length != IPV4_LENGTH && length != IPV6_LENGTH) {
      throw new MalformedMessageException(
          field, reader.offset() - 1, "an address has 4 or 16 bytes, not " + length);
    }
    return length;
  }
}
