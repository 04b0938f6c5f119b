package io.peregrine.fuzz.wire;

import com.datastax.dse.protocol.internal.request.Revise;
import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.request.AuthResponse;
import com.datastax.oss.protocol.internal.request.Batch;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Options;
import com.datastax.oss.protocol.internal.request.Prepare;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.request.Register;
import com.datastax.oss.protocol.internal.request.Startup;
import io.peregrine.codec.BatchType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.AuthResponseEncoder;
import io.peregrine.codec.envelope.BatchEncoder;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ExecuteEncoder;
import io.peregrine.codec.envelope.OptionsEncoder;
import io.peregrine.codec.envelope.PrepareEncoder;
import io.peregrine.codec.envelope.QueryEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.envelope.RegisterEncoder;
import io.peregrine.codec.envelope.ReviseRequestEncoder;
import io.peregrine.codec.envelope.StartupEncoder;
import io.peregrine.testkit.server.Peer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Law: what our encoders write, the independent codec reads as the same message when it plays the
 * server; and they write as many bytes as they said before. Stateless.
 */
final class RequestLaw {
  /** Before the envelope, so that an encoder that ignores its offset is found. */
  private static final int MARGIN = 5;

  private static final byte POISON = 0x5A;

  private RequestLaw() {}

  /** Generates a request from the input and checks it; says what it was. */
  static String check(byte[] input) {
    Choices choices = new Choices(input);
    ProtocolVersion version = Features.version(choices);
    String name =
        switch (choices.below(9)) {
          case 0 -> simple(choices, version);
          case 1 -> startup(choices, version);
          case 2 -> prepare(choices, version);
          case 3, 4 -> query(choices, version);
          case 5, 6 -> execute(choices, version);
          default -> batch(choices, version);
        };
    return version + " " + name;
  }

  /** Encodes into a buffer of exactly the announced length. */
  interface Encoding {
    int into(UnsafeBuffer buffer, int offset);
  }

  static byte[] encode(int announced, Encoding encoding) {
    byte[] bytes = new byte[MARGIN + announced];
    java.util.Arrays.fill(bytes, POISON);
    int written = encoding.into(new UnsafeBuffer(bytes), MARGIN);
    Law.equal("written length", announced, written);
    for (int i = 0; i < MARGIN; i++) {
      Law.equal("byte before the envelope", POISON, bytes[i]);
    }
    return java.util.Arrays.copyOfRange(bytes, MARGIN, bytes.length);
  }

  private static Frame decode(ProtocolVersion version, byte[] envelope, ParameterChoices sent) {
    return decode(version, envelope, sent.tracing(), sent.payload());
  }

  private static Frame decode(ProtocolVersion version, byte[] envelope) {
    return decode(version, envelope, false, Map.of());
  }

  private static Frame decode(
      ProtocolVersion version, byte[] envelope, boolean tracing, Map<String, ByteBuffer> payload) {
    UnsafeBuffer buffer = new UnsafeBuffer(envelope);
    Law.holds("a request", !EnvelopeHeaderFlyweight.isResponse(buffer, 0));
    Frame frame = Peer.decodeRequest(envelope);
    Law.equal("version", version.code(), frame.protocolVersion);
    Law.equal("stream id", 0, frame.streamId);
    Law.equal("tracing", tracing, frame.tracing);
    Law.equal("beta", Features.isBeta(version), frame.beta);
    Law.equal("custom payload", payload, frame.customPayload);
    return frame;
  }

  private static String simple(Choices choices, ProtocolVersion version) {
    if (Features.isDse(version) && choices.yes()) {
      return revise(choices, version);
    }
    if (choices.yes()) {
      byte[] options =
          encode(OptionsEncoder.encodedLength(), (b, at) -> OptionsEncoder.encode(version, b, at));
      Law.holds("OPTIONS", decode(version, options).message instanceof Options);
      return "OPTIONS";
    }
    byte[] token = choices.rarely(4) ? null : choices.blob(60);
    byte[] envelope =
        encode(
            AuthResponseEncoder.encodedLength(token),
            (b, at) -> AuthResponseEncoder.encode(version, token, b, at));
    AuthResponse read = (AuthResponse) decode(version, envelope).message;
    Law.equalBytes("token", token, ResponseLaw.bytes(read.token));
    return "AUTH_RESPONSE";
  }

  private static String revise(Choices choices, ProtocolVersion version) {
    int target = choices.below(0x8000);
    boolean cancel = version == ProtocolVersion.DSE_V1 || choices.yes();
    int pages = Math.max(1, choices.count32());
    byte[] envelope =
        cancel
            ? encode(
                ReviseRequestEncoder.cancelLength(version),
                (b, at) -> ReviseRequestEncoder.encodeCancel(version, target, b, at))
            : encode(
                ReviseRequestEncoder.morePagesLength(version),
                (b, at) -> ReviseRequestEncoder.encodeMorePages(version, target, pages, b, at));
    Revise read = Peer.decodeRevise(envelope, version.code());
    Law.equal("type", cancel ? 1 : 2, read.revisionType);
    Law.equal("stream id", target, read.streamId);
    Law.equal("next pages", cancel ? -1 : pages, read.nextPages);
    return "REVISE_REQUEST";
  }

  private static String startup(Choices choices, ProtocolVersion version) {
    if (choices.yes()) {
      Map<String, String> options = choices.options(6);
      // The other codec puts it in where it is missing.
      options.put("CQL_VERSION", choices.text());
      byte[] envelope =
          encode(
              StartupEncoder.encodedLength(options),
              (b, at) -> StartupEncoder.encode(version, options, b, at));
      Law.equal("options", options, ((Startup) decode(version, envelope).message).options);
      return "STARTUP";
    }
    List<String> types = choices.texts(5);
    byte[] envelope =
        encode(
            RegisterEncoder.encodedLength(types),
            (b, at) -> RegisterEncoder.encode(version, types, b, at));
    Law.equal("types", types, ((Register) decode(version, envelope).message).eventTypes);
    return "REGISTER";
  }

  private static String prepare(Choices choices, ProtocolVersion version) {
    String query = choices.text();
    ParameterChoices sent = ParameterChoices.of(choices, version, true);
    QueryParameters parameters = sent.parameters();
    byte[] envelope =
        encode(
            PrepareEncoder.encodedLength(version, utf8(query), parameters),
            (b, at) -> PrepareEncoder.encode(version, utf8(query), parameters, b, at));
    Prepare read = (Prepare) decode(version, envelope, sent).message;
    Law.equal("query", query, read.cqlQuery);
    Law.equal("keyspace", sent.keyspace(), read.keyspace);
    return "PREPARE";
  }

  private static String query(Choices choices, ProtocolVersion version) {
    String query = choices.text();
    ParameterChoices sent = ParameterChoices.of(choices, version, true);
    byte[] envelope = queryEnvelope(version, query, sent.parameters());
    Query read = (Query) decode(version, envelope, sent).message;
    Law.equal("query", query, read.query);
    sent.check(read.options);
    sent.values().checkIn(envelope);
    return "QUERY";
  }

  static byte[] queryEnvelope(ProtocolVersion version, String query, QueryParameters parameters) {
    return encode(
        QueryEncoder.encodedLength(version, utf8(query), parameters),
        (b, at) -> QueryEncoder.encode(version, utf8(query), parameters, b, at));
  }

  private static String execute(Choices choices, ProtocolVersion version) {
    byte[] id = choices.blob(20);
    byte[] metadataId = choices.blob(20);
    ParameterChoices sent = ParameterChoices.of(choices, version, true);
    byte[] envelope = executeEnvelope(version, id, metadataId, sent.parameters());
    Execute read = (Execute) decode(version, envelope, sent).message;
    Law.equalBytes("id", id, read.queryId);
    if (Features.hasKeyspacePerRequest(version)) {
      Law.equalBytes("result metadata id", metadataId, read.resultMetadataId);
    }
    sent.check(read.options);
    sent.values().checkIn(envelope);
    return "EXECUTE";
  }

  static byte[] executeEnvelope(
      ProtocolVersion version, byte[] id, byte[] metadataId, QueryParameters parameters) {
    return encode(
        ExecuteEncoder.encodedLength(version, id, metadataId, parameters),
        (b, at) -> ExecuteEncoder.encode(version, id, metadataId, parameters, b, at));
  }

  private static String batch(Choices choices, ProtocolVersion version) {
    BatchType type = choices.of(BatchType.values());
    ParameterChoices tail = ParameterChoices.of(choices, version, false);
    List<Object> children = new ArrayList<>();
    List<List<ByteBuffer>> values = new ArrayList<>();
    List<CellRegion> regions = new ArrayList<>();
    long length = 0;
    for (int i = choices.below(6); i > 0; i--) {
      CellRegion region = CellRegion.of(choices, version, 4);
      Object child = choices.yes() ? choices.text() : choices.blob(20);
      children.add(child);
      values.add(region.cells());
      regions.add(region);
      length +=
          child instanceof String query
              ? BatchEncoder.queryLength(utf8(query), region.length())
              : BatchEncoder.preparedLength((byte[]) child, region.length());
    }
    QueryParameters parameters = tail.parameters();
    byte[] envelope =
        encode(
            BatchEncoder.encodedLength(version, length, parameters),
            (b, at) -> {
              BatchEncoder encoder = new BatchEncoder().begin(version, type, parameters, b, at);
              for (int i = 0; i < children.size(); i++) {
                put(encoder, children.get(i), regions.get(i));
              }
              return encoder.end();
            });
    Batch read = (Batch) decode(version, envelope, tail).message;
    Law.equal("type", type.code(), (int) read.type);
    Law.equal("children", children.size(), read.queriesOrIds.size());
    for (int i = 0; i < children.size(); i++) {
      if (children.get(i) instanceof byte[] id) {
        Law.equalBytes("id", id, (byte[]) read.queriesOrIds.get(i));
      } else {
        Law.equal("query", children.get(i), read.queriesOrIds.get(i));
      }
    }
    Law.equal("values", values, read.values);
    regions.forEach(region -> region.checkIn(envelope));
    tail.checkTail(
        read.consistency,
        read.serialConsistency,
        read.defaultTimestamp,
        read.keyspace,
        read.nowInSeconds);
    return "BATCH";
  }

  private static void put(BatchEncoder encoder, Object child, CellRegion region) {
    if (child instanceof String query) {
      encoder.putQuery(utf8(query), region.buffer(), 0, region.length(), region.cells().size());
    } else {
      encoder.putPrepared(
          (byte[]) child, region.buffer(), 0, region.length(), region.cells().size());
    }
  }

  static @Nullable String keyspace(Choices choices, ProtocolVersion version) {
    return Features.hasKeyspacePerRequest(version) && choices.rarely(3) ? choices.text() : null;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte @Nullable [] utf8OrNull(@Nullable String text) {
    return text == null ? null : utf8(text);
  }
}
