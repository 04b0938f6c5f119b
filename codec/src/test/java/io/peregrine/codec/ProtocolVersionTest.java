package io.peregrine.codec;

import static io.peregrine.codec.ProtocolVersion.DSE_V1;
import static io.peregrine.codec.ProtocolVersion.DSE_V2;
import static io.peregrine.codec.ProtocolVersion.V3;
import static io.peregrine.codec.ProtocolVersion.V4;
import static io.peregrine.codec.ProtocolVersion.V5;
import static io.peregrine.codec.ProtocolVersion.V6;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProtocolVersionTest {
  @Test
  void featuresAreThoseOfTheSpecifications() {
    expect(ProtocolVersion::isFramed, V5, V6);
    expect(ProtocolVersion::isBeta, V6);
    expect(ProtocolVersion::isDse, DSE_V1, DSE_V2);
    expect(ProtocolVersion::hasUnset, V4, V5, V6, DSE_V1, DSE_V2);
    expect(ProtocolVersion::hasCustomPayload, V4, V5, V6, DSE_V1, DSE_V2);
    expect(ProtocolVersion::hasPartitionKeyIndexes, V4, V5, V6, DSE_V1, DSE_V2);
    expect(ProtocolVersion::hasIntFlags, V5, V6, DSE_V1, DSE_V2);
    expect(ProtocolVersion::hasReasonMap, V5, V6, DSE_V1, DSE_V2);
    expect(ProtocolVersion::hasResultMetadataId, V5, V6, DSE_V2);
    expect(ProtocolVersion::hasRequestKeyspace, V5, V6, DSE_V2);
    expect(ProtocolVersion::hasPrepareFlags, V5, V6, DSE_V2);
    expect(ProtocolVersion::hasNowInSeconds, V5, V6);
    expect(ProtocolVersion::hasContentions, V5, V6);
    expect(ProtocolVersion::hasContinuousPaging, DSE_V1, DSE_V2);
    expect(ProtocolVersion::hasNextPages, DSE_V2);
  }

  @Test
  void negotiationGoesDownFromDseToV3AndNeverToABeta() {
    assertThat(DSE_V2.lower()).isEqualTo(DSE_V1);
    assertThat(DSE_V1.lower()).isEqualTo(V5);
    assertThat(V6.lower()).isEqualTo(V5);
    assertThat(V5.lower()).isEqualTo(V4);
    assertThat(V4.lower()).isEqualTo(V3);
    assertThat(V3.lower()).isNull();
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void versionIsFoundByItsNumber(ProtocolVersion version) {
    assertThat(ProtocolVersion.ofCode(version.code())).isEqualTo(version);
  }

  @Test
  void otherNumbersAreNoVersions() {
    for (int code : new int[] {-1, 0, 1, 2, 7, 0x40, 0x43, 0x83, 0xC1}) {
      assertThat(ProtocolVersion.ofCode(code)).isNull();
    }
    assertThat(DSE_V1.code()).isEqualTo(0x41);
    assertThat(DSE_V2.code()).isEqualTo(0x42);
  }

  @Test
  void refusalNamesFeatureVersionAndWhereItIsPossible() {
    UnsupportedFeatureException refusal =
        new UnsupportedFeatureException("A keyspace", DSE_V1, ProtocolVersion::hasRequestKeyspace);
    assertThat(refusal.feature()).isEqualTo("A keyspace");
    assertThat(refusal.version()).isEqualTo(DSE_V1);
    assertThat(refusal)
        .hasMessage(
            "A keyspace cannot be sent in protocol DSE_V1; leave it out, or connect to servers"
                + " that speak V5 or DSE_V2");
  }

  private static void expect(Predicate<ProtocolVersion> feature, ProtocolVersion... having) {
    assertThat(Arrays.stream(ProtocolVersion.values()).filter(feature)).containsExactly(having);
  }
}
