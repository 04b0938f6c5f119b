package io.peregrine.fuzz.wire;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DataType;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.AuthTokenDecoder;
import io.peregrine.codec.envelope.AuthenticateDecoder;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.EventDecoder;
import io.peregrine.codec.envelope.PagingStateSplicer;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.envelope.SchemaChangeDecoder;
import io.peregrine.codec.envelope.SupportedDecoder;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.DataTypeDecoder;
import io.peregrine.codec.row.PreparedDecoder;
import io.peregrine.codec.row.ValueReader;
import io.peregrine.codec.value.ValueDecoder;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Every decoder over bytes that may mean nothing: it reads them or refuses them. Stateless.
 *
 * <p>An input is one byte that chooses the version, one that chooses between ways to decode, and
 * then the bytes themselves, which end where the buffer ends.
 */
final class Decoders {
  static final int SELECTORS = 2;

  /** Some columns for rows that come without metadata. */
  private static final ColumnDefinitions KNOWN =
      ColumnDefinitions.of(
          new ColumnDefinitions.Column("ks", "t", "i", DataType.Primitive.INT),
          new ColumnDefinitions.Column("ks", "t", "s", DataType.Primitive.VARCHAR),
          new ColumnDefinitions.Column(
              "ks",
              "t",
              "m",
              new DataType.MapType(
                  DataType.Primitive.VARCHAR, new DataType.ListType(DataType.Primitive.UUID))));

  private Decoders() {}

  private static ProtocolVersion version(byte[] input) {
    ProtocolVersion[] versions = ProtocolVersion.values();
    return input.length == 0 ? versions[0] : versions[(input[0] & 0xFF) % versions.length];
  }

  private static int way(byte[] input) {
    return input.length < SELECTORS ? 0 : input[1] & 0xFF;
  }

  private static BodyReader body(byte[] input) {
    int from = Math.min(SELECTORS, input.length);
    return new BodyReader().wrap(new UnsafeBuffer(input), from, input.length - from);
  }

  static String error(byte[] input, Meter meter) {
    return error(version(input), body(input));
  }

  private static String error(ProtocolVersion version, BodyReader body) {
    ErrorDecoder error = new ErrorDecoder().wrap(version, body);
    error.message();
    error.buffer().boundsCheck(error.messageOffset(), error.messageLength());
    // A getter of what this error does not have says so; every other one answers.
    ifThere(error::consistency);
    ifThere(error::required);
    ifThere(error::alive);
    ifThere(error::received);
    ifThere(error::blockFor);
    ifThere(error::isDataPresent);
    ifThere(error::writeType);
    ifThere(error::contentions);
    ifThere(error::failureCount);
    ifThere(error::reasonMap);
    ifThere(error::keyspace);
    ifThere(error::table);
    ifThere(error::functionName);
    ifThere(error::argumentTypes);
    ifThere(error::unpreparedId);
    ifThere(error::executionId);
    boolean known = !ErrorCode.name(error.code()).startsWith("0x");
    return version + " ERROR " + (known ? ErrorCode.name(error.code()) : "of another code");
  }

  private static void ifThere(Supplier<Object> getter) {
    try {
      Objects.requireNonNull(getter.get());
    } catch (IllegalStateException e) {
      Law.holds(
          "a missing field is named", String.valueOf(e.getMessage()).contains("does not have"));
    }
  }

  static String event(byte[] input, Meter meter) {
    return "EVENT " + EventDecoder.decode(body(input)).getClass().getSimpleName();
  }

  static String schemaChange(byte[] input, Meter meter) {
    return "SCHEMA_CHANGE " + SchemaChangeDecoder.decode(body(input)).target();
  }

  static String supported(byte[] input, Meter meter) {
    return "SUPPORTED " + (SupportedDecoder.decode(body(input)).isEmpty() ? "nothing" : "options");
  }

  static String auth(byte[] input, Meter meter) {
    if ((way(input) & 1) == 0) {
      AuthenticateDecoder.decode(body(input));
      return "AUTHENTICATE";
    }
    return AuthTokenDecoder.decode(body(input)) == null ? "no token" : "a token";
  }

  static String prefix(byte[] input, Meter meter) {
    return prefix(way(input), body(input));
  }

  private static String prefix(int flags, BodyReader body) {
    int from = body.position();
    int whole = body.remaining();
    ResponsePrefix prefix = new ResponsePrefix().wrap(flags, body);
    Law.equal("what is left", whole, body.position() - from + body.remaining());
    prefix.tracingId();
    prefix.warnings();
    prefix.customPayload();
    return "prefix " + Integer.toBinaryString(flags & 0x0E);
  }

  static String prepared(byte[] input, Meter meter) {
    return prepared(version(input), body(input));
  }

  private static String prepared(ProtocolVersion version, BodyReader body) {
    int columns = PreparedDecoder.decode(version, body).variables().size();
    return version + " PREPARED " + (columns == 0 ? "without variables" : "with variables");
  }

  static String rows(byte[] input, Meter meter) {
    ColumnDefinitions known = (way(input) & 1) == 0 ? null : KNOWN;
    return RowsWalk.walk(version(input), body(input), known, meter);
  }

  /** Skipping a type and decoding it end at the same byte. */
  static String type(byte[] input, Meter meter) {
    BodyReader body = body(input);
    DataType type = DataTypeDecoder.decode(body);
    BodyReader again = body(input);
    DataTypeDecoder.skip(again);
    Law.equal("where the type ends", body.offset(), again.offset());
    Law.equal("the same type", type, DataTypeDecoder.decode(body(input)));
    return "type " + kind(type);
  }

  /** The bytes are the name of a custom type. */
  static String className(byte[] input, Meter meter) {
    byte[] name = Arrays.copyOfRange(input, Math.min(input.length, SELECTORS), input.length);
    int length = Math.min(0xFFFF, name.length);
    byte[] body = new byte[4 + length];
    body[2] = (byte) (length >> 8);
    body[3] = (byte) length;
    System.arraycopy(name, 0, body, 4, length);
    BodyReader reader = new BodyReader().wrap(new UnsafeBuffer(body), 0, body.length);
    DataType type = DataTypeDecoder.decode(reader);
    Law.equal("bytes left", 0, reader.remaining());
    return "class name of " + kind(type);
  }

  private static String kind(DataType type) {
    return type instanceof DataType.Primitive ? type.toString() : type.getClass().getSimpleName();
  }

  /** The first bytes choose a type, the others are its value. */
  static String value(byte[] input, Meter meter) {
    Choices choices = new Choices(input);
    DataType type = TypeChoices.of(choices, Features.version(choices)).type();
    byte[] value = choices.rest(input.length);
    UnsafeBuffer buffer = new UnsafeBuffer(value);
    ReaderWalk walk = new ReaderWalk(meter);
    walk.within(0, value.length);
    walk.walk(new ValueReader().wrap(buffer, 0, value.length, type), type);
    walk.walk(new ValueReader().wrap(buffer, 0, value.length, null), null);
    Object decoded = null;
    if (!walk.isTired()) {
      decoded = ValueDecoder.decode(type, buffer, 0, value.length);
    }
    return kind(type) + (decoded == null ? " null" : " value");
  }

  /** The bytes of a connection, in two pieces. */
  static String stream(byte[] input, Meter meter) {
    byte[] bytes = Arrays.copyOfRange(input, Math.min(input.length, SELECTORS), input.length);
    int cut = bytes.length * way(input) / 256;
    try (StreamReader reader = new StreamReader(Features.isFramed(version(input)))) {
      reader.feed(Arrays.copyOfRange(bytes, 0, cut));
      reader.feed(Arrays.copyOfRange(bytes, cut, bytes.length));
      // Each frame has 10 bytes at least, each envelope 9; what is cut is looked at twice.
      Law.atMost("steps", 4 + bytes.length / 4, reader.steps());
      int read = reader.envelopes().stream().mapToInt(envelope -> envelope.length).sum();
      Law.atMost("bytes of envelopes", bytes.length, read);
      return reader.envelopes().isEmpty() ? "no envelope yet" : "envelopes";
    }
  }

  static String splice(byte[] input, Meter meter) {
    int from = Math.min(input.length, SELECTORS);
    int length = input.length - from;
    byte[] state = new byte[way(input)];
    Arrays.fill(state, (byte) 0x33);
    UnsafeBuffer request = new UnsafeBuffer(input);
    int spliced = PagingStateSplicer.splicedLength(request, from, length, state);
    Law.atMost("spliced length", (long) length + 4 + state.length, spliced);
    byte[] target = new byte[spliced];
    UnsafeBuffer buffer = new UnsafeBuffer(target);
    Law.equal(
        "length", spliced, PagingStateSplicer.splice(request, from, length, state, buffer, 0));
    byte[] again = new byte[spliced];
    PagingStateSplicer.splice(buffer, 0, spliced, state, new UnsafeBuffer(again), 0);
    Law.equalBytes("the same state once more", target, again);
    return "spliced";
  }

  /** A whole envelope, decoded as its header says. */
  static String response(byte[] input, Meter meter) {
    UnsafeBuffer buffer = new UnsafeBuffer(input);
    if (input.length < EnvelopeHeaderFlyweight.HEADER_LENGTH) {
      return "too short";
    }
    EnvelopeHeaderFlyweight header = new EnvelopeHeaderFlyweight().wrap(buffer, 0);
    ProtocolVersion version = ProtocolVersion.ofCode(header.version());
    if (version == null) {
      return "another version";
    }
    header.checkResponse(version);
    int left = input.length - EnvelopeHeaderFlyweight.HEADER_LENGTH;
    int length = EnvelopeHeaderFlyweight.checkedBodyLength(buffer, 0, left);
    BodyReader body = new BodyReader().wrap(buffer, EnvelopeHeaderFlyweight.HEADER_LENGTH, length);
    prefix(header.flags(), body);
    return switch (header.opcode()) {
      case Opcode.ERROR -> error(version, body);
      case Opcode.AUTHENTICATE -> version + AuthenticateDecoder.decode(body).substring(0, 0);
      case Opcode.AUTH_CHALLENGE, Opcode.AUTH_SUCCESS -> token(version, body);
      case Opcode.SUPPORTED -> version + " SUPPORTED " + SupportedDecoder.decode(body).size();
      case Opcode.EVENT -> version + EventDecoder.decode(body).getClass().getSimpleName();
      case Opcode.RESULT -> result(version, body, meter);
      default -> version + " " + Opcode.name(header.opcode());
    };
  }

  private static String token(ProtocolVersion version, BodyReader body) {
    byte @Nullable [] token = AuthTokenDecoder.decode(body);
    return version + (token == null ? " no token" : " token");
  }

  private static String result(ProtocolVersion version, BodyReader body, Meter meter) {
    int kind = body.readInt("kind");
    return switch (kind) {
      case ResultKind.VOID -> version + " VOID";
      case ResultKind.ROWS -> RowsWalk.walk(version, body, null, meter);
      case ResultKind.SET_KEYSPACE -> version + body.readString("keyspace").substring(0, 0);
      case ResultKind.PREPARED -> prepared(version, body);
      case ResultKind.SCHEMA_CHANGE -> version + " " + SchemaChangeDecoder.decode(body).target();
      default -> throw new MalformedMessageException("kind", 0, kind + " is none");
    };
  }

  /** Whether what came out may come out of a decoder. */
  static boolean isRefusal(Throwable thrown) {
    return thrown instanceof DriverException;
  }
}
