package io.peregrine.codec.envelope;

import static io.peregrine.codec.ProtocolVersion.V4;
import static io.peregrine.codec.ProtocolVersion.V5;
import static io.peregrine.codec.WireBytes.hex;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.RequestTooLargeException;
import io.peregrine.codec.UnsupportedFeatureException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestEncodersTest {
  private static final byte[] SELECT = "SELECT 1".getBytes(UTF_8);
  private static final byte[] KEYSPACE = "ks".getBytes(UTF_8);
  private static final int OFFSET = 3;

  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
  private final QueryParameters parameters = new QueryParameters();

  @Test
  void optionsIsAHeader() {
    expect(
        "050000000500000000",
        OptionsEncoder.encodedLength(),
        OptionsEncoder.encode(V5, buffer, OFFSET));
    expect(
        "040000000500000000",
        OptionsEncoder.encodedLength(),
        OptionsEncoder.encode(V4, buffer, OFFSET));
  }

  @Test
  void startupIsAMap() {
    Map<String, String> options = Map.of("CQL_VERSION", "3.0.0");
    expect(
        "04 00 0000 01 00000016 0001 000b 43514c5f56455253494f4e 0005 332e302e30",
        StartupEncoder.encodedLength(options),
        StartupEncoder.encode(V4, options, buffer, OFFSET));
  }

  @Test
  void registerIsAList() {
    List<String> types = List.of("STATUS_CHANGE");
    expect(
        "05 00 0000 0b 00000011 0001 000d 5354415455535f4348414e4745",
        RegisterEncoder.encodedLength(types),
        RegisterEncoder.encode(V5, types, buffer, OFFSET));
  }

  @Test
  void authResponseIsAToken() {
    byte[] token = hex("00750070");
    expect(
        "04 00 0000 0f 00000008 00000004 00750070",
        AuthResponseEncoder.encodedLength(token),
        AuthResponseEncoder.encode(V4, token, buffer, OFFSET));
    expect(
        "05 00 0000 0f 00000004 ffffffff",
        AuthResponseEncoder.encodedLength(null),
        AuthResponseEncoder.encode(V5, null, buffer, OFFSET));
  }

  @Test
  void prepareHasFlagsFromV5On() {
    expect(
        "04 00 0000 09 0000000c 00000008 53454c4543542031",
        PrepareEncoder.encodedLength(V4, SELECT, parameters),
        PrepareEncoder.encode(V4, SELECT, parameters, buffer, OFFSET));
    expect(
        "05 00 0000 09 00000010 00000008 53454c4543542031 00000000",
        PrepareEncoder.encodedLength(V5, SELECT, parameters),
        PrepareEncoder.encode(V5, SELECT, parameters, buffer, OFFSET));
    parameters.keyspace(KEYSPACE).tracing(true);
    expect(
        "05 02 0000 09 00000014 00000008 53454c4543542031 00000001 0002 6b73",
        PrepareEncoder.encodedLength(V5, SELECT, parameters),
        PrepareEncoder.encode(V5, SELECT, parameters, buffer, OFFSET));
  }

  @Test
  void queryWithDefaultsIsShort() {
    expectQuery(V4, "04 00 0000 07 0000000f 00000008 53454c4543542031 000a 00");
    expectQuery(V5, "05 00 0000 07 00000012 00000008 53454c4543542031 000a 00000000");
  }

  @Test
  void queryCarriesEveryParameterInOrder() {
    everyV4Parameter();
    expectQuery(
        V4,
        "04 02 0000 07 0000002f 00000008 53454c4543542031 0004 3f"
            + "0002 00000001 2a ffffffff 00000064 00000003 010203 0009 000000000001e240");
    parameters.keyspace(KEYSPACE).nowInSeconds(7);
    expectQuery(
        V5,
        "05 02 0000 07 0000003a 00000008 53454c4543542031 0004 000001bf"
            + "0002 00000001 2a ffffffff 00000064 00000003 010203 0009 000000000001e240"
            + "0002 6b73 00000007");
  }

  @Test
  void namedValuesHaveAFlag() {
    UnsafeBuffer values = new UnsafeBuffer(hex("0001 61 00000001 2a"));
    parameters.values(values, 0, values.capacity(), 1).namedValues(true);
    expectQuery(
        V4, "04 00 0000 07 00000019 00000008 53454c4543542031 000a 41 0001 0001 61 00000001 2a");
  }

  @Test
  void namesWithoutValuesHaveNoFlag() {
    parameters.namedValues(true);
    expectQuery(V4, "04 00 0000 07 0000000f 00000008 53454c4543542031 000a 00");
  }

  @Test
  void resetBringsTheDefaultsBack() {
    everyV4Parameter();
    parameters.keyspace(KEYSPACE).nowInSeconds(7).namedValues(true).reset();
    queryWithDefaultsIsShort();
  }

  @Test
  void executeCarriesTheResultMetadataIdFromV5On() {
    byte[] id = hex("aabb");
    byte[] metadataId = hex("010203");
    expect(
        "04 00 0000 0a 00000007 0002 aabb 000a 00",
        ExecuteEncoder.encodedLength(V4, id, metadataId, parameters),
        ExecuteEncoder.encode(V4, id, metadataId, parameters, buffer, OFFSET));
    parameters.tracing(true).pageSize(5000);
    expect(
        "05 02 0000 0a 00000013 0002 aabb 0003 010203 000a 00000004 00001388",
        ExecuteEncoder.encodedLength(V5, id, metadataId, parameters),
        ExecuteEncoder.encode(V5, id, metadataId, parameters, buffer, OFFSET));
  }

  @ParameterizedTest
  @EnumSource(ConsistencyLevel.class)
  void everyConsistencyLevelIsWrittenByItsNumber(ConsistencyLevel level) {
    parameters.consistency(level);
    int length = QueryEncoder.encode(V4, SELECT, parameters, buffer, 0);
    assertThat(hex(buffer, length - 3, 3)).isEqualTo(String.format("%04x00", level.code()));
  }

  @Test
  void v4CannotCarryAKeyspaceOrNow() {
    parameters.keyspace(KEYSPACE);
    assertThatThrownBy(() -> PrepareEncoder.encodedLength(V4, SELECT, parameters))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContainingAll("keyspace", "V4", "V5");
    assertThatThrownBy(() -> QueryEncoder.encodedLength(V4, SELECT, parameters))
        .isInstanceOf(UnsupportedFeatureException.class);
    parameters.reset().nowInSeconds(0);
    assertThatThrownBy(() -> ExecuteEncoder.encodedLength(V4, SELECT, SELECT, parameters))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("nowInSeconds");
  }

  @Test
  void onlySerialLevelsAreSerialConsistencies() {
    assertThatThrownBy(() -> parameters.serialConsistency(ConsistencyLevel.QUORUM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("QUORUM");
  }

  @Test
  void envelopeOverTheLimitIsRefusedBeforeItIsWritten() {
    byte[] huge = new byte[EnvelopeHeaderFlyweight.MAX_BODY_LENGTH - 2 - 1 - 4];
    assertThat(QueryEncoder.encodedLength(V4, huge, parameters))
        .isEqualTo(9 + EnvelopeHeaderFlyweight.MAX_BODY_LENGTH);
    assertThatThrownBy(() -> QueryEncoder.encodedLength(V5, huge, parameters))
        .isInstanceOfSatisfying(
            RequestTooLargeException.class,
            e -> {
              assertThat(e.value()).isEqualTo(EnvelopeHeaderFlyweight.MAX_BODY_LENGTH + 3L);
              assertThat(e.limit()).isEqualTo(EnvelopeHeaderFlyweight.MAX_BODY_LENGTH);
            });
  }

  @Test
  void lengthsThatOverflowAnIntAreRefused() {
    // A part that claims to be nearly 2 GiB without being it: the sum would wrap around.
    UnsafeBuffer claimed = new UnsafeBuffer(1, Integer.MAX_VALUE);
    parameters.values(claimed, 0, Integer.MAX_VALUE, 1);
    assertThatThrownBy(() -> QueryEncoder.encodedLength(V4, SELECT, parameters))
        .isInstanceOf(RequestTooLargeException.class)
        .hasMessageContaining(String.valueOf(Integer.MAX_VALUE + 17L));
  }

  @Test
  void whatAShortCannotCountIsRefused() {
    byte[] tooLong = new byte[0x1_0000];
    UnsafeBuffer values = new UnsafeBuffer(tooLong);
    Map<String, String> options = Map.of("a", "a".repeat(0x1_0000));
    for (ThrowingCall call :
        List.<ThrowingCall>of(
            () -> parameters.values(values, 0, 10, 0x1_0000),
            () -> ExecuteEncoder.encodedLength(V4, tooLong, SELECT, parameters),
            () -> ExecuteEncoder.encodedLength(V5, SELECT, tooLong, parameters),
            () -> PrepareEncoder.encodedLength(V5, SELECT, new QueryParameters().keyspace(tooLong)),
            () -> StartupEncoder.encodedLength(options),
            () -> RegisterEncoder.encode(V4, Collections.nCopies(0x1_0000, ""), buffer, OFFSET))) {
      assertThatThrownBy(call::run)
          .isInstanceOf(DriverException.class)
          .hasMessageContainingAll("65536", "65535");
    }
  }

  @Test
  void valuesOutsideTheirBufferAreRefused() {
    UnsafeBuffer values = new UnsafeBuffer(new byte[10]);
    assertThatThrownBy(() -> parameters.values(values, 5, 6, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> parameters.values(values, 0, 4, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private interface ThrowingCall {
    void run();
  }

  private void everyV4Parameter() {
    UnsafeBuffer values = new UnsafeBuffer(hex("ee 00000001 2a ffffffff ee"));
    parameters
        .consistency(ConsistencyLevel.QUORUM)
        .values(values, 1, 9, 2)
        .skipMetadata(true)
        .pageSize(100)
        .pagingState(hex("010203"))
        .serialConsistency(ConsistencyLevel.LOCAL_SERIAL)
        .timestamp(123_456)
        .tracing(true);
  }

  private void expectQuery(ProtocolVersion version, String envelope) {
    expect(
        envelope,
        QueryEncoder.encodedLength(version, SELECT, parameters),
        QueryEncoder.encode(version, SELECT, parameters, buffer, OFFSET));
  }

  private void expect(String envelope, int announced, int length) {
    assertThat(hex(buffer, OFFSET, length)).isEqualTo(envelope.replace(" ", ""));
    assertThat(announced).isEqualTo(length);
    assertThat(buffer.getByte(OFFSET + length)).isZero();
    buffer.setMemory(0, buffer.capacity(), (byte) 0);
  }
}
