package io.peregrine.fuzz.value;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.value.ValueDecoder;
import io.peregrine.codec.value.ValueEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A value and its type. Immutable; any thread may use it.
 *
 * @param type the type
 * @param value a value that the type takes
 */
record TypedValue(DataType type, Object value) {

  /** The value's bytes as we write them, without the length in front. */
  byte[] encoded() {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(64);
    ValueEncoder.encode(type, value, new ValueWriter().wrap(buffer, 0));
    byte[] bytes = new byte[buffer.getInt(0, ByteOrder.BIG_ENDIAN)];
    buffer.getBytes(4, bytes);
    return bytes;
  }

  /** Reads bytes as we read them. */
  static @Nullable Object decode(DataType type, ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return ValueDecoder.decode(type, new UnsafeBuffer(copy), 0, copy.length);
  }
}
