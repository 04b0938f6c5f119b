package io.peregrine.bench.rig;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ExecuteEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.row.Prepared;
import io.peregrine.codec.row.ValueWriter;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** An EXECUTE envelope in which only stream id and key change. Confined to one thread. */
final class RequestTemplate {
  private static final int VALUES_CAPACITY = 512;
  private static final int PAGE_SIZE = 5000;

  private final byte[] envelope;
  private final int keyOffset;

  RequestTemplate(ProtocolVersion version, Prepared prepared, Shape shape) {
    envelope = encode(version, prepared, shape, 0);
    byte[] other = encode(version, prepared, shape, -1);
    int offset = 0;
    while (envelope[offset] == other[offset]) {
      offset++;
    }
    keyOffset = offset;
  }

  int length() {
    return envelope.length;
  }

  /** Writes the envelope. */
  void put(MutableDirectBuffer buffer, int offset, int streamId, long key) {
    buffer.putBytes(offset, envelope);
    EnvelopeHeaderFlyweight.putStreamId(buffer, offset, streamId);
    buffer.putLong(offset + keyOffset, key, ByteOrder.BIG_ENDIAN);
  }

  private static byte[] encode(ProtocolVersion version, Prepared prepared, Shape shape, long key) {
    UnsafeBuffer values = new UnsafeBuffer(new byte[VALUES_CAPACITY]);
    ValueWriter writer = new ValueWriter().wrap(values, 0);
    writer.putLong(key);
    if (shape == Shape.WRITE) {
      writer.putInt(Ticks.size(0));
      writer.putLong(Ticks.ts(0));
      writer.putDouble(Ticks.price(0));
      writer.putText(Ticks.VENUE);
    }
    QueryParameters parameters =
        new QueryParameters()
            .consistency(ConsistencyLevel.LOCAL_ONE)
            .pageSize(PAGE_SIZE)
            .skipMetadata(shape != Shape.WRITE)
            .values(values, 0, writer.position(), shape == Shape.WRITE ? 5 : 1);
    byte[] id = prepared.id();
    byte[] resultId = prepared.resultMetadataId();
    byte[] bytes = new byte[ExecuteEncoder.encodedLength(version, id, resultId, parameters)];
    ExecuteEncoder.encode(version, id, resultId, parameters, new UnsafeBuffer(bytes), 0);
    return bytes;
  }
}
