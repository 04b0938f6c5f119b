package io.peregrine.codec.envelope;

import static io.peregrine.codec.WireBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WireBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.EnumSource;

class MalformedEnvelopesTest {
  private static final List<Consumer<BodyReader>> DECODERS =
      List.of(
          body -> new ResponsePrefix().wrap(0xFF, body),
          body -> readErrorWhole(ProtocolVersion.V4, body),
          body -> readErrorWhole(ProtocolVersion.V5, body),
          body -> readErrorWhole(ProtocolVersion.DSE_V1, body),
          SupportedDecoder::decode,
          AuthenticateDecoder::decode,
          AuthTokenDecoder::decode,
          SchemaChangeDecoder::decode,
          EventDecoder::decode);

  @ParameterizedTest
  @CsvFileSource(
      resources = "/io/peregrine/codec/malformed-envelopes.csv",
      delimiter = ';',
      numLinesToSkip = 1)
  void crashersOfOtherDriversAreRefused(String refusedBy, String envelope) {
    UnsafeBuffer buffer = new UnsafeBuffer(hex(envelope));
    EnvelopeHeaderFlyweight header = new EnvelopeHeaderFlyweight().wrap(buffer, 0);
    if (refusedBy.equals("header")) {
      for (ProtocolVersion version : List.of(ProtocolVersion.V4, ProtocolVersion.V5)) {
        assertThatThrownBy(() -> header.checkResponse(version))
            .isInstanceOf(MalformedMessageException.class);
      }
    } else {
      header.checkResponse(ProtocolVersion.V5);
    }
    for (Consumer<BodyReader> decoder : DECODERS) {
      decodeOrRefuse(decoder, bodyOf(buffer));
    }
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void anyBytesAreDecodedOrRefused(ProtocolVersion version) {
    Random random = new Random(version.code());
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] body = new byte[random.nextInt(60)];
      for (int j = 0; j < body.length; j++) {
        // Small numbers get deeper than arbitrary ones.
        body[j] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(4));
      }
      for (Consumer<BodyReader> decoder : DECODERS) {
        refused += decodeOrRefuse(decoder, body);
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  @Test
  void anyDamageToAValidBodyIsDecodedOrRefused() {
    Random random = new Random(11);
    for (byte[] valid : validBodies()) {
      for (Consumer<BodyReader> decoder : DECODERS) {
        for (int i = 0; i < 2_000; i++) {
          byte[] damaged = java.util.Arrays.copyOf(valid, 1 + random.nextInt(valid.length));
          for (int flips = random.nextInt(4); flips >= 0; flips--) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
          }
          decodeOrRefuse(decoder, damaged);
        }
      }
    }
  }

  @Test
  void countsFromTheWireAreNeverAllocatedBy() {
    // Each claims 65,535 or 2^31 - 1 items and has none.
    for (String body :
        List.of(
            "ffff",
            "7fffffff",
            "00001300 0000 0001 00000001 00000001 7fffffff",
            "00001400 0000 0000 0000 ffff",
            "0007 43524541544544 0008 46554e4354494f4e 0000 0000 ffff")) {
      for (Consumer<BodyReader> decoder : DECODERS) {
        decodeOrRefuse(decoder, hex(body));
      }
    }
    assertThatThrownBy(() -> SupportedDecoder.decode(WireBytes.reader(hex("ffff"))))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(
            () ->
                new ErrorDecoder()
                    .wrap(
                        ProtocolVersion.V5,
                        WireBytes.reader(hex("00001300 0000 0001 00000001 00000001 7fffffff"))))
        .isInstanceOf(MalformedMessageException.class);
  }

  /** Anything but a DriverException fails the test; 1 if the body was refused. */
  private static int decodeOrRefuse(Consumer<BodyReader> decoder, byte[] body) {
    try {
      decoder.accept(WireBytes.reader(body));
      return 0;
    } catch (DriverException expected) {
      return 1;
    }
  }

  private static void readErrorWhole(ProtocolVersion version, BodyReader body) {
    ErrorDecoder error = new ErrorDecoder().wrap(version, body);
    error.message();
    for (Runnable getter :
        List.<Runnable>of(
            error::consistency,
            error::reasonMap,
            error::keyspace,
            error::table,
            error::functionName,
            error::argumentTypes,
            error::unpreparedId,
            error::executionId)) {
      try {
        getter.run();
      } catch (IllegalStateException notOfThisCode) {
        assertThat(notOfThisCode).hasMessageContaining("does not have");
      }
    }
  }

  private static byte[] bodyOf(UnsafeBuffer envelope) {
    byte[] body = new byte[envelope.capacity() - EnvelopeHeaderFlyweight.HEADER_LENGTH];
    envelope.getBytes(EnvelopeHeaderFlyweight.HEADER_LENGTH, body);
    return body;
  }

  private static List<byte[]> validBodies() {
    List<byte[]> bodies = new ArrayList<>();
    bodies.add(hex("00001300 0001 61 0006 00000001 00000002 00000001 04 0a000001 0001 01"));
    bodies.add(hex("00001400 0001 61 0002 6b73 0001 66 0002 0003 696e74 0003 696e74"));
    bodies.add(hex("00002500 0000 0004 01020304"));
    bodies.add(new WireBytes().putShort(1).putString("a").putShort(1).putString("b").toArray());
    bodies.add(
        new WireBytes()
            .putString("STATUS_CHANGE")
            .putString("UP")
            .putHex("04 7f000001 00002352")
            .toArray());
    bodies.add(
        new WireBytes()
            .putString("SCHEMA_CHANGE")
            .putString("CREATED")
            .putString("FUNCTION")
            .putString("ks")
            .putString("f")
            .putShort(1)
            .putString("int")
            .toArray());
    return bodies;
  }
}
