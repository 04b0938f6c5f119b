package io.peregrine.codec.envelope;

import static io.peregrine.codec.WireBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.RequestTooLargeException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CustomPayloadTest {
  @Test
  void entriesAreABytesMap() {
    ByteBuffer value = ByteBuffer.wrap(hex("ff 01 02 ff")).position(1).limit(3);
    Map<String, @Nullable ByteBuffer> entries = new LinkedHashMap<>();
    entries.put("a", value);
    entries.put("é", null);
    entries.put("", ByteBuffer.allocateDirect(0));
    CustomPayload payload = CustomPayload.of(entries);
    String expected = "0003 0001 61 00000002 0102 0002 c3a9 ffffffff 0000 00000000";
    assertThat(encoded(payload)).isEqualTo(expected.replace(" ", ""));
    assertThat(value.position()).isEqualTo(1);
    assertThat(value.limit()).isEqualTo(3);
    value.put(1, (byte) 9);
    assertThat(encoded(payload)).isEqualTo(expected.replace(" ", ""));
  }

  @Test
  void whatIsSentIsReadAgain() {
    Map<String, ByteBuffer> entries = Map.of("ProxyExecute", ByteBuffer.wrap(hex("75736572")));
    byte[] bytes = hex(encoded(CustomPayload.of(entries)));
    BodyReader body = new BodyReader().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    ResponsePrefix prefix = new ResponsePrefix().wrap(EnvelopeHeaderFlyweight.CUSTOM_PAYLOAD, body);
    assertThat(prefix.customPayload()).isEqualTo(entries);
  }

  @Test
  void encodedEntriesAreTakenAsTheyAre() {
    UnsafeBuffer buffer = new UnsafeBuffer(hex("ee 0001 0001 61 00000001 07 ee"));
    CustomPayload payload = CustomPayload.over(buffer, 1, 10);
    assertThat(payload.length()).isEqualTo(10);
    assertThat(encoded(payload)).isEqualTo("0001000161" + "0000000107");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "0001",
        "0001 0001 61",
        "0001 0001 61 00000001",
        "0001 0002 61",
        "0001 0001 61 7fffffff",
        "0000 00",
        "0001 0001 61 ffffffff 00"
      })
  void bytesThatAreNoMapAreRefused(String bytes) {
    UnsafeBuffer buffer = new UnsafeBuffer(hex(bytes));
    assertThatThrownBy(() -> CustomPayload.over(buffer, 0, buffer.capacity()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("custom payload");
  }

  @Test
  void whatAShortCannotCountIsRefused() {
    Map<String, ByteBuffer> many = new HashMap<>();
    for (int i = 0; i <= 0xFFFF; i++) {
      many.put(Integer.toString(i), ByteBuffer.allocate(0));
    }
    assertThatThrownBy(() -> CustomPayload.of(many))
        .isInstanceOf(RequestTooLargeException.class)
        .hasMessageContainingAll("65536", "65535");
    Map<String, ByteBuffer> longKey = Map.of("k".repeat(0x1_0000), ByteBuffer.allocate(0));
    assertThatThrownBy(() -> CustomPayload.of(longKey))
        .isInstanceOf(RequestTooLargeException.class)
        .hasMessageContaining("custom payload key");
  }

  private static String encoded(CustomPayload payload) {
    UnsafeBuffer target = new UnsafeBuffer(new byte[payload.length() + 3]);
    assertThat(payload.put(target, 2)).isEqualTo(2 + payload.length());
    assertThat(target.getByte(target.capacity() - 1)).isZero();
    return hex(target, 2, payload.length());
  }
}
