package io.peregrine.codec.envelope;

import static io.peregrine.codec.WireBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.RequestTooLargeException;
import io.peregrine.codec.UnsupportedFeatureException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExecuteTemplateTest {
  private static final byte[] ID = {1, 2, 3};
  private static final byte[] METADATA_ID = {4, 5};
  private static final byte[] STATE = {6, 7, 8, 9};
  private static final CustomPayload PAYLOAD =
      CustomPayload.of(Map.of("key", ByteBuffer.allocate(200)));

  private final ExecuteTemplate template = new ExecuteTemplate();
  private final QueryParameters parameters = new QueryParameters();

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void envelopeIsTheOneOfTheEncoder(ProtocolVersion version) {
    Random random = new Random(version.code());
    for (int i = 0; i < 5_000; i++) {
      // Sometimes only the values or the timestamp change, sometimes everything does.
      if (random.nextInt(3) > 0) {
        randomOptions(version, random);
      } else if (parameters.timestamp != QueryParameters.NO_TIMESTAMP) {
        parameters.timestamp(random.nextLong());
      }
      int count = random.nextInt(4) == 0 ? random.nextInt(4) : parameters.valuesCount;
      UnsafeBuffer values = randomValues(version, random, count);
      int length = values.capacity() - 5;
      parameters.values(values, 5, length, count);

      byte[] expected =
          new byte[ExecuteEncoder.encodedLength(version, ID, METADATA_ID, parameters)];
      ExecuteEncoder.encode(version, ID, METADATA_ID, parameters, new UnsafeBuffer(expected), 0);

      template.update(version, ID, METADATA_ID, parameters);
      assertThat(template.encodedLength(length)).isEqualTo(expected.length);
      UnsafeBuffer target = new UnsafeBuffer(new byte[expected.length + 5]);
      assertThat(template.encode(target, 4, values, 5, length)).isEqualTo(expected.length);
      assertThat(hex(target, 4, expected.length))
          .isEqualTo(hex(new UnsafeBuffer(expected), 0, expected.length));
      assertThat(target.getByte(3)).isZero();
      assertThat(target.getByte(4 + expected.length)).isZero();
    }
  }

  @Test
  void onlyWhatChangesIsEncodedAnew() {
    List<Consumer<QueryParameters>> changes =
        List.of(
            p -> p.consistency(ConsistencyLevel.ALL),
            p -> p.serialConsistency(ConsistencyLevel.SERIAL),
            p -> p.pageSize(77),
            p -> p.pagingState(STATE),
            p -> p.timestamp(5),
            p -> p.keyspace(ID),
            p -> p.nowInSeconds(3),
            p -> p.skipMetadata(true),
            p -> p.tracing(true),
            p -> p.customPayload(PAYLOAD),
            p -> p.values(new UnsafeBuffer(hex("ffffffff")), 0, 4, 1),
            p -> p.namedValues(true),
            QueryParameters::reset);
    assertThat(update(ProtocolVersion.V5)).isTrue();
    for (Consumer<QueryParameters> change : changes) {
      assertThat(update(ProtocolVersion.V5)).isFalse();
      change.accept(parameters);
      assertThat(update(ProtocolVersion.V5)).isTrue();
    }
    assertThat(template.update(ProtocolVersion.V5, ID.clone(), METADATA_ID, parameters)).isTrue();
    assertThat(update(ProtocolVersion.V5)).isTrue();
    assertThat(template.update(ProtocolVersion.V5, ID, ID, parameters)).isTrue();
    assertThat(update(ProtocolVersion.DSE_V2)).isTrue();
    parameters.continuousPaging(1, 2, 3);
    assertThat(update(ProtocolVersion.DSE_V2)).isTrue();
    parameters.pageSizeInBytes(true);
    assertThat(update(ProtocolVersion.DSE_V2)).isTrue();
    for (int[] options : new int[][] {{2, 2, 3}, {2, 3, 3}, {2, 3, 4}}) {
      parameters.continuousPaging(options[0], options[1], options[2]);
      assertThat(update(ProtocolVersion.DSE_V2)).isTrue();
      assertThat(update(ProtocolVersion.DSE_V2)).isFalse();
    }
  }

  @Test
  void otherTimestampIsPatchedIn() {
    parameters.timestamp(1).keyspace(ID).nowInSeconds(9);
    assertThat(update(ProtocolVersion.V5)).isTrue();
    parameters.timestamp(0x1122334455667788L);
    assertThat(update(ProtocolVersion.V5)).isFalse();
    UnsafeBuffer target = new UnsafeBuffer(new byte[64]);
    int length = template.encode(target, 0, target, 0, 0);
    assertThat(hex(target, length - 17, 17))
        .isEqualTo("1122334455667788" + "0003010203" + "00000009");
  }

  @Test
  void templateOfNothingIsRefused() {
    assertThatThrownBy(() -> template.encodedLength(0)).isInstanceOf(IllegalStateException.class);
    update(ProtocolVersion.V5);
    parameters.keyspace(ID);
    assertThatThrownBy(() -> update(ProtocolVersion.V4))
        .isInstanceOf(UnsupportedFeatureException.class);
    assertThatThrownBy(() -> template.encodedLength(0)).isInstanceOf(IllegalStateException.class);
    assertThat(update(ProtocolVersion.V5)).isTrue();
    assertThat(template.encodedLength(0)).isPositive();
  }

  @Test
  void lengthsThatCannotBeAreRefused() {
    update(ProtocolVersion.V5);
    assertThatThrownBy(() -> template.encodedLength(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> template.encodedLength(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 bytes for 0 values");
    parameters.values(new UnsafeBuffer(hex("ffffffff")), 0, 4, 1);
    update(ProtocolVersion.V5);
    assertThatThrownBy(() -> template.encodedLength(EnvelopeHeaderFlyweight.MAX_BODY_LENGTH))
        .isInstanceOf(RequestTooLargeException.class);
    assertThatThrownBy(() -> template.encodedLength(Integer.MAX_VALUE))
        .isInstanceOf(RequestTooLargeException.class);
  }

  @Test
  void unsetValueIsRefusedInV3() {
    UnsafeBuffer values = new UnsafeBuffer(hex("fffffffe"));
    UnsafeBuffer target = new UnsafeBuffer(new byte[64]);
    parameters.values(values, 0, 4, 1);
    update(ProtocolVersion.V4);
    template.encode(target, 0, values, 0, 4);
    update(ProtocolVersion.V3);
    assertThatThrownBy(() -> template.encode(target, 0, values, 0, 4))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContainingAll("unset", "V3");
  }

  private boolean update(ProtocolVersion version) {
    return template.update(version, ID, METADATA_ID, parameters);
  }

  private void randomOptions(ProtocolVersion version, Random random) {
    parameters.reset();
    ConsistencyLevel[] levels = ConsistencyLevel.values();
    parameters.consistency(levels[random.nextInt(levels.length)]);
    parameters.serialConsistency(random.nextBoolean() ? ConsistencyLevel.LOCAL_SERIAL : null);
    parameters.pageSize(random.nextInt(3));
    parameters.pagingState(random.nextInt(4) == 0 ? STATE : null);
    parameters.timestamp(random.nextBoolean() ? random.nextLong() : QueryParameters.NO_TIMESTAMP);
    parameters.skipMetadata(random.nextBoolean()).tracing(random.nextInt(4) == 0);
    if (version.hasRequestKeyspace() && random.nextBoolean()) {
      parameters.keyspace(STATE);
    }
    if (version.hasNowInSeconds() && random.nextBoolean()) {
      parameters.nowInSeconds(random.nextInt());
    }
    if (version.hasCustomPayload() && random.nextInt(4) == 0) {
      parameters.customPayload(PAYLOAD);
    }
    if (version.hasContinuousPaging() && random.nextBoolean()) {
      int nextPages = version.hasNextPages() ? random.nextInt(3) : 0;
      parameters.continuousPaging(random.nextInt(3), random.nextInt(3), nextPages);
      parameters.pageSizeInBytes(random.nextBoolean());
    }
  }

  private static UnsafeBuffer randomValues(ProtocolVersion version, Random random, int count) {
    UnsafeBuffer values = new UnsafeBuffer(new byte[200]);
    int position = 5;
    for (int i = 0; i < count; i++) {
      int length = random.nextInt(22) - (version.hasUnset() ? 2 : 1);
      values.putInt(position, length, java.nio.ByteOrder.BIG_ENDIAN);
      position += 4 + Math.max(0, length);
    }
    return new UnsafeBuffer(values, 0, position);
  }
}
