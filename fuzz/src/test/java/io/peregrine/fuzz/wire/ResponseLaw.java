package io.peregrine.fuzz.wire;

import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.response.AuthChallenge;
import com.datastax.oss.protocol.internal.response.AuthSuccess;
import com.datastax.oss.protocol.internal.response.Authenticate;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.Event;
import com.datastax.oss.protocol.internal.response.Ready;
import com.datastax.oss.protocol.internal.response.Result;
import com.datastax.oss.protocol.internal.response.Supported;
import com.datastax.oss.protocol.internal.response.event.SchemaChangeEvent;
import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import com.datastax.oss.protocol.internal.response.event.TopologyChangeEvent;
import com.datastax.oss.protocol.internal.response.result.Prepared;
import com.datastax.oss.protocol.internal.response.result.Rows;
import com.datastax.oss.protocol.internal.response.result.SchemaChange;
import com.datastax.oss.protocol.internal.response.result.SetKeyspace;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.BodyReader;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.AuthTokenDecoder;
import io.peregrine.codec.envelope.AuthenticateDecoder;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.EventDecoder;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.envelope.SchemaChangeDecoder;
import io.peregrine.codec.envelope.SupportedDecoder;
import io.peregrine.testkit.server.Peer;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Law: what the independent codec encodes as a server, our decoders read as the same message.
 * Stateless.
 */
final class ResponseLaw {
  private ResponseLaw() {}

  /** Generates a response from the input and checks it; says what it was. */
  static String check(byte[] input) {
    ResponseChoices response = ResponseChoices.of(new Choices(input));
    Frame frame = response.frame();
    ProtocolVersion version = response.version();
    byte[] envelope = Peer.encodeResponse(frame);

    UnsafeBuffer buffer = new UnsafeBuffer(envelope);
    EnvelopeHeaderFlyweight header = new EnvelopeHeaderFlyweight().wrap(buffer, 0);
    header.checkResponse(version);
    Law.equal("stream id", frame.streamId, header.streamId());
    int bodyLength = EnvelopeHeaderFlyweight.checkedBodyLength(buffer, 0, envelope.length);
    Law.equal("body length", envelope.length - EnvelopeHeaderFlyweight.HEADER_LENGTH, bodyLength);

    BodyReader body =
        new BodyReader().wrap(buffer, EnvelopeHeaderFlyweight.HEADER_LENGTH, bodyLength);
    checkPrefix(frame, new ResponsePrefix().wrap(header.flags(), body));
    String outcome = checkMessage(response, header.opcode(), body);
    return version + " " + outcome;
  }

  private static void checkPrefix(Frame frame, ResponsePrefix prefix) {
    Law.equal("tracing id", frame.tracingId, prefix.tracingId());
    Law.equal("warnings", frame.warnings, prefix.warnings());
    Law.equal("has warnings", !frame.warnings.isEmpty(), prefix.hasWarnings());
    Law.equal("custom payload", frame.customPayload, prefix.customPayload());
  }

  private static String checkMessage(ResponseChoices response, int opcode, BodyReader body) {
    Message message = response.frame().message;
    if (message instanceof Result) {
      Law.equal("opcode", Opcode.RESULT, opcode);
      return checkResult(response, body);
    }
    if (message instanceof Ready) {
      Law.equal("opcode", Opcode.READY, opcode);
    } else if (message instanceof Authenticate authenticate) {
      Law.equal("opcode", Opcode.AUTHENTICATE, opcode);
      Law.equal("authenticator", authenticate.authenticator, AuthenticateDecoder.decode(body));
    } else if (message instanceof AuthChallenge challenge) {
      Law.equal("opcode", Opcode.AUTH_CHALLENGE, opcode);
      checkToken(challenge.token, body);
    } else if (message instanceof AuthSuccess success) {
      Law.equal("opcode", Opcode.AUTH_SUCCESS, opcode);
      checkToken(success.token, body);
    } else if (message instanceof Supported supported) {
      Law.equal("opcode", Opcode.SUPPORTED, opcode);
      Law.equal("options", supported.options, SupportedDecoder.decode(body));
    } else if (message instanceof Error error) {
      Law.equal("opcode", Opcode.ERROR, opcode);
      ErrorLaw.check(error, response.version(), new ErrorDecoder().wrap(response.version(), body));
      Law.equal("bytes left", 0, body.remaining());
      return "ERROR 0x" + Integer.toHexString(error.code);
    } else {
      Law.equal("opcode", Opcode.EVENT, opcode);
      return "EVENT " + checkEvent((Event) message, EventDecoder.decode(body));
    }
    Law.equal("bytes left", 0, body.remaining());
    return Opcode.name(opcode);
  }

  private static void checkToken(@Nullable ByteBuffer expected, BodyReader body) {
    Law.equalBytes("token", bytes(expected), AuthTokenDecoder.decode(body));
  }

  static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static String checkEvent(Event sent, io.peregrine.codec.envelope.Event read) {
    if (sent instanceof SchemaChangeEvent schema) {
      io.peregrine.codec.envelope.Event.SchemaChanged changed =
          (io.peregrine.codec.envelope.Event.SchemaChanged) read;
      checkSchemaChange(
          new SchemaChange(
              schema.changeType, schema.target, schema.keyspace, schema.object, schema.arguments),
          changed.change());
      return schema.changeType + " " + schema.target;
    }
    if (read instanceof io.peregrine.codec.envelope.Event.Unknown unknown) {
      String word = sent.type;
      if (sent instanceof TopologyChangeEvent topology) {
        word += " " + topology.changeType;
        Law.equal("unknown change", "EATEN_NODE", topology.changeType);
      } else if (sent instanceof StatusChangeEvent status) {
        word += " " + status.changeType;
        Law.equal("unknown change", "SIDEWAYS", status.changeType);
      }
      Law.equal("unknown event", word, unknown.type());
      return word;
    }
    if (sent instanceof TopologyChangeEvent topology) {
      io.peregrine.codec.envelope.Event.TopologyChange change =
          (io.peregrine.codec.envelope.Event.TopologyChange) read;
      Law.equal("topology change", topology.changeType, change.change().name());
      Law.equal("address", topology.address, change.address());
      return topology.changeType;
    }
    StatusChangeEvent status = (StatusChangeEvent) sent;
    io.peregrine.codec.envelope.Event.StatusChange change =
        (io.peregrine.codec.envelope.Event.StatusChange) read;
    Law.equal("status change", status.changeType, change.change().name());
    Law.equal("address", status.address, change.address());
    return status.changeType;
  }

  private static void checkSchemaChange(
      SchemaChange sent, io.peregrine.codec.envelope.SchemaChange read) {
    Law.equal("change", sent.changeType, read.change().name());
    Law.equal("target", sent.target, read.target().name());
    Law.equal("keyspace", sent.keyspace, read.keyspace());
    Law.equal("name", sent.object, read.name());
    Law.equal("argument types", sent.arguments, read.argumentTypes());
  }

  private static String checkResult(ResponseChoices response, BodyReader body) {
    Message message = response.frame().message;
    int kind = body.readInt("kind");
    if (message instanceof Rows rows) {
      Law.equal("kind", ResultKind.ROWS, kind);
      RowsLaw.check(response, rows, body);
      return "ROWS";
    }
    if (message instanceof Prepared prepared) {
      Law.equal("kind", ResultKind.PREPARED, kind);
      RowsLaw.checkPrepared(response, prepared, body);
    } else if (message instanceof SetKeyspace use) {
      Law.equal("kind", ResultKind.SET_KEYSPACE, kind);
      Law.equal("keyspace", use.keyspace, body.readString("keyspace"));
    } else if (message instanceof SchemaChange change) {
      Law.equal("kind", ResultKind.SCHEMA_CHANGE, kind);
      checkSchemaChange(change, SchemaChangeDecoder.decode(body));
    } else {
      Law.equal("message", Void.INSTANCE, message);
      Law.equal("kind", ResultKind.VOID, kind);
    }
    Law.equal("bytes left", 0, body.remaining());
    return ResultKind.name(kind);
  }
}
