package io.peregrine.codec.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeAssemblerTest {
  private static final int MAX =
      EnvelopeHeaderFlyweight.HEADER_LENGTH + EnvelopeHeaderFlyweight.MAX_BODY_LENGTH;

  private final EnvelopeAssembler assembler = new EnvelopeAssembler(MAX);

  @AfterEach
  void free() {
    assembler.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 9, 10, 1000, 131_071, 1_000_000})
  void envelopeIsTheSameInPiecesOfAnySize(int pieceLength) {
    UnsafeBuffer envelope = envelope(pieceLength < 100 ? 5_000 : 700_000);
    for (int round = 0; round < 2; round++) {
      assertThat(assembler.isEmpty()).isTrue();
      for (int from = 0; from < envelope.capacity(); from += pieceLength) {
        int length = Math.min(pieceLength, envelope.capacity() - from);
        boolean isWhole = assembler.onPayload(envelope, from, length);
        assertThat(assembler.length()).isEqualTo(from + length);
        assertThat(assembler.isEmpty()).isFalse();
        assertThat(isWhole).isEqualTo(from + length == envelope.capacity());
      }
      assertThat(new UnsafeBuffer(assembler.buffer(), 0, assembler.length())).isEqualTo(envelope);
      assembler.reset();
    }
  }

  @Test
  void envelopeWithoutABodyIsWholeWithItsHeader() {
    assertThat(assembler.onPayload(envelope(0), 0, 9)).isTrue();
    assertThat(assembler.length()).isEqualTo(9);
  }

  @Test
  void emptyPieceChangesNothing() {
    UnsafeBuffer envelope = envelope(10);
    assertThat(assembler.onPayload(envelope, 0, 0)).isFalse();
    assertThat(assembler.isEmpty()).isTrue();
    assertThat(assembler.onPayload(envelope, 0, 12)).isFalse();
    assertThat(assembler.onPayload(envelope, 12, 0)).isFalse();
    assertThat(assembler.onPayload(envelope, 12, 7)).isTrue();
  }

  @Test
  void memoryFollowsWhatArrivedNotWhatIsClaimed() {
    UnsafeBuffer start = header(EnvelopeHeaderFlyweight.MAX_BODY_LENGTH, 20);
    assertThat(assembler.onPayload(start, 0, 20)).isFalse();
    assertThat(assembler.buffer().capacity()).isEqualTo(EnvelopeAssembler.INITIAL_CAPACITY);

    UnsafeBuffer piece = new UnsafeBuffer(new byte[FrameDescriptor.MAX_PAYLOAD_LENGTH]);
    int arrived = 20;
    for (int i = 0; i < 20; i++) {
      assertThat(assembler.onPayload(piece, 0, piece.capacity())).isFalse();
      arrived += piece.capacity();
      assertThat(assembler.buffer().capacity()).isLessThanOrEqualTo(2 * arrived);
    }
  }

  @Test
  void memoryIsGivenBackAfterALargeEnvelope() {
    UnsafeBuffer large = envelope(3_000_000);
    assertThat(assembler.onPayload(large, 0, large.capacity())).isTrue();
    assertThat(assembler.buffer().capacity()).isGreaterThanOrEqualTo(large.capacity());
    assembler.reset();
    assertThat(assembler.buffer().capacity()).isEqualTo(EnvelopeAssembler.INITIAL_CAPACITY);
    assertThat(assembler.length()).isZero();
  }

  @Test
  void capacityNeverExceedsTheBound() {
    try (EnvelopeAssembler bounded = new EnvelopeAssembler(20_000)) {
      UnsafeBuffer envelope = envelope(20_000 - 9);
      assertThat(bounded.onPayload(envelope, 0, 19_000)).isFalse();
      assertThat(bounded.buffer().capacity()).isLessThanOrEqualTo(20_000);
      assertThat(bounded.onPayload(envelope, 19_000, 1_000)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, 992, Integer.MAX_VALUE})
  void claimedLengthOutOfRangeIsRefused(int bodyLength) {
    try (EnvelopeAssembler bounded = new EnvelopeAssembler(1000)) {
      UnsafeBuffer start = header(bodyLength, 20);
      assertThat(bounded.onPayload(start, 0, 8)).isFalse();
      assertThatThrownBy(() -> bounded.onPayload(start, 8, 12))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining(String.valueOf(bodyLength))
          .hasMessageContaining("991");
    }
  }

  @Test
  void bytesBeyondTheEnvelopeAreRefused() {
    UnsafeBuffer start = header(10, 40);
    assertThatThrownBy(() -> assembler.onPayload(start, 0, 20))
        .isInstanceOf(MalformedMessageException.class);
    assembler.reset();
    assertThat(assembler.onPayload(start, 0, 15)).isFalse();
    assertThatThrownBy(() -> assembler.onPayload(start, 15, 5))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("lacks 4");
  }

  @Test
  void wholeEnvelopeHasToGoBeforeTheNextOneComes() {
    UnsafeBuffer envelope = envelope(3);
    assertThat(assembler.onPayload(envelope, 0, 12)).isTrue();
    assertThatThrownBy(() -> assembler.onPayload(envelope, 0, 12))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("reset()");
  }

  @Test
  void closedAssemblerTakesNothing() {
    EnvelopeAssembler closed = new EnvelopeAssembler(1000);
    closed.close();
    closed.close();
    closed.reset();
    assertThat(closed.buffer().capacity()).isZero();
    assertThatThrownBy(() -> closed.onPayload(envelope(3), 0, 12))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 8, MAX + 1})
  void senselessBoundIsRefused(int maxEnvelopeLength) {
    assertThatThrownBy(() -> new EnvelopeAssembler(maxEnvelopeLength))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static UnsafeBuffer envelope(int bodyLength) {
    byte[] bytes = new byte[EnvelopeHeaderFlyweight.HEADER_LENGTH + bodyLength];
    new Random(bodyLength).nextBytes(bytes);
    UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    EnvelopeHeaderFlyweight.put(buffer, 0, ProtocolVersion.V5, 0, 1, Opcode.RESULT, bodyLength);
    return buffer;
  }

  private static UnsafeBuffer header(int claimedBodyLength, int given) {
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[given]);
    EnvelopeHeaderFlyweight.put(
        buffer, 0, ProtocolVersion.V5, 0, 1, Opcode.RESULT, claimedBodyLength);
    return buffer;
  }
}
