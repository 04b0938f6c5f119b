package io.peregrine.bench.codec;

import com.datastax.oss.driver.api.core.ProtocolVersion;
import com.datastax.oss.driver.api.core.type.codec.TypeCodecs;
import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.response.result.RawType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.row.ValueWriter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Ten values of a row: bigint, text, int, timestamp, double, boolean, uuid, float, smallint, blob.
 * Immutable; any thread may use it.
 *
 * <p>The peer's objects are made beforehand, so that it does not pay for them.
 */
final class MixedValues {
  static final int COUNT = 10;
  static final int MAX_ENCODED_LENGTH = 160;
  static final List<Primitive> TYPES =
      List.of(
          Primitive.BIGINT,
          Primitive.VARCHAR,
          Primitive.INT,
          Primitive.TIMESTAMP,
          Primitive.DOUBLE,
          Primitive.BOOLEAN,
          Primitive.UUID,
          Primitive.FLOAT,
          Primitive.SMALLINT,
          Primitive.BLOB);
  private static final int LONGEST_TEXT = 24;
  private static final int LONGEST_BLOB = 32;

  final long bigint;
  final String text;
  final int number;
  final long timestamp;
  final Instant instant;
  final double price;
  final boolean flag;
  final UUID uuid;
  final long uuidHigh;
  final long uuidLow;
  final float ratio;
  final short small;
  final byte[] blob;
  final ByteBuffer blobBuffer;

  MixedValues(SplittableRandom random) {
    bigint = random.nextLong();
    text = "m".repeat(random.nextInt(1, LONGEST_TEXT));
    number = random.nextInt();
    timestamp = random.nextLong(1L << 41);
    instant = Instant.ofEpochMilli(timestamp);
    price = random.nextDouble();
    flag = random.nextBoolean();
    uuidHigh = random.nextLong();
    uuidLow = random.nextLong();
    uuid = new UUID(uuidHigh, uuidLow);
    ratio = (float) random.nextDouble();
    small = (short) random.nextInt();
    blob = new byte[random.nextInt(1, LONGEST_BLOB)];
    blob[0] = (byte) random.nextInt();
    blobBuffer = ByteBuffer.wrap(blob);
  }

  static MixedValues[] rows(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    MixedValues[] rows = new MixedValues[count];
    for (int i = 0; i < count; i++) {
      rows[i] = new MixedValues(random);
    }
    return rows;
  }

  static RawType[] rawTypes() {
    return new RawType[] {
      Peer.type(ProtocolConstants.DataType.BIGINT),
      Peer.type(ProtocolConstants.DataType.VARCHAR),
      Peer.type(ProtocolConstants.DataType.INT),
      Peer.type(ProtocolConstants.DataType.TIMESTAMP),
      Peer.type(ProtocolConstants.DataType.DOUBLE),
      Peer.type(ProtocolConstants.DataType.BOOLEAN),
      Peer.type(ProtocolConstants.DataType.UUID),
      Peer.type(ProtocolConstants.DataType.FLOAT),
      Peer.type(ProtocolConstants.DataType.SMALLINT),
      Peer.type(ProtocolConstants.DataType.BLOB)
    };
  }

  void write(ValueWriter writer) {
    writer.putLong(bigint);
    writer.putText(text);
    writer.putInt(number);
    writer.putLong(timestamp);
    writer.putDouble(price);
    writer.putBoolean(flag);
    writer.putUuid(uuidHigh, uuidLow);
    writer.putFloat(ratio);
    writer.putShort(small);
    writer.putBytes(blob);
  }

  List<ByteBuffer> encodeByPeer() {
    ProtocolVersion version = ProtocolVersion.V5;
    List<ByteBuffer> values = new ArrayList<>(COUNT);
    values.add(TypeCodecs.BIGINT.encodePrimitive(bigint, version));
    values.add(TypeCodecs.TEXT.encode(text, version));
    values.add(TypeCodecs.INT.encodePrimitive(number, version));
    values.add(TypeCodecs.TIMESTAMP.encode(instant, version));
    values.add(TypeCodecs.DOUBLE.encodePrimitive(price, version));
    values.add(TypeCodecs.BOOLEAN.encodePrimitive(flag, version));
    values.add(TypeCodecs.UUID.encode(uuid, version));
    values.add(TypeCodecs.FLOAT.encodePrimitive(ratio, version));
    values.add(TypeCodecs.SMALLINT.encodePrimitive(small, version));
    values.add(TypeCodecs.BLOB.encode(blobBuffer, version));
    return values;
  }
}
