package io.peregrine.codec.envelope;

import static io.peregrine.codec.WireBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeHeaderFlyweightTest {
  private final EnvelopeHeaderFlyweight header = new EnvelopeHeaderFlyweight();

  @Test
  void everyFieldIsReadFromItsPlace() {
    header.wrap(new UnsafeBuffer(hex("ffff 85 0e fffe 08 01020304 ff")), 2);
    assertThat(header.version()).isEqualTo(5);
    assertThat(header.isResponse()).isTrue();
    assertThat(header.flags())
        .isEqualTo(
            EnvelopeHeaderFlyweight.TRACING
                | EnvelopeHeaderFlyweight.CUSTOM_PAYLOAD
                | EnvelopeHeaderFlyweight.WARNING);
    assertThat(header.streamId()).isEqualTo(-2);
    assertThat(header.opcode()).isEqualTo(Opcode.RESULT);
    assertThat(header.bodyLength()).isEqualTo(0x01020304);
  }

  @Test
  void everyFieldIsWrittenToItsPlace() {
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[11]);
    int length =
        EnvelopeHeaderFlyweight.put(
            buffer, 1, ProtocolVersion.V4, 0x12, 32_767, Opcode.QUERY, 0x0A0B0C);
    assertThat(length).isEqualTo(9);
    assertThat(hex(buffer, 0, 11)).isEqualTo("0004127fff07000a0b0c00");
    assertThat(header.wrap(buffer, 1).isResponse()).isFalse();
    assertThat(header.version()).isEqualTo(4);

    EnvelopeHeaderFlyweight.putStreamId(buffer, 1, 258);
    assertThat(hex(buffer, 0, 11)).isEqualTo("000412010207000a0b0c00");
  }

  @Test
  void headerThatIsNotWhollyThereIsRefused() {
    assertThatThrownBy(() -> header.wrap(new UnsafeBuffer(new byte[10]), 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"04", "05", "84", "86", "c1", "00", "ff"})
  void firstByteOfAV5ResponseIsNoOther(String firstByte) {
    header.wrap(new UnsafeBuffer(hex(firstByte + "00 0000 02 00000000")), 0);
    assertThatThrownBy(() -> header.checkResponse(ProtocolVersion.V5))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContainingAll("0x85", "0x" + firstByte.toUpperCase(java.util.Locale.ROOT));
  }

  @ParameterizedTest
  @CsvSource({"83, V3", "84, V4", "85, V5", "86, V6", "c1, DSE_V1", "c2, DSE_V2"})
  void responseInTheAgreedVersionPasses(String firstByte, ProtocolVersion agreed) {
    header.wrap(new UnsafeBuffer(hex(firstByte + "00 0000 02 00000000")), 0);
    assertThat(header.version()).isEqualTo(agreed.code());
    assertThat(header.isResponse()).isTrue();
    for (ProtocolVersion version : ProtocolVersion.values()) {
      if (version == agreed) {
        assertThatCode(() -> header.checkResponse(version)).doesNotThrowAnyException();
      } else {
        assertThatThrownBy(() -> header.checkResponse(version))
            .isInstanceOf(MalformedMessageException.class)
            .hasMessageContaining(version.name());
      }
    }
  }

  @Test
  void bodyLengthIsCheckedAgainstTheBound() {
    UnsafeBuffer buffer = new UnsafeBuffer(hex("84 00 0000 02 00000010"));
    assertThat(EnvelopeHeaderFlyweight.checkedBodyLength(buffer, 0, 16)).isEqualTo(16);
    assertThatThrownBy(() -> EnvelopeHeaderFlyweight.checkedBodyLength(buffer, 0, 15))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContainingAll("16", "15");
    buffer.putByte(5, (byte) 0x80);
    assertThatThrownBy(() -> EnvelopeHeaderFlyweight.checkedBodyLength(buffer, 0, 1 << 28))
        .isInstanceOf(MalformedMessageException.class);
  }
}
