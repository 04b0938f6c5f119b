package io.peregrine.codec.envelope;

import static io.peregrine.codec.ProtocolVersion.DSE_V1;
import static io.peregrine.codec.ProtocolVersion.DSE_V2;
import static io.peregrine.codec.WireBytes.hex;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.UnsupportedFeatureException;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests as another codec for DataStax Enterprise writes them. */
class DseRequestsTest {
  private static final byte[] SELECT = "SELECT 1".getBytes(UTF_8);
  private static final byte[] KEYSPACE = "ks".getBytes(UTF_8);

  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[128]);
  private final QueryParameters parameters = new QueryParameters();

  @Test
  void continuousPagingEndsTheParameters() {
    parameters.pageSize(100).timestamp(123_456).continuousPaging(5, 2, 0);
    expect(
        7,
        QueryEncoder.encodedLength(DSE_V1, SELECT, parameters),
        QueryEncoder.encode(DSE_V1, SELECT, parameters, buffer, 3),
        "4100000707000000260000000853454c4543542031000a8000002400000064"
            + "000000000001e2400000000500000002");
    parameters.continuousPaging(5, 2, 4);
    expect(
        7,
        QueryEncoder.encodedLength(DSE_V2, SELECT, parameters),
        QueryEncoder.encode(DSE_V2, SELECT, parameters, buffer, 3),
        "42000007070000002a0000000853454c4543542031000a8000002400000064"
            + "000000000001e240000000050000000200000004");
  }

  @Test
  void pageSizeCanBeInBytes() {
    parameters.pageSize(65_536).pageSizeInBytes(true).continuousPaging(0, 0, 0);
    expect(
        0,
        QueryEncoder.encodedLength(DSE_V1, SELECT, parameters),
        QueryEncoder.encode(DSE_V1, SELECT, parameters, buffer, 3),
        "41000000070000001e0000000853454c4543542031000a" + "c0000004000100000000000000000000");
  }

  @Test
  void keyspaceStandsBeforeContinuousPaging() {
    parameters.keyspace(KEYSPACE).continuousPaging(1, 0, 2);
    expect(
        0,
        QueryEncoder.encodedLength(DSE_V2, SELECT, parameters),
        QueryEncoder.encode(DSE_V2, SELECT, parameters, buffer, 3),
        "4200000007000000220000000853454c4543542031000a80000080"
            + "00026b73000000010000000000000002");
  }

  @Test
  void noContinuousPagingIsTheDefaultAgain() {
    int plain = QueryEncoder.encodedLength(DSE_V2, SELECT, parameters);
    parameters.continuousPaging(1, 2, 3).noContinuousPaging();
    assertThat(QueryEncoder.encodedLength(DSE_V2, SELECT, parameters)).isEqualTo(plain);
    parameters.continuousPaging(1, 2, 3).pageSizeInBytes(true).reset();
    assertThat(QueryEncoder.encodedLength(DSE_V2, SELECT, parameters)).isEqualTo(plain);
  }

  @Test
  void prepareHasAKeyspaceFromTheSecondVersionOn() {
    expect(
        1,
        PrepareEncoder.encodedLength(DSE_V1, SELECT, parameters),
        PrepareEncoder.encode(DSE_V1, SELECT, parameters, buffer, 3),
        "41000001090000000c0000000853454c4543542031");
    parameters.keyspace(KEYSPACE);
    expect(
        1,
        PrepareEncoder.encodedLength(DSE_V2, SELECT, parameters),
        PrepareEncoder.encode(DSE_V2, SELECT, parameters, buffer, 3),
        "4200000109000000140000000853454c45435420310000000100026b73");
  }

  @Test
  void executeHasTheResultMetadataIdFromTheSecondVersionOn() {
    byte[] id = hex("aabb");
    byte[] metadataId = hex("cc");
    expect(
        0,
        ExecuteEncoder.encodedLength(DSE_V1, id, metadataId, parameters),
        ExecuteEncoder.encode(DSE_V1, id, metadataId, parameters, buffer, 3),
        "410000000a0000000a0002aabb000a00000000");
    expect(
        0,
        ExecuteEncoder.encodedLength(DSE_V2, id, metadataId, parameters),
        ExecuteEncoder.encode(DSE_V2, id, metadataId, parameters, buffer, 3),
        "420000000a0000000d0002aabb0001cc000a00000000");
  }

  @Test
  void pagingIsCancelled() {
    expect(
        8,
        ReviseRequestEncoder.cancelLength(DSE_V1),
        ReviseRequestEncoder.encodeCancel(DSE_V1, 7, buffer, 3),
        "41000008ff000000080000000100000007");
    expect(
        8,
        ReviseRequestEncoder.cancelLength(DSE_V2),
        ReviseRequestEncoder.encodeCancel(DSE_V2, 0x7FFF, buffer, 3),
        "42000008ff000000080000000100007fff");
    assertThat(EnvelopeHeaderFlyweight.opcode(new UnsafeBuffer(hex("42000008ff")), 0))
        .isEqualTo(Opcode.REVISE_REQUEST);
    assertThat(Opcode.name(Opcode.REVISE_REQUEST)).isEqualTo("REVISE_REQUEST");
  }

  @Test
  void morePagesAreAskedFor() {
    expect(
        8,
        ReviseRequestEncoder.morePagesLength(DSE_V2),
        ReviseRequestEncoder.encodeMorePages(DSE_V2, 7, 3, buffer, 3),
        "42000008ff0000000c000000020000000700000003");
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void whatIsNotPossibleIsNotWritten(ProtocolVersion version) {
    if (!version.isDse()) {
      assertThatThrownBy(() -> ReviseRequestEncoder.encodeCancel(version, 1, buffer, 0))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("DSE_V1 or DSE_V2");
    }
    if (version != DSE_V2) {
      assertThatThrownBy(() -> ReviseRequestEncoder.encodeMorePages(version, 1, 1, buffer, 0))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining(version.name())
          .hasMessageEndingWith("speak DSE_V2");
    }
    assertThat(hex(buffer, 0, 32)).matches("0*");
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    for (int id : List.of(-1, 0x8000, Integer.MAX_VALUE)) {
      assertThatThrownBy(() -> ReviseRequestEncoder.encodeCancel(DSE_V1, id, buffer, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(id));
    }
    assertThatThrownBy(() -> ReviseRequestEncoder.encodeMorePages(DSE_V2, 1, 0, buffer, 0))
        .isInstanceOf(IllegalArgumentException.class);
    for (int[] options : new int[][] {{-1, 0, 0}, {0, -1, 0}, {0, 0, -1}}) {
      assertThatThrownBy(() -> parameters.continuousPaging(options[0], options[1], options[2]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("-1");
    }
  }

  @Test
  void pageSizeInBytesNeedsContinuousPaging() {
    parameters.pageSize(100).pageSizeInBytes(true);
    assertThatThrownBy(() -> QueryEncoder.encodedLength(DSE_V2, SELECT, parameters))
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("ask for continuous paging");
  }

  private void expect(int streamId, int announced, int length, String envelope) {
    EnvelopeHeaderFlyweight.putStreamId(buffer, 3, streamId);
    assertThat(hex(buffer, 3, length)).isEqualTo(envelope);
    assertThat(announced).isEqualTo(length);
    assertThat(buffer.getByte(3 + length)).isZero();
    buffer.setMemory(0, buffer.capacity(), (byte) 0);
  }
}
