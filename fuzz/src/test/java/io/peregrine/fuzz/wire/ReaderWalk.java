package io.peregrine.fuzz.wire;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.row.ListReader;
import io.peregrine.codec.row.MapReader;
import io.peregrine.codec.row.TupleReader;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.VectorReader;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value with every reader that fits its type, down to the last element, and holds each
 * piece to its place: inside of the region that was given. Not thread-safe.
 */
final class ReaderWalk {
  /** Short tuples of wide types multiply; beyond this the walk has seen enough of them. */
  private static final int ENOUGH_SLOTS = 100_000;

  /** Without types each value is tried as three kinds of collection, so only that deep. */
  private static final int MAX_UNTYPED_DEPTH = 3;

  private final Meter meter;
  private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
  private final StringBuilder text = new StringBuilder();
  private int from;
  private int limit;
  private int untypedDepth;

  ReaderWalk(Meter meter) {
    this.meter = meter;
  }

  /** Everything that is read from now on must lie here. */
  void within(int regionFrom, int regionLimit) {
    from = regionFrom;
    limit = regionLimit;
  }

  boolean isTired() {
    return meter.slots() > ENOUGH_SLOTS;
  }

  /** Reads the value; what is malformed in it is counted as refused. */
  void walk(ValueGetters value, @Nullable DataType type) {
    if (type != null) {
      meter.step();
    }
    place(value.isNull(), value.valueOffset(), value.valueLength());
    Law.equal("a view is there", !value.isNull(), value.getBytes(view));
    if (isTired()) {
      return;
    }
    try {
      if (type == null) {
        untyped(value);
      } else {
        typed(value, type);
      }
    } catch (DriverException e) {
      meter.refused();
    }
  }

  void place(boolean isNull, int offset, int length) {
    if (isNull) {
      Law.holds("a null value's length is negative", length < 0);
    } else {
      boolean inside = length >= 0 && offset >= from && offset <= limit - length;
      Law.holds("a value stays inside of the message", inside);
    }
  }

  private void typed(ValueGetters value, DataType type) {
    if (type instanceof Primitive primitive) {
      primitive(value, primitive);
    } else if (type instanceof DataType.ListType list) {
      list(value, list.element());
    } else if (type instanceof DataType.SetType set) {
      list(value, set.element());
    } else if (type instanceof DataType.MapType map) {
      map(value, map.key(), map.value());
    } else if (type instanceof DataType.VectorType vector) {
      vector(value, vector);
    } else if (type instanceof DataType.TupleType || type instanceof DataType.UserType) {
      tuple(value);
    }
  }

  private void primitive(ValueGetters value, Primitive type) {
    switch (type) {
      case BOOLEAN -> value.getBoolean();
      case TINYINT -> value.getByte();
      case SMALLINT -> value.getShort();
      case INT, DATE -> value.getInt();
      case BIGINT, COUNTER, TIMESTAMP, TIME -> value.getLong();
      case FLOAT -> value.getFloat();
      case DOUBLE -> value.getDouble();
      case UUID, TIMEUUID -> {
        value.getUuidMostSignificantBits();
        value.getUuidLeastSignificantBits();
      }
      case ASCII, VARCHAR -> text(value);
      default -> value.getObject();
    }
  }

  private void text(ValueGetters value) {
    String string = value.getString();
    text.setLength(0);
    int chars = value.appendTo(text);
    Law.equal("appended text", string == null ? "" : string, text.toString());
    Law.equal("appended characters", text.length(), chars);
  }

  private void list(ValueGetters value, @Nullable DataType element) {
    ListReader reader = new ListReader();
    meter.reader();
    if (value.getList(reader)) {
      int left = reader.size();
      while (reader.next()) {
        walk(reader, element);
        left--;
      }
      Law.equal("elements that did not come", 0, left);
    }
  }

  private void map(ValueGetters value, @Nullable DataType keys, @Nullable DataType values) {
    MapReader reader = new MapReader();
    meter.reader();
    if (value.getMap(reader)) {
      while (reader.next()) {
        walk(reader.key(), keys);
        walk(reader.value(), values);
      }
    }
  }

  private void tuple(ValueGetters value) {
    TupleReader reader = new TupleReader();
    meter.reader();
    if (value.getTuple(reader)) {
      meter.slots(reader.size());
      for (int i = 0; i < reader.size() && !isTired(); i++) {
        ValueGetters component = reader.at(i);
        if (!component.isNull()) {
          walk(component, component.type());
        }
      }
    }
  }

  private void vector(ValueGetters value, DataType.VectorType type) {
    VectorReader reader = new VectorReader();
    meter.reader();
    if (value.getVector(reader)) {
      Law.holds("a vector has its dimensions", reader.size() % type.dimensions() == 0);
      while (reader.next()) {
        walk(reader, type.element());
      }
    }
  }

  /** Without a type every getter takes a value of its size, and refuses any other. */
  private void untyped(ValueGetters value) {
    int length = value.valueLength();
    switch (length) {
      case 1 -> {
        value.getBoolean();
        value.getByte();
      }
      case 2 -> value.getShort();
      case 4 -> {
        value.getInt();
        value.getFloat();
      }
      case 8 -> {
        value.getLong();
        value.getDouble();
      }
      case 16 -> {
        value.getUuidMostSignificantBits();
        value.getUuidLeastSignificantBits();
      }
      default -> text(value);
    }
    if (untypedDepth < MAX_UNTYPED_DEPTH) {
      untypedDepth++;
      attempt(() -> list(value, null));
      attempt(() -> map(value, null, null));
      attempt(() -> tuple(value));
      untypedDepth--;
    }
  }

  private void attempt(Runnable reading) {
    try {
      reading.run();
    } catch (DriverException e) {
      meter.refused();
    }
  }
}
