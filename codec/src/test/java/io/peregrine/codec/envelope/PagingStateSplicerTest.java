package io.peregrine.codec.envelope;

import static io.peregrine.codec.WireBytes.hex;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.RequestTooLargeException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PagingStateSplicerTest {
  private static final byte[] TEXT = "SELECT * FROM t".getBytes(UTF_8);
  private static final byte[] STATE = hex("0102030405060708");
  private static final int ALL_OPTIONS = 1 << 10;

  @ParameterizedTest
  @MethodSource("versionsAndKinds")
  void splicedRequestIsTheOneThatWasEncodedWithTheState(ProtocolVersion version, boolean isQuery) {
    for (int options = 0; options < ALL_OPTIONS; options++) {
      for (byte[] old : new byte[][] {null, {}, hex("ff"), hex("00112233445566778899aabbccdd")}) {
        byte[] request = request(version, isQuery, options, old);
        byte[] expected = request(version, isQuery, options, STATE);
        assertThat(splice(request, STATE)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("versionsAndKinds")
  void truncatedRequestIsRefused(ProtocolVersion version, boolean isQuery) {
    byte[] request = request(version, isQuery, ALL_OPTIONS - 1 - 64, STATE);
    for (int length = 0; length < request.length; length++) {
      byte[] cut = Arrays.copyOf(request, length);
      assertThatThrownBy(() -> splice(cut, STATE)).isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void bodyThatEndsTooEarlyIsRefused() {
    byte[] request = request(ProtocolVersion.V5, true, 3, STATE);
    // Up to the end of the paging state; what follows it is copied unseen.
    for (int length = 9; length < request.length; length++) {
      byte[] cut = Arrays.copyOf(request, length);
      UnsafeBuffer buffer = new UnsafeBuffer(cut);
      buffer.putInt(5, length - 9, java.nio.ByteOrder.BIG_ENDIAN);
      assertThatThrownBy(() -> splice(cut, STATE)).isInstanceOf(MalformedMessageException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "84 00 0000 07 0000000b 00000001 41 000a 00 00000000",
    "02 00 0000 07 00000008 00000001 41 000a 00",
    "07 00 0000 07 0000000b 00000001 41 000a 00000000",
    "40 00 0000 07 0000000b 00000001 41 000a 00000000",
    "43 00 0000 07 0000000b 00000001 41 000a 00000000",
    "04 01 0000 07 00000008 00000001 41 000a 00",
    "04 00 0000 09 00000005 00000001 41",
    "04 00 0000 0d 00000006 00 0000 000a 00",
    "04 00 0000 05 00000000"
  })
  void whatHasNoPagesIsRefused(String request) {
    assertThatThrownBy(() -> splice(hex(request), STATE)).isInstanceOf(DriverException.class);
  }

  @Test
  void requestThatGetsTooLargeIsRefused() {
    byte[] request = request(ProtocolVersion.V4, true, 0, null);
    byte[] huge = new byte[EnvelopeHeaderFlyweight.MAX_BODY_LENGTH];
    UnsafeBuffer buffer = new UnsafeBuffer(request);
    assertThatThrownBy(() -> PagingStateSplicer.splicedLength(buffer, 0, request.length, huge))
        .isInstanceOf(RequestTooLargeException.class);
  }

  private static Stream<Arguments> versionsAndKinds() {
    return Arrays.stream(ProtocolVersion.values())
        .flatMap(version -> Stream.of(Arguments.of(version, true), Arguments.of(version, false)));
  }

  private static byte[] splice(byte[] request, byte[] state) {
    UnsafeBuffer source = new UnsafeBuffer(new byte[request.length + 5]);
    source.putBytes(5, request);
    int length = PagingStateSplicer.splicedLength(source, 5, request.length, state);
    UnsafeBuffer target = new UnsafeBuffer(new byte[length + 3]);
    assertThat(PagingStateSplicer.splice(source, 5, request.length, state, target, 3))
        .isEqualTo(length);
    byte[] spliced = new byte[length];
    target.getBytes(3, spliced);
    return spliced;
  }

  private static byte[] request(
      ProtocolVersion version, boolean isQuery, int options, byte @Nullable [] state) {
    QueryParameters parameters = new QueryParameters().pagingState(state);
    if ((options & 1) != 0) {
      String unset = version.hasUnset() ? "fffffffe" : "ffffffff";
      UnsafeBuffer values = new UnsafeBuffer(hex("00000002 0102 ffffffff" + unset + "00000000"));
      parameters.values(values, 0, values.capacity(), 4);
    }
    if ((options & 2) != 0) {
      parameters.pageSize(5000);
    }
    if ((options & 4) != 0) {
      parameters.serialConsistency(ConsistencyLevel.SERIAL);
    }
    if ((options & 8) != 0) {
      parameters.timestamp(-1);
    }
    if ((options & 16) != 0) {
      parameters.skipMetadata(true);
    }
    if ((options & 32) != 0) {
      parameters.tracing(true);
    }
    if ((options & 64) != 0) {
      UnsafeBuffer values = new UnsafeBuffer(hex("0001 61 00000002 0102 0000 ffffffff"));
      parameters.values(values, 0, values.capacity(), 2).namedValues(true);
    }
    if ((options & 128) != 0 && version.hasRequestKeyspace()) {
      parameters.keyspace(TEXT);
    }
    if ((options & 128) != 0 && version.hasNowInSeconds()) {
      parameters.nowInSeconds(1);
    }
    if ((options & 256) != 0 && version.hasContinuousPaging()) {
      parameters.continuousPaging(5, 2, version.hasNextPages() ? 4 : 0).pageSizeInBytes(true);
    }
    if ((options & 512) != 0 && version.hasCustomPayload()) {
      UnsafeBuffer payload = new UnsafeBuffer(hex("0002 0001 61 00000002 0102 0001 62 ffffffff"));
      parameters.customPayload(CustomPayload.over(payload, 0, payload.capacity()));
    }
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
    int length =
        isQuery
            ? QueryEncoder.encode(version, TEXT, parameters, buffer, 0)
            : ExecuteEncoder.encode(version, hex("aabb"), hex("cc"), parameters, buffer, 0);
    EnvelopeHeaderFlyweight.putStreamId(buffer, 0, 0x1234);
    byte[] request = new byte[length];
    buffer.getBytes(0, request);
    return request;
  }
}
