package io.peregrine.codec.value;

import static io.peregrine.codec.value.ValueVectorsTest.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.MalformedMessageException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written is read again, for any type and value; damaged bytes are never misread badly. */
class RoundTripTest {
  private final Random random = new Random(23);

  @Test
  void anyValueOfAnyTypeComesBack() {
    for (int round = 0; round < 20_000; round++) {
      DataType type = type(4);
      Object value = value(type);
      assertThat(ValueVectorsTest.decode(type, encode(type, value))).isEqualTo(value);
    }
  }

  @Test
  void damagedBytesAreDecodedOrMalformed() {
    int malformed = 0;
    for (int round = 0; round < 50_000; round++) {
      DataType type = type(3);
      byte[] bytes = HexFormat.of().parseHex(encode(type, value(type)));
      if (bytes.length > 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        int length = random.nextBoolean() ? bytes.length : random.nextInt(bytes.length);
        try {
          ValueDecoder.decode(type, new UnsafeBuffer(bytes, 0, length), 0, length);
        } catch (MalformedMessageException e) {
          malformed++;
        }
      }
    }
    assertThat(malformed).isBetween(1_000, 49_000);
  }

  private DataType type(int depth) {
    switch (depth == 0 ? 9 : random.nextInt(12)) {
      case 0:
        return new DataType.ListType(type(depth - 1));
      case 1:
        return new DataType.SetType(type(depth - 1));
      case 2:
        return new DataType.MapType(type(depth - 1), type(depth - 1));
      case 3:
        return new DataType.TupleType(types(depth - 1));
      case 4:
        List<DataType> types = types(depth - 1);
        return new DataType.UserType(
            "k", "u", List.of("a", "b", "c").subList(0, types.size()), types);
      case 5:
      case 6:
        return new DataType.VectorType(type(depth - 1), 1 + random.nextInt(3));
      default:
        return Primitive.values()[random.nextInt(Primitive.values().length)];
    }
  }

  private List<DataType> types(int depth) {
    List<DataType> types = new ArrayList<>();
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      types.add(type(depth));
    }
    return types;
  }

  private Object value(DataType type) {
    if (type instanceof DataType.ListType list) {
      return values(list.element(), random.nextInt(4));
    }
    if (type instanceof DataType.VectorType vector) {
      return values(vector.element(), vector.dimensions());
    }
    if (type instanceof DataType.SetType set) {
      Set<Object> values = new LinkedHashSet<>(values(set.element(), random.nextInt(4)));
      return values;
    }
    if (type instanceof DataType.MapType map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      for (int left = random.nextInt(4); left > 0; left--) {
        entries.put(value(map.key()), value(map.value()));
      }
      return entries;
    }
    if (type instanceof DataType.TupleType tuple) {
      return TupleValue.of(tuple, components(tuple.components()));
    }
    if (type instanceof DataType.UserType udt) {
      return UdtValue.of(udt, components(udt.fieldTypes()));
    }
    return primitive((Primitive) type);
  }

  private List<Object> values(DataType element, int count) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(value(element));
    }
    return values;
  }

  private List<@Nullable Object> components(List<DataType> types) {
    List<@Nullable Object> values = new ArrayList<>();
    for (DataType type : types) {
      values.add(random.nextInt(5) == 0 ? null : value(type));
    }
    return values;
  }

  private Object primitive(Primitive type) {
    switch (type) {
      case ASCII:
        return "x".repeat(random.nextInt(200));
      case VARCHAR:
        return "größer \uD83D\uDE00".repeat(random.nextInt(30));
      case BIGINT:
      case COUNTER:
        return random.nextLong();
      case BLOB:
        return ByteBuffer.wrap(bytes(random.nextInt(300)));
      case BOOLEAN:
        return random.nextBoolean();
      case DECIMAL:
        return new BigDecimal(new BigInteger(random.nextInt(200), random), random.nextInt());
      case DOUBLE:
        return random.nextDouble();
      case FLOAT:
        return random.nextFloat();
      case INT:
        return random.nextInt();
      case TIMESTAMP:
        return Instant.ofEpochMilli(random.nextLong());
      case UUID:
        return new UUID(random.nextLong(), random.nextLong());
      case VARINT:
        return new BigInteger(bytes(1 + random.nextInt(40)));
      case TIMEUUID:
        return new UUID(random.nextLong() & ~0xF000L | 0x1000L, random.nextLong());
      case INET:
        return inet(bytes(random.nextBoolean() ? 4 : 16));
      case DATE:
        return LocalDate.ofEpochDay(random.nextInt());
      case TIME:
        return LocalTime.ofNanoOfDay(Math.floorMod(random.nextLong(), 86_400_000_000_000L));
      case SMALLINT:
        return (short) random.nextInt();
      case TINYINT:
        return (byte) random.nextInt();
      default:
        int sign = random.nextBoolean() ? 1 : -1;
        return new CqlDuration(
            sign * random.nextInt(1 << (1 + random.nextInt(29))),
            sign * random.nextInt(100),
            sign * (random.nextLong() >>> 1));
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static InetAddress inet(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
