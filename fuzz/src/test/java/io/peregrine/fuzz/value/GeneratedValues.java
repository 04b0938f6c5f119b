package io.peregrine.fuzz.value;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.codec.value.UdtValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Values of any type, edges more often than chance would have them. Not thread-safe.
 *
 * <p>A case is made of a depth, the number of a type and the number of a value, so that a failing
 * one shrinks to a shallow type. There are a few thousand types: Cassandra keeps each that it has
 * seen.
 */
final class GeneratedValues {
  private static final int TYPES = 3_000;
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;
  private static final String[] PIECES = {"a", "Z9 ", "'", "ß", "ま", "\uD83D\uDE00", "\0", "~~~~"};

  private final Random random;

  GeneratedValues(Random random) {
    this.random = random;
  }

  static Arbitrary<TypedValue> any() {
    return Combinators.combine(
            Arbitraries.integers()
                .between(0, GeneratedTypes.MAX_DEPTH)
                .withDistribution(RandomDistribution.uniform()),
            Arbitraries.integers()
                .between(0, TYPES - 1)
                .withDistribution(RandomDistribution.uniform()),
            Arbitraries.longs().withDistribution(RandomDistribution.uniform()))
        .as(GeneratedValues::of);
  }

  private static TypedValue of(int depth, int typeNumber, long valueNumber) {
    DataType type = new GeneratedTypes(new Random(typeNumber)).type(depth);
    return new TypedValue(type, new GeneratedValues(new Random(valueNumber)).value(type));
  }

  Object value(DataType type) {
    if (type instanceof Primitive primitive) {
      return primitive(primitive);
    }
    if (type instanceof DataType.ListType list) {
      return values(random.nextInt(5), () -> value(list.element()));
    }
    if (type instanceof DataType.VectorType vector) {
      return values(vector.dimensions(), () -> value(vector.element()));
    }
    if (type instanceof DataType.SetType set) {
      Set<Object> values =
          new LinkedHashSet<>(values(random.nextInt(5), () -> value(set.element())));
      return values;
    }
    if (type instanceof DataType.MapType map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      for (int left = random.nextInt(5); left > 0; left--) {
        entries.put(value(map.key()), value(map.value()));
      }
      return entries;
    }
    if (type instanceof DataType.TupleType tuple) {
      return TupleValue.of(tuple, components(tuple.components()));
    }
    DataType.UserType udt = (DataType.UserType) type;
    return UdtValue.of(udt, components(udt.fieldTypes()));
  }

  private static List<Object> values(int count, Supplier<Object> value) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(value.get());
    }
    return values;
  }

  private List<@Nullable Object> components(List<DataType> types) {
    List<@Nullable Object> values = new ArrayList<>();
    for (DataType type : types) {
      values.add(random.nextInt(6) == 0 ? null : value(type));
    }
    return values;
  }

  private Object primitive(Primitive type) {
    return switch (type) {
      case ASCII -> text().replaceAll("[^\\x00-\\x7F]", "x");
      case VARCHAR -> text();
      case BLOB -> ByteBuffer.wrap(bytes(random.nextInt(4) == 0 ? 0 : random.nextInt(200)));
      case BOOLEAN -> random.nextBoolean();
      case TINYINT -> (byte) number();
      case SMALLINT -> (short) number();
      case INT -> (int) number();
      case BIGINT, COUNTER -> number();
      case FLOAT -> Float.intBitsToFloat((int) number());
      case DOUBLE -> Double.longBitsToDouble(number());
      case VARINT -> integer();
      case DECIMAL -> new BigDecimal(integer(), scale());
      default -> timeOrAddress(type);
    };
  }

  private Object timeOrAddress(Primitive type) {
    return switch (type) {
      case UUID -> new UUID(random.nextLong(), random.nextLong());
      case TIMEUUID ->
          new UUID(
              random.nextLong() & ~0xF000L | 0x1000L,
              random.nextLong() & Long.MAX_VALUE >> 1 | Long.MIN_VALUE);
      case INET -> address(bytes(random.nextBoolean() ? 4 : 16));
      case DATE -> LocalDate.ofEpochDay((int) number());
      case TIME -> LocalTime.ofNanoOfDay(Math.floorMod(number(), NANOS_PER_DAY));
      case TIMESTAMP -> Instant.ofEpochMilli(number());
      default -> duration();
    };
  }

  private CqlDuration duration() {
    int months = (int) number() & Integer.MAX_VALUE;
    int days = (int) number() & Integer.MAX_VALUE;
    long nanos = number() & Long.MAX_VALUE;
    return random.nextBoolean()
        ? new CqlDuration(months, days, nanos)
        : new CqlDuration(-months, -days, -nanos);
  }

  /** Any 64 bits, small ones and the edges of each size often. */
  private long number() {
    long number = random.nextLong() >> random.nextInt(64);
    int edge = 1 << random.nextInt(7);
    return switch (random.nextInt(4)) {
      case 0 -> (1L << edge - 1) - random.nextInt(3) + 1;
      case 1 -> -(1L << edge - 1) - random.nextInt(3) + 1;
      default -> number;
    };
  }

  private BigInteger integer() {
    return random.nextBoolean()
        ? BigInteger.valueOf(number())
        : new BigInteger(bytes(1 + random.nextInt(40)));
  }

  private int scale() {
    return random.nextInt(8) == 0 ? random.nextInt(2_001) - 1_000 : random.nextInt(20);
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(4) == 0 ? 0 : random.nextInt(40); left > 0; left--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
