package io.peregrine.codec.envelope;

import static io.peregrine.codec.ProtocolVersion.V4;
import static io.peregrine.codec.ProtocolVersion.V5;
import static io.peregrine.codec.WireBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.BatchType;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.RequestTooLargeException;
import io.peregrine.codec.UnsupportedFeatureException;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class BatchEncoderTest {
  private static final byte[] QUERY = {'A'};
  private static final byte[] ID = {1, 2};
  private static final UnsafeBuffer NOTHING = new UnsafeBuffer(new byte[0]);
  private static final UnsafeBuffer VALUE = new UnsafeBuffer(hex("ee 00000001 2a"));

  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[128]);
  private final BatchEncoder encoder = new BatchEncoder();

  @Test
  void batchCarriesItsChildrenInOrder() {
    long children = BatchEncoder.queryLength(QUERY, 0) + BatchEncoder.preparedLength(ID, 5);
    int announced =
        BatchEncoder.encodedLength(
            V4, children, null, QueryParameters.NO_TIMESTAMP, null, QueryParameters.NO_NOW);
    int length =
        encoder
            .begin(V4, BatchType.LOGGED, false, buffer, 4)
            .putQuery(QUERY, NOTHING, 0, 0, 0)
            .putPrepared(ID, VALUE, 1, 5, 1)
            .end(
                ConsistencyLevel.ONE,
                null,
                QueryParameters.NO_TIMESTAMP,
                null,
                QueryParameters.NO_NOW);
    assertThat(hex(buffer, 4, length))
        .isEqualTo(
            ("04 00 0000 0d 0000001a 00 0002 00 00000001 41 0000"
                    + "01 0002 0102 0001 00000001 2a 0001 00")
                .replace(" ", ""));
    assertThat(announced).isEqualTo(length);
  }

  @Test
  void batchCarriesEveryParameterInOrder() {
    byte[] keyspace = {'k', 's'};
    int announced =
        BatchEncoder.encodedLength(
            V5, BatchEncoder.queryLength(QUERY, 0), ConsistencyLevel.SERIAL, 123_456, keyspace, 7);
    int length =
        encoder
            .begin(V5, BatchType.UNLOGGED, true, buffer, 0)
            .putQuery(QUERY, NOTHING, 0, 0, 0)
            .end(ConsistencyLevel.LOCAL_QUORUM, ConsistencyLevel.SERIAL, 123_456, keyspace, 7);
    assertThat(hex(buffer, 0, length))
        .isEqualTo(
            ("05 02 0000 0d 00000023 01 0001 00 00000001 41 0000 0006 000001b0 0008"
                    + "000000000001e240 0002 6b73 00000007")
                .replace(" ", ""));
    assertThat(announced).isEqualTo(length);
  }

  @Test
  void encoderServesOneBatchAfterTheOther() {
    encoder.begin(V5, BatchType.LOGGED, true, buffer, 20).putQuery(QUERY, NOTHING, 0, 0, 0);
    batchCarriesItsChildrenInOrder();
    batchCarriesEveryParameterInOrder();
  }

  @Test
  void childThatDoesNotFitLeavesTheBatchAsItWas() {
    encoder.begin(V4, BatchType.LOGGED, false, buffer, 4).putQuery(QUERY, NOTHING, 0, 0, 0);
    assertThatThrownBy(() -> encoder.putQuery(new byte[500], NOTHING, 0, 0, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    int length =
        encoder.end(
            ConsistencyLevel.ONE, null, QueryParameters.NO_TIMESTAMP, null, QueryParameters.NO_NOW);
    assertThat(hex(buffer, 4, length))
        .isEqualTo("04 00 0000 0d 0000000e 00 0001 00 00000001 41 0000 0001 00".replace(" ", ""));
  }

  @Test
  void childrenAreAtMost65535() {
    UnsafeBuffer large = new UnsafeBuffer(new byte[9 * 0x1_0000]);
    encoder.begin(V4, BatchType.COUNTER, false, large, 0);
    for (int i = 0; i < BatchEncoder.MAX_CHILDREN; i++) {
      encoder.putQuery(QUERY, NOTHING, 0, 0, 0);
    }
    assertThatThrownBy(() -> encoder.putQuery(QUERY, NOTHING, 0, 0, 0))
        .isInstanceOf(RequestTooLargeException.class)
        .hasMessageContainingAll("65536", "65535", "split the batch");
    assertThatThrownBy(() -> encoder.putPrepared(ID, NOTHING, 0, 0, 0))
        .isInstanceOf(RequestTooLargeException.class);
    encoder.end(
        ConsistencyLevel.ONE, null, QueryParameters.NO_TIMESTAMP, null, QueryParameters.NO_NOW);
    assertThat(hex(large, 9, 3)).isEqualTo("02ffff");
  }

  @Test
  void batchOverTheLimitIsRefused() {
    assertThatThrownBy(
            () ->
                BatchEncoder.encodedLength(
                    V4,
                    0x1_0000_0000L,
                    null,
                    QueryParameters.NO_TIMESTAMP,
                    null,
                    QueryParameters.NO_NOW))
        .isInstanceOf(RequestTooLargeException.class)
        .hasMessageContaining("split the batch");
  }

  @Test
  void v4CannotCarryAKeyspaceOrNow() {
    encoder.begin(V4, BatchType.LOGGED, false, buffer, 0);
    assertThatThrownBy(
            () -> encoder.end(ConsistencyLevel.ONE, null, QueryParameters.NO_TIMESTAMP, QUERY, 0))
        .isInstanceOf(UnsupportedFeatureException.class);
    assertThatThrownBy(() -> BatchEncoder.encodedLength(V4, 0, null, 0, null, 0))
        .isInstanceOf(UnsupportedFeatureException.class);
  }

  @Test
  void onlySerialLevelsAreSerialConsistencies() {
    encoder.begin(V4, BatchType.LOGGED, false, buffer, 0);
    assertThatThrownBy(() -> encoder.end(ConsistencyLevel.ONE, ConsistencyLevel.ONE, 0, null, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
