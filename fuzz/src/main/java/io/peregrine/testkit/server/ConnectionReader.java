package io.peregrine.testkit.server;

import com.datastax.dse.protocol.internal.request.Revise;
import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Prepare;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.request.Register;
import com.datastax.oss.protocol.internal.request.Startup;
import com.datastax.oss.protocol.internal.response.Error;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of one connection, holds them against the specification and hands them to the
 * scripts. Runs on the connection's own thread.
 */
final class ConnectionReader implements Runnable {
  private static final int OPCODE_REVISE_REQUEST = 0xFF;

  private final ServerConnection connection;
  private final ScriptedServer server;
  private final RequestReader reader;

  ConnectionReader(ServerConnection connection, ScriptedServer server) {
    this.connection = connection;
    this.server = server;
    this.reader =
        new RequestReader(
            new BufferedInputStream(connection.in()),
            connection::isFramed,
            connection::compression);
  }

  @Override
  public void run() {
    try {
      for (byte[] envelope = reader.next(); envelope != null; envelope = reader.next()) {
        connection.in().pass();
        handle(envelope);
      }
    } catch (ClientViolationException e) {
      violation(e.getMessage());
    } catch (IOException e) {
      // The client, or the test, ended the connection; the log says so below.
    } finally {
      connection.close();
    }
  }

  private void handle(byte[] envelope) throws ClientViolationException {
    ByteBuffer header = ByteBuffer.wrap(envelope);
    int version = header.get(0) & ~Wire.DIRECTION_BIT & 0xFF;
    int streamId = header.getShort(2);
    if ((header.get(0) & Wire.DIRECTION_BIT) != 0) {
      throw new ClientViolationException(
          "direction bit of a response, or no envelope where one must begin: 0x"
              + Integer.toHexString(header.get(0) & 0xFF));
    }
    if (!server.answers().speaks(version)) {
      Error error = server.answers().unsupportedVersion(version);
      connection.send(
          Wire.encodeResponse(server.answers().highestVersion(), streamId, error), error);
      return;
    }
    if (!connection.speaks(version)) {
      violation("a request of v" + version + " after one of v" + connection.version());
    }
    if (streamId < 0) {
      violation("negative stream id " + streamId);
    } else if (!connection.occupyStream(streamId)) {
      violation("stream id " + streamId + " is in use already");
    }
    if (isCompressed(envelope)) {
      checkMayBeCompressed(version, header.get(Wire.OPCODE_OFFSET));
    }
    Frame frame = decode(envelope, version, streamId);
    if (frame != null && isInOrder(frame)) {
      dispatch(frame, envelope);
    }
  }

  private void checkMayBeCompressed(int version, int opcode) {
    if (Wire.hasFrames(version)) {
      violation("a compressed envelope in v" + version + ", which compresses frames");
    } else if (connection.compression() == WireCompression.NONE) {
      violation("a compressed envelope, but no compression was agreed upon");
    } else if (opcode == Opcode.STARTUP || opcode == Opcode.OPTIONS) {
      violation("a compressed envelope with opcode " + opcode + ", which may not be compressed");
    }
  }

  private @Nullable Frame decode(byte[] envelope, int version, int streamId) {
    int opcode = envelope[Wire.OPCODE_OFFSET] & 0xFF;
    try {
      WireBuffer buffer = WireBuffer.of(whole(envelope, version));
      Frame frame =
          opcode == OPCODE_REVISE_REQUEST
              ? decodeRevise(buffer, version, streamId)
              : Wire.SERVER.decode(buffer);
      if (buffer.readable() > 0) {
        violation(buffer.readable() + " bytes after the end of " + frame.message);
      }
      return frame;
    } catch (RuntimeException e) {
      refuse(version, streamId, "a request with opcode " + opcode + " that cannot be read: " + e);
      return null;
    }
  }

  private byte[] whole(byte[] envelope, int version) {
    return isCompressed(envelope) && !Wire.hasFrames(version)
        ? connection.compression().decompress(envelope)
        : envelope;
  }

  private static boolean isCompressed(byte[] envelope) {
    return (envelope[Wire.FLAGS_OFFSET] & Wire.FLAG_COMPRESSED) != 0;
  }

  /** The codec registry takes the opcode 0xFF for a negative number. */
  private static Frame decodeRevise(WireBuffer buffer, int version, int streamId) {
    buffer.take(Wire.ENVELOPE_HEADER_LENGTH);
    Message revise = new Revise.Codec(version).decode(buffer, Wire.PRIMITIVES);
    return Frame.forRequest(version, streamId, false, Map.of(), revise);
  }

  private boolean isInOrder(Frame frame) {
    int opcode = frame.message.opcode;
    if (opcode == Opcode.STARTUP) {
      if (!connection.start()) {
        refuse(frame.protocolVersion, frame.streamId, "STARTUP a second time");
        return false;
      }
      connection.compressWith(server.answers().compressionOf((Startup) frame.message));
    } else if (!connection.isReady()
        && opcode != Opcode.OPTIONS
        && opcode != Opcode.AUTH_RESPONSE) {
      refuse(frame.protocolVersion, frame.streamId, frame.message + " before READY");
      return false;
    }
    return true;
  }

  private void dispatch(Frame frame, byte[] envelope) {
    if (frame.message instanceof Register register) {
      connection.register(List.copyOf(register.eventTypes));
    }
    Request request = new Request(connection, frame, textOf(frame.message), envelope);
    server.observed().record(request);
    server.dispatch(new Exchange(request, server));
  }

  private @Nullable String textOf(Message message) {
    if (message instanceof Query query) {
      return query.query;
    }
    if (message instanceof Prepare prepare) {
      return prepare.cqlQuery;
    }
    return message instanceof Execute execute ? server.preparedText(execute.queryId) : null;
  }

  private void refuse(int version, int streamId, String why) {
    violation(why);
    connection.releaseStream(Math.max(0, streamId));
    Error error = new Error(ErrorCode.PROTOCOL_ERROR, why);
    connection.send(connection.encode(version, streamId, error), error);
  }

  private void violation(@Nullable String what) {
    server.observed().violation(connection + ": " + what);
  }
}
