package io.peregrine.codec.envelope;

import static io.peregrine.codec.ProtocolVersion.DSE_V1;
import static io.peregrine.codec.ProtocolVersion.DSE_V2;
import static io.peregrine.codec.ProtocolVersion.V3;
import static io.peregrine.codec.ProtocolVersion.V4;
import static io.peregrine.codec.ProtocolVersion.V5;
import static io.peregrine.codec.ProtocolVersion.V6;
import static io.peregrine.codec.WireBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.BatchType;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.UnsupportedFeatureException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each request can carry in each version: it is written, or refused by name. */
class FeatureMatrixTest {
  private static final byte[] TEXT = {'A'};
  private static final byte[] ID = {1, 2};
  private static final UnsafeBuffer UNSET = new UnsafeBuffer(hex("00000001 2a fffffffe"));
  private static final UnsafeBuffer NAMED = new UnsafeBuffer(hex("0001 61 fffffffe"));
  private static final CustomPayload PAYLOAD =
      CustomPayload.of(Map.of("k", ByteBuffer.wrap(new byte[] {7})));

  private static final List<Feature> FEATURES =
      List.of(
          new Feature("serial", p -> p.serialConsistency(ConsistencyLevel.SERIAL), 2, all()),
          new Feature("timestamp", p -> p.timestamp(1), 8, all()),
          new Feature("tracing", p -> p.tracing(true), 0, all()),
          new Feature("page size", p -> p.pageSize(1), 4, all()),
          new Feature("paging state", p -> p.pagingState(ID), 6, all()),
          new Feature("skip metadata", p -> p.skipMetadata(true), 0, all()),
          new Feature("payload", p -> p.customPayload(PAYLOAD), 10, butV3()),
          new Feature("unset", p -> p.values(UNSET, 0, 9, 2), 11, butV3()),
          new Feature("unset", p -> p.values(NAMED, 0, 7, 1).namedValues(true), 9, butV3()),
          new Feature("keyspace", p -> p.keyspace(ID), 4, Set.of(V5, V6, DSE_V2)),
          new Feature("nowInSeconds", p -> p.nowInSeconds(0), 4, Set.of(V5, V6)),
          new Feature("Continuous", p -> p.continuousPaging(1, 2, 0), 8, Set.of(DSE_V1, DSE_V2)),
          new Feature("pag", p -> p.continuousPaging(1, 2, 3), 12, Set.of(DSE_V2)));

  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);

  /**
   * Something that a request can ask for.
   *
   * @param name a word of the refusal
   * @param setter how it is asked for
   * @param bytes how much longer the request gets
   * @param carriers the versions that can carry it
   */
  private record Feature(
      String name, Consumer<QueryParameters> setter, int bytes, Set<ProtocolVersion> carriers) {}

  private static Set<ProtocolVersion> all() {
    return EnumSet.allOf(ProtocolVersion.class);
  }

  private static Set<ProtocolVersion> butV3() {
    return EnumSet.complementOf(EnumSet.of(V3));
  }

  private static Stream<Arguments> featuresAndVersions() {
    return FEATURES.stream()
        .flatMap(feature -> all().stream().map(version -> Arguments.of(feature, version)));
  }

  @ParameterizedTest
  @MethodSource("featuresAndVersions")
  void queryCarriesItOrRefusesIt(Feature feature, ProtocolVersion version) {
    QueryParameters parameters = new QueryParameters();
    int plain = QueryEncoder.encodedLength(version, TEXT, parameters);
    feature.setter.accept(parameters);
    if (isPossible(feature, version, () -> QueryEncoder.encodedLength(version, TEXT, parameters))) {
      int grown = plain + growth(feature, version);
      assertThat(QueryEncoder.encodedLength(version, TEXT, parameters)).isEqualTo(grown);
      expectEnvelope(
          version, parameters, grown, QueryEncoder.encode(version, TEXT, parameters, buffer, 0));
    }
  }

  @ParameterizedTest
  @MethodSource("featuresAndVersions")
  void executeCarriesItOrRefusesIt(Feature feature, ProtocolVersion version) {
    QueryParameters parameters = new QueryParameters();
    int plain = ExecuteEncoder.encodedLength(version, ID, ID, parameters);
    feature.setter.accept(parameters);
    if (isPossible(
        feature, version, () -> ExecuteEncoder.encodedLength(version, ID, ID, parameters))) {
      int grown = plain + growth(feature, version);
      assertThat(ExecuteEncoder.encodedLength(version, ID, ID, parameters)).isEqualTo(grown);
      int length = ExecuteEncoder.encode(version, ID, ID, parameters, buffer, 0);
      expectEnvelope(version, parameters, grown, length);
    }
  }

  @ParameterizedTest
  @MethodSource("featuresAndVersions")
  void batchCarriesRefusesOrLeavesItOut(Feature feature, ProtocolVersion version) {
    QueryParameters parameters = new QueryParameters();
    int plain = BatchEncoder.encodedLength(version, 0, parameters);
    feature.setter.accept(parameters);
    boolean inBatch =
        List.of("serial", "timestamp", "tracing", "payload", "keyspace", "nowInSeconds")
            .contains(feature.name);
    if (!inBatch
        || isPossible(feature, version, () -> BatchEncoder.encodedLength(version, 0, parameters))) {
      int grown = inBatch ? plain + feature.bytes : plain;
      assertThat(BatchEncoder.encodedLength(version, 0, parameters)).isEqualTo(grown);
      int length = new BatchEncoder().begin(version, BatchType.LOGGED, parameters, buffer, 0).end();
      expectEnvelope(version, parameters, grown, length);
    }
  }

  @ParameterizedTest
  @MethodSource("featuresAndVersions")
  void prepareCarriesRefusesOrLeavesItOut(Feature feature, ProtocolVersion version) {
    QueryParameters parameters = new QueryParameters();
    int plain = PrepareEncoder.encodedLength(version, TEXT, parameters);
    feature.setter.accept(parameters);
    boolean inPrepare = List.of("tracing", "payload", "keyspace").contains(feature.name);
    if (!inPrepare
        || isPossible(
            feature, version, () -> PrepareEncoder.encodedLength(version, TEXT, parameters))) {
      int grown = inPrepare ? plain + feature.bytes : plain;
      assertThat(PrepareEncoder.encodedLength(version, TEXT, parameters)).isEqualTo(grown);
      int length = PrepareEncoder.encode(version, TEXT, parameters, buffer, 0);
      expectEnvelope(version, parameters, grown, length);
    }
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void childOfABatchCanBeUnsetButInV3(ProtocolVersion version) {
    BatchEncoder encoder = new BatchEncoder();
    encoder.begin(version, BatchType.LOGGED, new QueryParameters(), buffer, 0);
    if (version == V3) {
      assertThatThrownBy(() -> encoder.putPrepared(ID, UNSET, 0, 9, 2))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContainingAll("Value 1", "unset", "V3", "V4");
      assertThatThrownBy(() -> encoder.putQuery(TEXT, UNSET, 0, 9, 2))
          .isInstanceOf(UnsupportedFeatureException.class);
      encoder.putPrepared(ID, UNSET, 0, 5, 1);
    } else {
      encoder.putPrepared(ID, UNSET, 0, 9, 2);
    }
    encoder.end();
    assertThat(hex(buffer, 10, 2)).isEqualTo("0001");
  }

  @Test
  void valuesThatAreNotAsManyAsSaidAreNoticedInV3() {
    QueryParameters parameters = new QueryParameters();
    for (int length = 0; length < 9; length++) {
      parameters.values(new UnsafeBuffer(hex("00000001 2a ffffffff")), 0, length, 2);
      assertThatThrownBy(() -> QueryEncoder.encodedLength(V3, TEXT, parameters))
          .hasMessageContaining("values");
    }
    parameters.values(new UnsafeBuffer(hex("7fffffff 2a")), 0, 5, 1);
    assertThatThrownBy(() -> QueryEncoder.encodedLength(V3, TEXT, parameters))
        .hasMessageContaining("2147483647 bytes are needed, 1 are left");
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void everyRequestHasTheVersionAndTheBetaFlagIfItIsOne(ProtocolVersion version) {
    QueryParameters none = new QueryParameters();
    List<Runnable> requests =
        List.of(
            () -> OptionsEncoder.encode(version, buffer, 0),
            () -> StartupEncoder.encode(version, Map.of(), buffer, 0),
            () -> RegisterEncoder.encode(version, List.of(), buffer, 0),
            () -> AuthResponseEncoder.encode(version, null, buffer, 0),
            () -> PrepareEncoder.encode(version, TEXT, none, buffer, 0),
            () -> QueryEncoder.encode(version, TEXT, none, buffer, 0),
            () -> ExecuteEncoder.encode(version, ID, ID, none, buffer, 0),
            () -> new BatchEncoder().begin(version, BatchType.LOGGED, none, buffer, 0).end());
    for (Runnable request : requests) {
      buffer.setMemory(0, 9, (byte) 0x55);
      request.run();
      assertThat(buffer.getByte(0)).isEqualTo((byte) version.code());
      assertThat(EnvelopeHeaderFlyweight.flags(buffer, 0)).isEqualTo(version == V6 ? 0x10 : 0);
    }
  }

  @Test
  void flagsOfV4AreAByteAndAllOthersAfterItAnInt() {
    QueryParameters parameters = new QueryParameters().pageSize(0x01020304);
    for (ProtocolVersion version : ProtocolVersion.values()) {
      int length = QueryEncoder.encode(version, TEXT, parameters, buffer, 0);
      assertThat(hex(buffer, 14, length - 14))
          .isEqualTo(version == V3 || version == V4 ? "000a0401020304" : "000a0000000401020304");
    }
  }

  private static boolean isPossible(Feature feature, ProtocolVersion version, Runnable encoding) {
    boolean possible = feature.carriers.contains(version);
    if (!possible) {
      assertThatThrownBy(encoding::run)
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContainingAll(version.name(), "leave it out, or connect to")
          .message()
          .containsIgnoringCase(feature.name);
    }
    return possible;
  }

  /** The options of continuous paging grew by one. */
  private static int growth(Feature feature, ProtocolVersion version) {
    return feature.name.equals("Continuous") && version == DSE_V2 ? 12 : feature.bytes;
  }

  private void expectEnvelope(
      ProtocolVersion version, QueryParameters parameters, int announced, int length) {
    assertThat(length).isEqualTo(announced);
    assertThat(EnvelopeHeaderFlyweight.bodyLength(buffer, 0)).isEqualTo(length - 9);
    assertThat(buffer.getByte(length)).isZero();
    int flags = version == V6 ? EnvelopeHeaderFlyweight.BETA : 0;
    flags |= parameters.tracing ? EnvelopeHeaderFlyweight.TRACING : 0;
    if (parameters.customPayload != null) {
      flags |= EnvelopeHeaderFlyweight.CUSTOM_PAYLOAD;
      assertThat(hex(buffer, 9, 10)).isEqualTo("0001" + "00016b" + "0000000107");
    }
    assertThat(EnvelopeHeaderFlyweight.flags(buffer, 0)).isEqualTo(flags);
  }
}
