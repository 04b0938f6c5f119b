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
    QueryParameters parameters = new QueryParameters().consistency(ConsistencyLevel.ONE);
    int announced = BatchEncoder.encodedLength(V4, children, parameters);
    int length =
        encoder
            .begin(V4, BatchType.LOGGED, parameters, buffer, 4)
            .putQuery(QUERY, NOTHING, 0, 0, 0)
            .putPrepared(ID, VALUE, 1, 5, 1)
            .end();
    assertThat(hex(buffer, 4, length))
        .isEqualTo(
            ("04 00 0000 0d 0000001a 00 0002 00 00000001 41 0000"
                    + "01 0002 0102 0001 00000001 2a 0001 00")
                .replace(" ", ""));
    assertThat(announced).isEqualTo(length);
  }

  @Test
  void batchCarriesEveryParameterInOrder() {
    QueryParameters parameters =
        new QueryParameters()
            .consistency(ConsistencyLevel.LOCAL_QUORUM)
            .serialConsistency(ConsistencyLevel.SERIAL)
            .timestamp(123_456)
            .keyspace(new byte[] {'k', 's'})
            .nowInSeconds(7)
            .tracing(true);
    int announced = BatchEncoder.encodedLength(V5, BatchEncoder.queryLength(QUERY, 0), parameters);
    int length =
        encoder
            .begin(V5, BatchType.UNLOGGED, parameters, buffer, 0)
            .putQuery(QUERY, NOTHING, 0, 0, 0)
            .end();
    assertThat(hex(buffer, 0, length))
        .isEqualTo(
            ("05 02 0000 0d 00000023 01 0001 00 00000001 41 0000 0006 000001b0 0008"
                    + "000000000001e240 0002 6b73 00000007")
                .replace(" ", ""));
    assertThat(announced).isEqualTo(length);
  }

  @Test
  void customPayloadStandsInFront() {
    CustomPayload payload =
        CustomPayload.over(new UnsafeBuffer(hex("0001 0001 78 ffffffff")), 0, 9);
    QueryParameters parameters = new QueryParameters().customPayload(payload);
    int announced = BatchEncoder.encodedLength(V4, BatchEncoder.queryLength(QUERY, 0), parameters);
    int length =
        encoder
            .begin(V4, BatchType.LOGGED, parameters, buffer, 3)
            .putQuery(QUERY, NOTHING, 0, 0, 0)
            .end();
    assertThat(hex(buffer, 3, length))
        .isEqualTo(
            ("04 04 0000 0d 00000017 0001 0001 78 ffffffff" + "00 0001 00 00000001 41 0000 000a 00")
                .replace(" ", ""));
    assertThat(announced).isEqualTo(length);
  }

  @Test
  void whatIsForPagesAndValuesIsLeftOut() {
    QueryParameters parameters = new QueryParameters();
    int plain = BatchEncoder.encodedLength(V5, 0, parameters);
    encoder.begin(V5, BatchType.LOGGED, parameters, buffer, 0).end();
    String expected = hex(buffer, 0, plain);
    parameters.pageSize(7).pagingState(ID).skipMetadata(true).values(VALUE, 1, 5, 1);
    assertThat(BatchEncoder.encodedLength(V5, 0, parameters)).isEqualTo(plain);
    int length = encoder.begin(V5, BatchType.LOGGED, parameters, buffer, 0).end();
    assertThat(length).isEqualTo(plain);
    assertThat(hex(buffer, 0, length)).isEqualTo(expected);
  }

  @Test
  void encoderServesOneBatchAfterTheOther() {
    QueryParameters traced = new QueryParameters().tracing(true);
    encoder.begin(V5, BatchType.LOGGED, traced, buffer, 20).putQuery(QUERY, NOTHING, 0, 0, 0);
    batchCarriesItsChildrenInOrder();
    batchCarriesEveryParameterInOrder();
  }

  @Test
  void childThatDoesNotFitLeavesTheBatchAsItWas() {
    QueryParameters parameters = new QueryParameters().consistency(ConsistencyLevel.ONE);
    encoder.begin(V4, BatchType.LOGGED, parameters, buffer, 4).putQuery(QUERY, NOTHING, 0, 0, 0);
    assertThatThrownBy(() -> encoder.putQuery(new byte[500], NOTHING, 0, 0, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    int length = encoder.end();
    assertThat(hex(buffer, 4, length))
        .isEqualTo("04 00 0000 0d 0000000e 00 0001 00 00000001 41 0000 0001 00".replace(" ", ""));
  }

  @Test
  void childrenAreAtMost65535() {
    UnsafeBuffer large = new UnsafeBuffer(new byte[9 * 0x1_0000]);
    encoder.begin(V4, BatchType.COUNTER, new QueryParameters(), large, 0);
    for (int i = 0; i < BatchEncoder.MAX_CHILDREN; i++) {
      encoder.putQuery(QUERY, NOTHING, 0, 0, 0);
    }
    assertThatThrownBy(() -> encoder.putQuery(QUERY, NOTHING, 0, 0, 0))
        .isInstanceOf(RequestTooLargeException.class)
        .hasMessageContainingAll("65536", "65535", "split the batch");
    assertThatThrownBy(() -> encoder.putPrepared(ID, NOTHING, 0, 0, 0))
        .isInstanceOf(RequestTooLargeException.class);
    encoder.end();
    assertThat(hex(large, 9, 3)).isEqualTo("02ffff");
  }

  @Test
  void batchOverTheLimitIsRefused() {
    QueryParameters parameters = new QueryParameters();
    assertThatThrownBy(() -> BatchEncoder.encodedLength(V4, 0x1_0000_0000L, parameters))
        .isInstanceOf(RequestTooLargeException.class)
        .hasMessageContaining("split the batch");
  }

  @Test
  void whatTheVersionCannotCarryIsRefusedAtTheEndAtLast() {
    QueryParameters keyspace = new QueryParameters().keyspace(QUERY);
    encoder.begin(V4, BatchType.LOGGED, keyspace, buffer, 0);
    assertThatThrownBy(encoder::end).isInstanceOf(UnsupportedFeatureException.class);
    QueryParameters now = new QueryParameters().nowInSeconds(0);
    encoder.begin(V4, BatchType.LOGGED, now, buffer, 0);
    assertThatThrownBy(encoder::end).isInstanceOf(UnsupportedFeatureException.class);
  }
}
