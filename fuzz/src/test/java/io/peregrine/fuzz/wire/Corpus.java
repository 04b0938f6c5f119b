package io.peregrine.fuzz.wire;

import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.response.result.ColumnSpec;
import com.datastax.oss.protocol.internal.response.result.DefaultRows;
import com.datastax.oss.protocol.internal.response.result.RowsMetadata;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.testkit.server.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where inputs come from: bytes of chance, messages that the independent codec writes, answers that
 * a real Cassandra gave, and damaged ones of both. Stateless but for the random source.
 */
final class Corpus {
  private static final int MAX_RANDOM_LENGTH = 1024;
  private static final int MAX_CHOICES = 600;
  private static final int MAX_DRAWS = 60;
  private static final int UUID_LENGTH = 16;

  /** Envelopes of a real Cassandra, back to back. */
  private static final String RECORDED = "recorded-responses.bin";

  private static final List<byte[]> REAL = recorded();

  private static final String[] CLASS_NAME_PARTS = {
    "(",
    ")",
    ",",
    ":",
    " ",
    "org.apache.cassandra.db.marshal.",
    "FrozenType",
    "ReversedType",
    "ListType",
    "SetType",
    "MapType",
    "TupleType",
    "UserType",
    "VectorType",
    "Int32Type",
    "UTF8Type",
    "6e616d65",
    "12",
    "-1",
    "2147483647",
    "com.example.Type",
    "é",
    "CompositeType"
  };

  private Corpus() {}

  private static List<byte[]> recorded() {
    try (InputStream in = Corpus.class.getResourceAsStream("/" + RECORDED)) {
      if (in == null) {
        throw new IllegalStateException(RECORDED + " is not there");
      }
      byte[] all = in.readAllBytes();
      try (StreamReader reader = new StreamReader(false)) {
        reader.feed(all);
        return List.copyOf(reader.envelopes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An input for the target: of chance, valid, or damaged. */
  static byte[] input(FuzzTarget target, SplittableRandom random) {
    if (target.kind() == FuzzTarget.Kind.LAW) {
      return Mutation.random(random, MAX_CHOICES);
    }
    return switch (random.nextInt(8)) {
      case 0, 1 -> Mutation.random(random, MAX_RANDOM_LENGTH);
      case 2, 3 -> valid(target, random);
      default -> Mutation.of(random, valid(target, random), valid(target, random));
    };
  }

  /** What the target can read. */
  static byte[] valid(FuzzTarget target, SplittableRandom random) {
    return switch (target.name()) {
      case "response" -> response("response", random);
      case "stream" -> stream(random);
      case "splice" -> request(random);
      case "value" -> value(random);
      case "type" -> type(random);
      case "class-name" -> className(random);
      case "decompress" -> CompressionLaws.compressedInput(random);
      case "prefix" -> prefix(random);
      default -> message(target.name(), random);
    };
  }

  private static Choices choices(SplittableRandom random) {
    return new Choices(Mutation.random(random, MAX_CHOICES));
  }

  private static byte[] response(String target, SplittableRandom random) {
    if (random.nextInt(3) == 0) {
      return REAL.get(random.nextInt(REAL.size()));
    }
    Choices choices = choices(random);
    ProtocolVersion version = Features.version(choices);
    int kind = ResponseChoices.kindOf(target, choices);
    return Peer.encodeResponse(ResponseChoices.of(choices, version, kind).frame());
  }

  private static byte[] selected(int version, int way, byte[] bytes, int from) {
    byte[] input = new byte[Decoders.SELECTORS + bytes.length - from];
    input[0] = (byte) version;
    input[1] = (byte) way;
    System.arraycopy(bytes, from, input, Decoders.SELECTORS, bytes.length - from);
    return input;
  }

  /** The body of a response that the target's decoder is for, if one comes soon. */
  private static byte[] message(String name, SplittableRandom random) {
    for (int i = 0; i < MAX_DRAWS; i++) {
      byte[] envelope = response(name, random);
      int from = messageOffset(envelope, name);
      if (from >= 0) {
        return selected(ordinal(envelope), random.nextInt(256), envelope, from);
      }
    }
    return Mutation.random(random, MAX_RANDOM_LENGTH);
  }

  private static int ordinal(byte[] envelope) {
    ProtocolVersion version =
        ProtocolVersion.ofCode(EnvelopeHeaderFlyweight.version(new UnsafeBuffer(envelope), 0));
    return version == null ? 0 : version.ordinal();
  }

  private static int messageOffset(byte[] envelope, String name) {
    UnsafeBuffer buffer = new UnsafeBuffer(envelope);
    int at = EnvelopeHeaderFlyweight.HEADER_LENGTH;
    int flags = EnvelopeHeaderFlyweight.flags(buffer, 0);
    if ((flags & EnvelopeHeaderFlyweight.TRACING) != 0) {
      at += UUID_LENGTH;
    }
    if ((flags & (EnvelopeHeaderFlyweight.WARNING | EnvelopeHeaderFlyweight.CUSTOM_PAYLOAD)) != 0) {
      return -1;
    }
    int opcode = EnvelopeHeaderFlyweight.opcode(buffer, 0);
    if (opcode == Opcode.RESULT) {
      int kind = ByteBuffer.wrap(envelope).getInt(at);
      boolean wanted =
          kind == ResultKind.ROWS && name.equals("rows")
              || kind == ResultKind.PREPARED && name.equals("prepared")
              || kind == ResultKind.SCHEMA_CHANGE && name.equals("schema-change");
      return wanted ? at + 4 : -1;
    }
    String decoder =
        switch (opcode) {
          case Opcode.ERROR -> "error";
          case Opcode.EVENT -> "event";
          case Opcode.SUPPORTED -> "supported";
          case Opcode.AUTHENTICATE, Opcode.AUTH_CHALLENGE, Opcode.AUTH_SUCCESS -> "auth";
          default -> "";
        };
    return decoder.equals(name) ? at : -1;
  }

  private static byte[] prefix(SplittableRandom random) {
    byte[] envelope = response("prefix", random);
    int flags = EnvelopeHeaderFlyweight.flags(new UnsafeBuffer(envelope), 0);
    return selected(ordinal(envelope), flags, envelope, EnvelopeHeaderFlyweight.HEADER_LENGTH);
  }

  private static byte[] stream(SplittableRandom random) {
    ProtocolVersion[] versions = ProtocolVersion.values();
    ProtocolVersion version = versions[random.nextInt(versions.length)];
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = random.nextInt(4); i >= 0; i--) {
      byte[] envelope = Peer.encodeResponse(ResponseChoices.of(choices(random), version).frame());
      if (Features.isFramed(version)) {
        Peer.frames(envelope, 1 + random.nextInt(2 * envelope.length)).forEach(out::writeBytes);
      } else {
        out.writeBytes(envelope);
      }
    }
    return selected(version.ordinal(), random.nextInt(256), out.toByteArray(), 0);
  }

  private static byte[] request(SplittableRandom random) {
    Choices choices = choices(random);
    ProtocolVersion version = Features.version(choices);
    ParameterChoices parameters = ParameterChoices.of(choices, version, true);
    byte[] envelope =
        random.nextBoolean()
            ? RequestLaw.queryEnvelope(version, choices.text(), parameters.parameters())
            : RequestLaw.executeEnvelope(
                version, choices.blob(20), choices.blob(20), parameters.parameters());
    return selected(version.ordinal(), random.nextInt(256), envelope, 0);
  }

  private static byte[] value(SplittableRandom random) {
    byte[] head = new byte[MAX_CHOICES];
    random.nextBytes(head);
    Choices choices = new Choices(head);
    TypeChoices type = TypeChoices.of(choices, Features.version(choices));
    byte[] value = ValueChoices.cell(choices(random), type.type());
    byte @Nullable [] bytes = value;
    int used = choices.position();
    byte[] input = Arrays.copyOf(head, used + (bytes == null ? 0 : bytes.length));
    if (bytes != null) {
      System.arraycopy(bytes, 0, input, used, bytes.length);
    }
    return input;
  }

  /** The type stands in ROWS of one column, without names, before the number of rows. */
  private static byte[] type(SplittableRandom random) {
    Choices choices = choices(random);
    ProtocolVersion version = Features.version(choices);
    ColumnSpec column = new ColumnSpec("", "", "", 0, TypeChoices.of(choices, version).raw());
    RowsMetadata metadata = new RowsMetadata(List.of(column), null, null, null);
    byte[] envelope =
        Peer.encodeResponse(
            Frame.forResponse(
                version.code(),
                0,
                null,
                Map.of(),
                List.of(),
                new DefaultRows(metadata, new ArrayDeque<>())));
    int from = EnvelopeHeaderFlyweight.HEADER_LENGTH + 4 + 4 + 4 + 3 * 2;
    return selected(version.ordinal(), 0, Arrays.copyOf(envelope, envelope.length - 4), from);
  }

  private static byte[] className(SplittableRandom random) {
    if (random.nextInt(3) > 0) {
      Choices choices = choices(random);
      String name = ClassNames.of(TypeChoices.of(choices, ProtocolVersion.V5).type());
      return selected(0, 0, RequestLaw.utf8(name), 0);
    }
    StringBuilder name = new StringBuilder();
    if (random.nextInt(8) == 0) {
      String nested = CLASS_NAME_PARTS[6 + random.nextInt(8)] + "(";
      name.append(nested.repeat(random.nextInt(80)));
    }
    List<String> parts = new ArrayList<>();
    for (int i = random.nextInt(20); i >= 0; i--) {
      parts.add(CLASS_NAME_PARTS[random.nextInt(CLASS_NAME_PARTS.length)]);
    }
    parts.forEach(name::append);
    return selected(0, 0, RequestLaw.utf8(name.toString()), 0);
  }
}
