package io.peregrine.codec.envelope;

import static io.peregrine.codec.WireBytes.hex;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.BatchType;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConsistencyPatcherTest {
  private static final byte[] TEXT = "SELECT * FROM t".getBytes(UTF_8);
  private static final byte[] ID = hex("00010203");
  private static final UnsafeBuffer VALUES = new UnsafeBuffer(hex("00000002 0102 ffffffff"));
  private static final int VALUES_COUNT = 2;

  private static QueryParameters parameters(ProtocolVersion version, ConsistencyLevel consistency) {
    QueryParameters parameters =
        new QueryParameters().consistency(consistency).pageSize(7).timestamp(5);
    if (version.hasCustomPayload()) {
      parameters.customPayload(
          CustomPayload.of(Map.of("key", ByteBuffer.wrap(new byte[] {1, 2, 3}))));
    }
    return parameters;
  }

  private static byte[] query(ProtocolVersion version, ConsistencyLevel consistency) {
    QueryParameters parameters =
        parameters(version, consistency).values(VALUES, 0, VALUES.capacity(), VALUES_COUNT);
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    return bytes(buffer, QueryEncoder.encode(version, TEXT, parameters, buffer, 0));
  }

  private static byte[] execute(ProtocolVersion version, ConsistencyLevel consistency) {
    QueryParameters parameters =
        parameters(version, consistency).values(VALUES, 0, VALUES.capacity(), VALUES_COUNT);
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    return bytes(buffer, ExecuteEncoder.encode(version, ID, ID, parameters, buffer, 0));
  }

  private static byte[] batch(ProtocolVersion version, ConsistencyLevel consistency) {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    BatchEncoder encoder = new BatchEncoder();
    encoder.begin(version, BatchType.LOGGED, parameters(version, consistency), buffer, 0);
    encoder.putQuery(TEXT, VALUES, 0, VALUES.capacity(), VALUES_COUNT);
    encoder.putPrepared(ID, VALUES, 0, VALUES.capacity(), VALUES_COUNT);
    return bytes(buffer, encoder.end());
  }

  private static byte[] bytes(ExpandableArrayBuffer buffer, int length) {
    return Arrays.copyOf(buffer.byteArray(), length);
  }

  private static byte[] patched(byte[] request, ConsistencyLevel consistency) {
    byte[] copy = request.clone();
    ConsistencyPatcher.patch(new UnsafeBuffer(copy), 0, copy.length, consistency);
    return copy;
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void patchedRequestIsTheOneThatWasEncodedWithTheConsistency(ProtocolVersion version) {
    for (ConsistencyLevel level : ConsistencyLevel.values()) {
      assertThat(patched(query(version, ConsistencyLevel.ALL), level))
          .isEqualTo(query(version, level));
      assertThat(patched(execute(version, ConsistencyLevel.ALL), level))
          .isEqualTo(execute(version, level));
      assertThat(patched(batch(version, ConsistencyLevel.ALL), level))
          .isEqualTo(batch(version, level));
    }
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void truncatedRequestIsRefused(ProtocolVersion version) {
    byte[] request = batch(version, ConsistencyLevel.ALL);
    for (int length = 0; length < request.length; length++) {
      byte[] cut = Arrays.copyOf(request, length);
      assertThatThrownBy(() -> patched(cut, ConsistencyLevel.ONE))
          .isInstanceOf(MalformedMessageException.class);
    }
  }
}
