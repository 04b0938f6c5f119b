package io.peregrine.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.envelope.BatchEncoder;
import io.peregrine.codec.envelope.CustomPayload;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.ExecuteEncoder;
import io.peregrine.codec.envelope.ExecuteTemplate;
import io.peregrine.codec.envelope.PagingStateSplicer;
import io.peregrine.codec.envelope.PrepareEncoder;
import io.peregrine.codec.envelope.QueryEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.codec.envelope.ReviseRequestEncoder;
import io.peregrine.codec.frame.EnvelopeAssembler;
import io.peregrine.codec.frame.FrameDecoder;
import io.peregrine.codec.frame.FrameDescriptor;
import io.peregrine.codec.frame.FrameEncoder;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.IntSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoAllocationTest {
  private static final int OPERATIONS = 20_000;

  private final AllocationMeter meter = new AllocationMeter(OPERATIONS);

  private byte[] escaped = {};

  @Test
  void probeSeesAnAllocation() {
    long allocated =
        meter.least(
            () -> {
              escaped = new byte[16];
              return escaped.length;
            });
    assertThat(allocated).isGreaterThanOrEqualTo(OPERATIONS * 16L);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hashesAndChecksumsAllocateNothing(boolean isDirect) {
    UnsafeBuffer buffer = buffer(isDirect, 1000);
    FrameChecksum checksum = new FrameChecksum();
    expectNone(() -> (int) Murmur3.hash(buffer, 3, 45));
    expectNone(() -> checksum.compute(buffer, 7, 900));
    expectNone(() -> Crc24.compute(meter.sum(), 3));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void framesAllocateNothing(boolean isDirect) {
    UnsafeBuffer buffer = buffer(isDirect, 600);
    FrameEncoder encoder = new FrameEncoder();
    FrameDecoder decoder = new FrameDecoder();
    expectNone(
        () -> {
          int length = encoder.encode(buffer, 5, 500, true);
          int needMore = decoder.decode(buffer, 5, length - 1);
          return needMore + decoder.decode(buffer, 5, length) + decoder.payloadLength();
        });
  }

  @Test
  void assemblingAllocatesNothingUpToWhatIsRetained() {
    UnsafeBuffer envelope = buffer(true, 20_000);
    EnvelopeHeaderFlyweight.put(
        envelope, 0, ProtocolVersion.V5, 0, 1, Opcode.RESULT, envelope.capacity() - 9);
    try (EnvelopeAssembler assembler = new EnvelopeAssembler(1 << 20)) {
      expectNone(
          () -> {
            assembler.onPayload(envelope, 0, 5);
            assembler.onPayload(envelope, 5, 15_000);
            boolean isWhole = assembler.onPayload(envelope, 15_005, 20_000 - 15_005);
            assembler.reset();
            return isWhole ? 1 : 0;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void requestsAllocateNothing(boolean isDirect) {
    UnsafeBuffer buffer = buffer(isDirect, 1000);
    UnsafeBuffer target = buffer(isDirect, 1000);
    UnsafeBuffer values = new UnsafeBuffer(WireBytes.hex("00000001 2a ffffffff"));
    byte[] text = new byte[40];
    byte[] state = new byte[30];
    QueryParameters parameters = new QueryParameters();
    ProtocolVersion version = ProtocolVersion.V5;
    CustomPayload payload = CustomPayload.of(Map.of("key", ByteBuffer.wrap(text)));
    expectNone(
        () -> {
          parameters.reset().values(values, 0, 9, 2).pageSize(100).timestamp(meter.sum());
          parameters.customPayload(payload);
          int announced = ExecuteEncoder.encodedLength(version, text, text, parameters);
          int length = ExecuteEncoder.encode(version, text, text, parameters, buffer, 8);
          EnvelopeHeaderFlyweight.putStreamId(buffer, 8, 77);
          int spliced = PagingStateSplicer.splicedLength(buffer, 8, length, state);
          return announced
              - spliced
              + PagingStateSplicer.splice(buffer, 8, length, state, target, 0)
              + QueryEncoder.encodedLength(version, text, parameters)
              + QueryEncoder.encode(version, text, parameters, buffer, 8);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void batchesAllocateNothing(boolean isDirect) {
    UnsafeBuffer buffer = buffer(isDirect, 1000);
    UnsafeBuffer values = new UnsafeBuffer(WireBytes.hex("00000001 2a ffffffff"));
    byte[] text = new byte[40];
    CustomPayload payload = CustomPayload.of(Map.of("key", ByteBuffer.wrap(text)));
    BatchEncoder batch = new BatchEncoder();
    QueryParameters parameters = new QueryParameters();
    expectNone(
        () -> {
          parameters.reset().serialConsistency(ConsistencyLevel.SERIAL).timestamp(meter.sum());
          parameters.keyspace(text).nowInSeconds(meter.sum()).customPayload(payload);
          long children = BatchEncoder.queryLength(text, 9) + BatchEncoder.preparedLength(text, 0);
          int announced = BatchEncoder.encodedLength(ProtocolVersion.V5, children, parameters);
          int length =
              batch
                  .begin(ProtocolVersion.V5, BatchType.LOGGED, parameters, buffer, 0)
                  .putQuery(text, values, 0, 9, 2)
                  .putPrepared(text, values, 0, 0, 0)
                  .end();
          return announced - length;
        });
  }

  @ParameterizedTest
  @EnumSource(ProtocolVersion.class)
  void templatesAllocateNothing(ProtocolVersion version) {
    UnsafeBuffer buffer = buffer(true, 1000);
    UnsafeBuffer values = new UnsafeBuffer(WireBytes.hex("00000001 2a ffffffff"));
    byte[] id = new byte[16];
    QueryParameters parameters = new QueryParameters();
    parameters.values(values, 0, 9, 2).pageSize(100);
    ExecuteTemplate template = new ExecuteTemplate();
    expectNone(
        () -> {
          parameters.timestamp(meter.sum()).tracing((meter.sum() & 64) == 0);
          int made = template.update(version, id, id, parameters) ? 1 : 0;
          return made + template.encodedLength(9) + template.encode(buffer, 3, values, 0, 9);
        });
  }

  @Test
  void dseRequestsAllocateNothing() {
    UnsafeBuffer buffer = buffer(true, 1000);
    byte[] text = new byte[40];
    QueryParameters parameters = new QueryParameters();
    ProtocolVersion version = ProtocolVersion.DSE_V2;
    expectNone(
        () -> {
          parameters.continuousPaging(1, 2, 3).pageSize(meter.sum() & 0xFFFF).pageSizeInBytes(true);
          return QueryEncoder.encodedLength(version, text, parameters)
              + QueryEncoder.encode(version, text, parameters, buffer, 8)
              + PrepareEncoder.encodedLength(version, text, parameters)
              + PrepareEncoder.encode(version, text, parameters, buffer, 8)
              + ReviseRequestEncoder.encodeCancel(version, 3, buffer, 0)
              + ReviseRequestEncoder.encodeMorePages(version, 3, 4, buffer, 0);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void layingDecodersOverResponsesAllocatesNothing(boolean isDirect) {
    byte[] body =
        WireBytes.hex(
            "00112233445566778899aabbccddeeff 0001 0001 61 0001 0001 61 00000001 62"
                + "00001500 0001 61 0006 00000001 00000002 00000001 04 0a000001 0001"
                + "0006 53494d504c45");
    UnsafeBuffer buffer = buffer(isDirect, body.length + 9);
    EnvelopeHeaderFlyweight.put(buffer, 0, ProtocolVersion.V5, 0x0E, 5, Opcode.ERROR, body.length);
    buffer.putBytes(9, body);
    EnvelopeHeaderFlyweight header = new EnvelopeHeaderFlyweight();
    BodyReader reader = new BodyReader();
    ResponsePrefix prefix = new ResponsePrefix();
    ErrorDecoder error = new ErrorDecoder();
    expectNone(
        () -> {
          header.wrap(buffer, 0);
          reader.wrap(buffer, 9, header.bodyLength());
          prefix.wrap(header.flags(), reader);
          error.wrap(ProtocolVersion.V5, reader);
          return error.code()
              + error.writeType().ordinal()
              + error.failureCount()
              + reader.remaining();
        });
  }

  private void expectNone(IntSupplier operation) {
    assertThat(meter.least(operation)).isZero();
  }

  private static UnsafeBuffer buffer(boolean isDirect, int capacity) {
    return new UnsafeBuffer(
        isDirect
            ? ByteBuffer.allocateDirect(FrameDescriptor.HEADER_LENGTH + capacity)
            : ByteBuffer.allocate(FrameDescriptor.HEADER_LENGTH + capacity),
        FrameDescriptor.HEADER_LENGTH,
        capacity);
  }
}
