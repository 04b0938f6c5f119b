package io.peregrine.codec.frame;

import static io.peregrine.codec.WireBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {
  private final FrameEncoder encoder = new FrameEncoder();
  private final FrameDecoder decoder = new FrameDecoder();

  @ParameterizedTest
  @CsvFileSource(
      resources = "/io/peregrine/codec/frame-headers.csv",
      delimiter = ';',
      numLinesToSkip = 1)
  void headerIsTheServers(int payloadLength, boolean selfContained, String header) {
    UnsafeBuffer buffer = direct(FrameDescriptor.MAX_FRAME_LENGTH + 5);
    int length = encoder.encode(buffer, 5, payloadLength, selfContained);

    assertThat(length).isEqualTo(payloadLength + 10);
    assertThat(hex(buffer, 5, 6)).isEqualTo(header);
    assertThat(decoder.decode(buffer, 5, length)).isEqualTo(length);
    assertThat(decoder.payloadOffset()).isEqualTo(11);
    assertThat(decoder.payloadLength()).isEqualTo(payloadLength);
    assertThat(decoder.isSelfContained()).isEqualTo(selfContained);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/io/peregrine/codec/frames.csv", delimiter = ';', numLinesToSkip = 1)
  void frameIsTheServers(String payload, boolean selfContained, String frame) {
    byte[] bytes = hex(payload);
    UnsafeBuffer buffer = direct(64);
    buffer.putBytes(3 + FrameDescriptor.HEADER_LENGTH, bytes);
    int length = encoder.encode(buffer, 3, bytes.length, selfContained);
    assertThat(hex(buffer, 3, length)).isEqualTo(frame);

    UnsafeBuffer received = new UnsafeBuffer(hex(frame));
    assertThat(decoder.decode(received, 0, received.capacity())).isEqualTo(received.capacity());
    assertThat(hex(received, decoder.payloadOffset(), decoder.payloadLength())).isEqualTo(payload);
    assertThat(decoder.isSelfContained()).isEqualTo(selfContained);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 500})
  void flippedBitInAFrameIsDetected(int payloadLength) {
    UnsafeBuffer buffer = frame(payloadLength);
    int length = buffer.capacity();
    for (int bit = 0; bit < length * 8; bit++) {
      flip(buffer, bit);
      CorruptFrameException corrupt =
          catchThrowableOfType(
              CorruptFrameException.class, () -> decoder.decode(buffer, 0, length));
      assertThat(corrupt).as("bit %d", bit).isNotNull();
      CorruptFrameException.Part part =
          bit < 48 ? CorruptFrameException.Part.HEADER : CorruptFrameException.Part.PAYLOAD;
      assertThat(corrupt.part()).isEqualTo(part);
      assertThat(corrupt.sent()).isNotEqualTo(corrupt.computed());
      flip(buffer, bit);
    }
    assertThat(decoder.decode(buffer, 0, length)).isEqualTo(length);
  }

  @Test
  void flippedBitInAHeaderIsDetectedBeforeThePayloadIsThere() {
    UnsafeBuffer buffer = frame(1000);
    for (int bit = 0; bit < 48; bit++) {
      flip(buffer, bit);
      assertThatThrownBy(() -> decoder.decode(buffer, 0, 6))
          .isInstanceOf(CorruptFrameException.class)
          .hasMessageContaining("header")
          .hasMessageContaining("CRC24");
      flip(buffer, bit);
    }
  }

  @Test
  void frameIsWaitedForToItsLastByte() {
    UnsafeBuffer buffer = frame(300);
    for (int available = 0; available < buffer.capacity(); available++) {
      // Not a byte more than is said to be there may be touched.
      byte[] arrived = new byte[available];
      buffer.getBytes(0, arrived);
      assertThat(decoder.decode(new UnsafeBuffer(arrived), 0, available))
          .isEqualTo(FrameDecoder.NEED_MORE);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyChoppingOfTheStreamGivesTheSamePayloads(long seed) {
    Random random = new Random(seed);
    List<Payload> sent = new ArrayList<>();
    UnsafeBuffer stream = direct(1 << 20);
    int end = 0;
    for (int i = 0; i < 40; i++) {
      byte[] payload = new byte[i == 7 ? FrameDescriptor.MAX_PAYLOAD_LENGTH : random.nextInt(9000)];
      random.nextBytes(payload);
      boolean selfContained = random.nextBoolean();
      stream.putBytes(end + FrameDescriptor.HEADER_LENGTH, payload);
      end += encoder.encode(stream, end, payload.length, selfContained);
      sent.add(new Payload(selfContained, HexFormat.of().formatHex(payload)));
    }

    List<Payload> seen = new ArrayList<>();
    int arrived = 0;
    int position = 0;
    while (position < end) {
      arrived = Math.min(end, arrived + 1 + random.nextInt(random.nextBoolean() ? 8 : 20_000));
      int length;
      while ((length = decoder.decode(stream, position, arrived - position))
          != FrameDecoder.NEED_MORE) {
        String payload = hex(stream, decoder.payloadOffset(), decoder.payloadLength());
        seen.add(new Payload(decoder.isSelfContained(), payload));
        position += length;
      }
    }
    assertThat(seen.equals(sent)).as("%d frames of %d", seen.size(), sent.size()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, FrameDescriptor.MAX_PAYLOAD_LENGTH + 1})
  void payloadThatNoFrameCanHoldIsRefused(int payloadLength) {
    assertThatThrownBy(() -> encoder.encode(direct(64), 0, payloadLength, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(payloadLength));
  }

  private record Payload(boolean selfContained, String bytes) {}

  private UnsafeBuffer frame(int payloadLength) {
    UnsafeBuffer buffer = direct(FrameDescriptor.frameLength(payloadLength));
    byte[] payload = new byte[payloadLength];
    new Random(payloadLength).nextBytes(payload);
    buffer.putBytes(FrameDescriptor.payloadOffset(0), payload);
    encoder.encode(buffer, 0, payloadLength, true);
    return buffer;
  }

  private static UnsafeBuffer direct(int capacity) {
    return new UnsafeBuffer(ByteBuffer.allocateDirect(capacity));
  }

  private static void flip(UnsafeBuffer buffer, int bit) {
    buffer.putByte(bit / 8, (byte) (buffer.getByte(bit / 8) ^ 1 << bit % 8));
  }
}
