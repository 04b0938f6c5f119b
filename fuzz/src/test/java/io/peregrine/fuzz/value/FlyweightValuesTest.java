package io.peregrine.fuzz.value;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.row.ListReader;
import io.peregrine.codec.row.MapReader;
import io.peregrine.codec.row.TupleReader;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueReader;
import io.peregrine.codec.row.VectorReader;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.codec.value.UdtValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The readers that lie over the bytes give what was written, at any depth. */
class FlyweightValuesTest {
  @Provide
  Arbitrary<TypedValue> values() {
    return GeneratedValues.any();
  }

  @Property(tries = 20_000, seed = "20261122")
  void flyweightsReadWhatWasWritten(@ForAll("values") TypedValue value) {
    byte[] bytes = value.encoded();
    ValueReader reader = new ValueReader();
    reader.wrap(new UnsafeBuffer(bytes), 0, bytes.length, value.type());
    // Equal to the value, but with its sets and maps in the order in which they were written.
    Object written = TypedValue.decode(value.type(), ByteBuffer.wrap(bytes));
    assertThat(written).isEqualTo(value.value());
    assertReads(reader, value.type(), written);
  }

  private static void assertReads(ValueGetters reader, DataType type, @Nullable Object value) {
    assertThat(reader.type()).isEqualTo(type);
    assertThat(reader.isNull()).isEqualTo(value == null);
    if (value == null) {
      return;
    }
    if (type instanceof DataType.ListType list) {
      assertReadsElements(reader, list.element(), (Collection<?>) value);
    } else if (type instanceof DataType.SetType set) {
      assertReadsElements(reader, set.element(), (Collection<?>) value);
    } else if (type instanceof DataType.VectorType vector) {
      assertReadsVector(reader, vector, (List<?>) value);
    } else if (type instanceof DataType.MapType map) {
      MapReader entries = new MapReader();
      assertThat(reader.getMap(entries)).isTrue();
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        assertThat(entries.next()).isTrue();
        assertReads(entries.key(), map.key(), entry.getKey());
        assertReads(entries.value(), map.value(), entry.getValue());
      }
      assertThat(entries.next()).isFalse();
    } else if (value instanceof UdtValue udt) {
      assertReadsComponents(reader, udt.type().fieldTypes(), udt.fields());
    } else if (value instanceof TupleValue tuple) {
      assertReadsComponents(reader, tuple.type().components(), tuple.components());
    } else {
      assertReadsPrimitive(reader, (Primitive) type, value);
    }
  }

  private static void assertReadsElements(
      ValueGetters reader, DataType element, Collection<?> values) {
    ListReader elements = new ListReader();
    assertThat(reader.getList(elements)).isTrue();
    for (Object value : values) {
      assertThat(elements.next()).isTrue();
      assertReads(elements, element, value);
    }
    assertThat(elements.next()).isFalse();
  }

  private static void assertReadsVector(
      ValueGetters reader, DataType.VectorType type, List<?> values) {
    VectorReader elements = new VectorReader();
    assertThat(reader.getVector(elements)).isTrue();
    assertThat(elements.size()).isEqualTo(type.dimensions());
    Iterator<?> expected = values.iterator();
    while (elements.next()) {
      assertReads(elements, type.element(), expected.next());
    }
    assertThat(expected.hasNext()).isFalse();
    if (type.element() == Primitive.FLOAT) {
      float[] floats = new float[type.dimensions()];
      assertThat(elements.getFloats(floats)).isEqualTo(floats.length);
      for (int i = 0; i < floats.length; i++) {
        assertThat(floats[i]).isEqualTo(values.get(i));
      }
    }
  }

  private static void assertReadsComponents(
      ValueGetters reader, List<DataType> types, List<@Nullable Object> values) {
    TupleReader components = new TupleReader();
    assertThat(reader.getTuple(components)).isTrue();
    assertThat(components.size()).isEqualTo(values.size());
    for (int i = values.size() - 1; i >= 0; i--) {
      assertReads(components.at(i), types.get(i), values.get(i));
    }
  }

  private static void assertReadsPrimitive(ValueGetters reader, Primitive type, Object value) {
    switch (type) {
      case ASCII, VARCHAR -> {
        StringBuilder text = new StringBuilder();
        assertThat(reader.appendTo(text)).isEqualTo(text.length());
        assertThat(text).hasToString((String) value);
      }
      case BOOLEAN -> assertThat(reader.getBoolean()).isEqualTo(value);
      case TINYINT -> assertThat(reader.getByte()).isEqualTo(value);
      case SMALLINT -> assertThat(reader.getShort()).isEqualTo(value);
      case INT -> assertThat(reader.getInt()).isEqualTo(value);
      case BIGINT, COUNTER -> assertThat(reader.getLong()).isEqualTo(value);
      case FLOAT -> assertThat(reader.getFloat()).isEqualTo(value);
      case DOUBLE -> assertThat(reader.getDouble()).isEqualTo(value);
      case TIMESTAMP -> assertThat(reader.getLong()).isEqualTo(((Instant) value).toEpochMilli());
      case TIME -> assertThat(reader.getLong()).isEqualTo(((LocalTime) value).toNanoOfDay());
      case DATE ->
          assertThat(reader.getInt() + (1L << 31) & 0xFFFF_FFFFL)
              .isEqualTo(((LocalDate) value).toEpochDay() & 0xFFFF_FFFFL);
      case UUID, TIMEUUID ->
          assertThat(
                  new UUID(
                      reader.getUuidMostSignificantBits(), reader.getUuidLeastSignificantBits()))
              .isEqualTo(value);
      case INET -> assertReadsBytes(reader, ((InetAddress) value).getAddress());
      case BLOB -> assertReadsBytes(reader, bytes((ByteBuffer) value));
      case VARINT -> assertReadsVarint(reader, (BigInteger) value);
      case DECIMAL -> {
        BigDecimal decimal = (BigDecimal) value;
        assertThat(reader.getDecimalScale()).isEqualTo(decimal.scale());
        if (decimal.unscaledValue().bitLength() < 64) {
          assertThat(reader.getDecimalUnscaledAsLong())
              .isEqualTo(decimal.unscaledValue().longValueExact());
        }
      }
      case DURATION -> {
        CqlDuration duration = (CqlDuration) value;
        assertThat(reader.getDurationMonths()).isEqualTo(duration.months());
        assertThat(reader.getDurationDays()).isEqualTo(duration.days());
        assertThat(reader.getDurationNanos()).isEqualTo(duration.nanos());
      }
    }
  }

  private static void assertReadsVarint(ValueGetters reader, BigInteger value) {
    if (value.bitLength() < 64) {
      assertThat(reader.getVarintAsLong()).isEqualTo(value.longValueExact());
    }
  }

  private static void assertReadsBytes(ValueGetters reader, byte[] bytes) {
    UnsafeBuffer view = new UnsafeBuffer(0, 0);
    assertThat(reader.getBytes(view)).isTrue();
    assertThat(view).isEqualTo(new UnsafeBuffer(bytes));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
