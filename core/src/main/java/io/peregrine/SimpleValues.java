package io.peregrine;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.type.TypeCodecs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The values of a simple statement. Confined to the thread that owns the statement.
 *
 * <p>They are encoded at once, unless there is one among them that only a codec of the application
 * can write. When the statement is first executed the codecs of the cluster are known: if one was
 * registered for any of the values, all are encoded anew by those.
 */
final class SimpleValues {
  private static final int MOST = 0xFFFF;
  private static final TypeCodecs PLAIN = new TypeCodecs();
  private static final ExpandableArrayBuffer NOTHING = new ExpandableArrayBuffer(0);

  private final @Nullable Object[] positional;
  private final Map<String, @Nullable Object> named;
  private ExpandableArrayBuffer buffer = NOTHING;
  private int length;
  private boolean encoded;
  private boolean settled;

  SimpleValues(@Nullable Object[] positional, Map<String, ? extends @Nullable Object> named) {
    Objects.requireNonNull(positional, "values; for one value that is null write (Object) null");
    this.positional = positional.clone();
    this.named = new LinkedHashMap<>(named);
    if (count() > MOST) {
      throw new InvalidStatementException(
          count() + " values; a query has room for 65535, prepare and batch instead");
    }
    if (isKnown()) {
      encode(PLAIN);
    }
  }

  /** One value that is encoded already, whatever codecs there are. */
  static SimpleValues encoded(ByteBuffer value) {
    SimpleValues values = new SimpleValues(new Object[] {value}, Map.of());
    values.settled = true;
    return values;
  }

  private boolean isKnown() {
    for (Object value : positional) {
      if (value != null && GuessedType.of(value, PLAIN) == null) {
        return false;
      }
    }
    for (Object value : named.values()) {
      if (value != null && GuessedType.of(value, PLAIN) == null) {
        return false;
      }
    }
    return true;
  }

  int count() {
    return positional.length + named.size();
  }

  boolean haveNames() {
    return !named.isEmpty();
  }

  /** The encoded values; only once they are settled. Nobody writes there any more. */
  ExpandableArrayBuffer buffer() {
    return buffer;
  }

  /** How many bytes they have; only once they are settled. */
  int length() {
    return length;
  }

  /**
   * Encodes them as they are sent from now on, by the first codecs that this is called with.
   *
   * @throws io.peregrine.codec.WrongTypeException if no CQL type is known for a value's class
   */
  void settle(TypeCodecs codecs) {
    if (!settled) {
      if (!encoded || areConcernOf(codecs)) {
        encode(codecs);
      }
      settled = true;
    }
  }

  private boolean areConcernOf(TypeCodecs codecs) {
    for (Object value : positional) {
      if (codecs.concerns(value)) {
        return true;
      }
    }
    for (Object value : named.values()) {
      if (codecs.concerns(value)) {
        return true;
      }
    }
    return false;
  }

  private void encode(TypeCodecs codecs) {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(64);
    ValueWriter writer = new ValueWriter().wrap(buffer, 0);
    for (Object value : positional) {
      put(codecs, writer, value);
    }
    int position = writer.position();
    for (Map.Entry<String, @Nullable Object> entry : named.entrySet()) {
      byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
      if (name.length > MOST) {
        throw new InvalidStatementException(
            "a variable's name of " + name.length + " bytes; 65535 are possible");
      }
      buffer.putShort(position, (short) name.length, ByteOrder.BIG_ENDIAN);
      buffer.putBytes(position + 2, name);
      writer.wrap(buffer, position + 2 + name.length);
      put(codecs, writer, entry.getValue());
      position = writer.position();
    }
    this.buffer = buffer;
    length = position;
    encoded = true;
  }

  private static void put(TypeCodecs codecs, ValueWriter writer, @Nullable Object value) {
    if (value == null) {
      writer.putNull();
      return;
    }
    DataType type = GuessedType.of(value, codecs);
    if (type == null) {
      throw GuessedType.unknown(value);
    }
    codecs.encode(type, value, writer);
  }
}
