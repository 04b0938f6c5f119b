package io.peregrine.codec.row;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DataType;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes the bytes of a RESULT, right or wrong. */
final class Body {
  private final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
  private int position;

  Body shorts(int... values) {
    for (int value : values) {
      bytes.putShort(position, (short) value, ByteOrder.BIG_ENDIAN);
      position += 2;
    }
    return this;
  }

  Body ints(int... values) {
    for (int value : values) {
      bytes.putInt(position, value, ByteOrder.BIG_ENDIAN);
      position += 4;
    }
    return this;
  }

  Body string(String text) {
    return shortBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  Body shortBytes(byte... value) {
    shorts(value.length);
    return raw(value);
  }

  Body bytes(byte... value) {
    ints(value.length);
    return raw(value);
  }

  Body raw(byte... value) {
    bytes.putBytes(position, value);
    position += value.length;
    return this;
  }

  Body cells(DataType type, Object... values) {
    for (Object value : values) {
      ValueWriter writer = new ValueWriter().wrap(bytes, position);
      io.peregrine.codec.value.ValueEncoder.encode(type, value, writer);
      position = writer.position();
    }
    return this;
  }

  /** The option of a type, as the server writes it. */
  Body type(DataType type) {
    shorts(type.id());
    if (type instanceof DataType.ListType list) {
      type(list.element());
    } else if (type instanceof DataType.SetType set) {
      type(set.element());
    } else if (type instanceof DataType.MapType map) {
      type(map.key()).type(map.value());
    } else if (type instanceof DataType.TupleType tuple) {
      shorts(tuple.components().size());
      tuple.components().forEach(this::type);
    } else if (type instanceof DataType.UserType udt) {
      string(udt.keyspace()).string(udt.name()).shorts(udt.fieldNames().size());
      for (int i = 0; i < udt.fieldNames().size(); i++) {
        string(udt.fieldNames().get(i)).type(udt.fieldTypes().get(i));
      }
    } else if (type instanceof DataType.CustomType custom) {
      string(custom.className());
    } else if (type instanceof DataType.DseType dse) {
      string(dse.className());
    }
    return this;
  }

  int length() {
    return position;
  }

  /** The bytes and no more, so that reading past them fails. */
  UnsafeBuffer buffer() {
    byte[] copy = new byte[position];
    bytes.getBytes(0, copy);
    return new UnsafeBuffer(copy);
  }

  BodyReader reader() {
    return new BodyReader().wrap(buffer(), 0, position);
  }
}
