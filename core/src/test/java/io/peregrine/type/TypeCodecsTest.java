package io.peregrine.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.ListType;
import io.peregrine.codec.DataType.MapType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.DataType.SetType;
import io.peregrine.codec.DataType.TupleType;
import io.peregrine.codec.DataType.UserType;
import io.peregrine.codec.DataType.VectorType;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.row.ValueReader;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.codec.value.UdtValue;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

class TypeCodecsTest {
  /** Which way an order goes. */
  enum Side {
    BUY,
    SELL {
      @Override
      public String toString() {
        return "sells";
      }
    }
  }

  /**
   * A class of the application's own.
   *
   * @param cents what it is worth
   */
  record Price(long cents) {}

  record Address(String street, int zipCode, Optional<Side> side) {}

  static final UserType ADDRESS =
      new UserType(
          "shop",
          "address",
          List.of("zip_code", "street", "side"),
          List.of(Primitive.INT, Primitive.VARCHAR, Primitive.VARCHAR));

  private static final TypeCodec<Price> CENTS =
      TypeCodec.mapping(Price.class, Primitive.BIGINT, Long.class, Price::cents, Price::new);

  private final TypeCodecs codecs = new TypeCodecs();
  private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();

  private ValueReader written(DataType type, Object value) {
    ValueWriter writer = new ValueWriter().wrap(buffer, 0);
    codecs.encode(type, value, writer);
    return new ValueReader().wrap(buffer, 4, buffer.getInt(0, java.nio.ByteOrder.BIG_ENDIAN), type);
  }

  private <T> void comesBack(DataType type, T value, Class<T> as) {
    assertThat(codecs.decode(written(type, value), as)).isEqualTo(value);
  }

  @Test
  void enumsAreTextsByNameAndNumbersByOrdinal() {
    for (DataType type :
        List.of(
            Primitive.VARCHAR,
            Primitive.ASCII,
            Primitive.INT,
            Primitive.SMALLINT,
            Primitive.TINYINT)) {
      comesBack(type, Side.BUY, Side.class);
      comesBack(type, Side.SELL, Side.class);
    }
    assertThat(written(Primitive.VARCHAR, Side.SELL).getString()).isEqualTo("SELL");
    assertThat(written(Primitive.INT, Side.SELL).getInt()).isEqualTo(1);
  }

  @Test
  void unknownConstantsAreRefusedWithThoseThatThereAre() {
    assertThatThrownBy(() -> codecs.decode(written(Primitive.VARCHAR, "HOLD"), Side.class))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("'HOLD'")
        .hasMessageContaining("BUY");
    assertThatThrownBy(() -> codecs.decode(written(Primitive.INT, 2), Side.class))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("number 2");
    assertThatThrownBy(() -> codecs.decode(written(Primitive.INT, -1), Side.class))
        .isInstanceOf(InvalidValueException.class);
  }

  @Test
  void classesOfTheJdkThatMeanTheSameComeBack() {
    comesBack(Primitive.DURATION, Duration.ofNanos(-5_000_000_001L), Duration.class);
    comesBack(Primitive.DURATION, Period.of(1, 2, 3), Period.class);
    comesBack(Primitive.TIMESTAMP, new Date(-1), Date.class);
    comesBack(Primitive.BLOB, new byte[] {1, -2}, byte[].class);
    assertThat(written(Primitive.DURATION, Duration.ofSeconds(1)).getObject())
        .isEqualTo(new CqlDuration(0, 0, 1_000_000_000));
  }

  @Test
  void durationThatIsNoneInJavaIsRefused() {
    ValueReader months = written(Primitive.DURATION, new CqlDuration(1, 0, 5));
    assertThatThrownBy(() -> codecs.decode(months, Duration.class))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("1 months");
    assertThatThrownBy(() -> codecs.decode(months, Period.class))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("5 ns");
    assertThatThrownBy(() -> written(Primitive.DURATION, Duration.ofDays(1_000_000)))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("64 bits");
  }

  @Test
  void zonesAreWhatTheCodecChooses() {
    ZoneId tokyo = ZoneId.of("Asia/Tokyo");
    Instant instant = Instant.parse("2026-11-27T01:02:03.004Z");
    codecs.register(TimeCodecs.zoned(tokyo)).register(TimeCodecs.zonedWithZone());
    codecs.register(TimeCodecs.offset(ZoneOffset.ofHours(2))).register(TimeCodecs.local(tokyo));
    ZonedDateTime paris = instant.atZone(ZoneId.of("Europe/Paris"));
    assertThat(codecs.decode(written(Primitive.TIMESTAMP, paris), ZonedDateTime.class))
        .isEqualTo(instant.atZone(tokyo));
    comesBack(
        new TupleType(List.of(Primitive.TIMESTAMP, Primitive.VARCHAR)), paris, ZonedDateTime.class);
    comesBack(Primitive.TIMESTAMP, instant.atOffset(ZoneOffset.ofHours(2)), OffsetDateTime.class);
    comesBack(
        Primitive.TIMESTAMP, LocalDateTime.parse("2026-11-27T10:02:03.004"), LocalDateTime.class);
  }

  @Test
  void zoneThatIsNoneIsRefused() {
    codecs.register(TimeCodecs.zonedWithZone());
    TupleType type = new TupleType(List.of(Primitive.TIMESTAMP, Primitive.VARCHAR));
    ValueReader value = written(type, TupleValue.of(type, 1L, "Mars/Base"));
    assertThatThrownBy(() -> codecs.decode(value, ZonedDateTime.class))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("Mars/Base");
    ValueReader half = written(type, TupleValue.of(type, 1L, null));
    assertThatThrownBy(() -> codecs.decode(half, ZonedDateTime.class))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("null");
  }

  @Test
  void ownClassGoesByItsCodecWhereverItStands() {
    codecs.register(CENTS);
    comesBack(Primitive.BIGINT, new Price(995), Price.class);
    ValueReader list = written(new ListType(Primitive.BIGINT), List.of(new Price(1), new Price(2)));
    assertThat(list.getObject()).isEqualTo(List.of(1L, 2L));
    assertThat(codecs.decodeList(list, Price.class)).containsExactly(new Price(1), new Price(2));
    ValueReader map =
        written(new MapType(Primitive.VARCHAR, Primitive.BIGINT), Map.of(Side.BUY, new Price(7)));
    assertThat(codecs.decodeMap(map, Side.class, Price.class))
        .isEqualTo(Map.of(Side.BUY, new Price(7)));
    ValueReader set = written(new SetType(Primitive.INT), Set.of(Side.SELL, Side.BUY));
    assertThat(set.getObject()).asString().isEqualTo("[0, 1]");
    assertThat(codecs.decodeSet(set, Side.class)).containsExactly(Side.BUY, Side.SELL);
    TupleType pair = new TupleType(List.of(Primitive.BIGINT, Primitive.VARCHAR));
    assertThat(written(pair, TupleValue.of(pair, new Price(3), Side.BUY)).getObject())
        .isEqualTo(TupleValue.of(pair, 3L, "BUY"));
  }

  @Test
  void lastCodecRegisteredComesFirst() {
    codecs.register(CENTS);
    comesBack(Primitive.BIGINT, new Price(5), Price.class);
    codecs.register(
        TypeCodec.mapping(
            Price.class, Primitive.BIGINT, Long.class, p -> -p.cents(), c -> new Price(-c)));
    assertThat(written(Primitive.BIGINT, new Price(5)).getLong()).isEqualTo(-5);
    codecs.register(
        TypeCodec.mapping(String.class, Primitive.VARCHAR, String.class, s -> s + "!", s -> s));
    assertThat(written(Primitive.VARCHAR, "hi").getString()).isEqualTo("hi!");
  }

  @Test
  void optionalIsEmptyForNull() {
    assertThat(written(Primitive.INT, Optional.empty()).isNull()).isTrue();
    comesBack(Primitive.INT, Optional.of(3), Optional.class);
    assertThat((Object) codecs.decode(written(Primitive.INT, null), Optional.class))
        .isEqualTo(Optional.empty());
  }

  @Test
  void valueOfNoBytesIsNullWhereThatMeansNothing() {
    ValueReader none = new ValueReader().wrap(buffer, 0, 0, Primitive.INT);
    assertThat(codecs.decode(none, Side.class)).isNull();
    assertThat((Object) codecs.decode(none, Optional.class)).isEqualTo(Optional.empty());
    none.wrap(buffer, 0, 0, Primitive.BLOB);
    assertThat(codecs.decode(none, byte[].class)).isEmpty();
  }

  @Test
  void arraysComeBack() {
    comesBack(new ListType(Primitive.INT), new int[] {1, 2}, int[].class);
    comesBack(new VectorType(Primitive.FLOAT, 2), new float[] {1, 2}, float[].class);
    comesBack(new VectorType(Primitive.VARCHAR, 1), new Side[] {Side.SELL}, Side[].class);
    comesBack(new ListType(Primitive.VARCHAR), new String[] {"a", ""}, String[].class);
  }

  @Test
  void nullInsideACollectionIsRefusedAndLeavesNoTrace() {
    ValueWriter writer = new ValueWriter().wrap(buffer, 0);
    List<Side> sides = java.util.Arrays.asList(Side.BUY, null);
    assertThatThrownBy(() -> codecs.encode(new ListType(Primitive.VARCHAR), sides, writer))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("null inside");
    assertThat(writer.position()).isZero();
    assertThatThrownBy(
            () -> codecs.encode(new VectorType(Primitive.VARCHAR, 2), Set.of(Side.BUY), writer))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("2 elements, not 1");
  }

  @Test
  void classWithoutCodecIsRefusedByName() {
    assertThatThrownBy(() -> written(Primitive.INT, new Price(1)))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("Price");
    assertThatThrownBy(() -> codecs.codec(Primitive.INT, Side[].class))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("Side[]")
        .hasMessageContaining("register a TypeCodec");
    assertThatThrownBy(() -> codecs.codec(Primitive.BOOLEAN, Side.class))
        .isInstanceOf(WrongTypeException.class);
  }

  @Test
  void recordHoldsTheFieldsOfAUserDefinedType() {
    Address address = new Address("Main", 12345, Optional.of(Side.SELL));
    comesBack(ADDRESS, address, Address.class);
    assertThat(written(ADDRESS, address).getObject())
        .isEqualTo(UdtValue.of(ADDRESS, List.of(12345, "Main", "SELL")));
    ValueReader noSide = written(ADDRESS, UdtValue.of(ADDRESS, List.of(1, "x")));
    assertThat(codecs.decode(noSide, Address.class))
        .isEqualTo(new Address("x", 1, Optional.empty()));
  }

  @Test
  void nullFieldOfAPrimitiveIsTold() {
    ValueReader noZip = written(ADDRESS, UdtValue.of(ADDRESS, Map.of("street", "x")));
    assertThatThrownBy(() -> codecs.decode(noZip, Address.class))
        .isInstanceOf(UnexpectedNullException.class)
        .hasMessageContaining("field 'zip_code' is null")
        .hasMessageContaining("int zipCode of Address");
  }

  @Test
  void typeThatGrewIsReadAndItsNewFieldWrittenAsNull() {
    UserType grown =
        new UserType(
            "shop",
            "address",
            List.of("zip_code", "street", "side", "floor"),
            List.of(Primitive.INT, Primitive.VARCHAR, Primitive.VARCHAR, Primitive.INT));
    Address address = new Address("Main", 1, Optional.empty());
    comesBack(grown, address, Address.class);
    assertThat(((UdtValue) written(grown, address).getObject()).get("floor")).isNull();
    // What was written before the type grew ends early.
    ValueReader old = written(ADDRESS, address);
    ValueReader oldAsGrown =
        new ValueReader().wrap(buffer, old.valueOffset(), old.valueLength(), grown);
    assertThat(codecs.decode(oldAsGrown, Address.class)).isEqualTo(address);
  }

  @Test
  void componentWithoutFieldIsRefusedBeforeAnythingIsRead() {
    UserType small = new UserType("shop", "a", List.of("street"), List.of(Primitive.VARCHAR));
    assertThatThrownBy(() -> codecs.codec(small, Address.class))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("int zipCode of Address")
        .hasMessageContaining("zip_code")
        .hasMessageContaining("[street]");
  }

  @Test
  void mapperForOneTypeLeavesOthersAlone() {
    codecs.register(UdtMapper.of(Bean.class).forType("shop", "address"));
    Bean bean = new Bean();
    bean.setStreet("Main");
    bean.setZipCode(7);
    bean.setUsed(true);
    UserType type =
        new UserType(
            "shop",
            "address",
            List.of("street", "used", "zipcode"),
            List.of(Primitive.VARCHAR, Primitive.BOOLEAN, Primitive.INT));
    Bean read = codecs.decode(written(type, bean), Bean.class);
    assertThat(List.of(read.getStreet(), read.getZipCode(), read.isUsed()))
        .isEqualTo(List.of("Main", 7, true));
    UserType other = new UserType("shop", "other", type.fieldNames(), type.fieldTypes());
    assertThatThrownBy(() -> written(other, bean)).isInstanceOf(WrongTypeException.class);
  }

  @Test
  void classThatIsNeitherRecordNorBeanIsRefused() {
    assertThatThrownBy(() -> UdtMapper.of(ByteBuffer.class))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("no constructor without parameters");
    assertThatThrownBy(() -> UdtMapper.of(TypeCodecsTest.class))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("no property");
  }

  /** A class as tools generate them. */
  public static final class Bean {
    private String street;
    private int zipCode;
    private boolean used;

    public String getStreet() {
      return street;
    }

    public void setStreet(String street) {
      this.street = street;
    }

    public int getZipCode() {
      return zipCode;
    }

    public void setZipCode(int zipCode) {
      this.zipCode = zipCode;
    }

    public boolean isUsed() {
      return used;
    }

    public void setUsed(boolean used) {
      this.used = used;
    }
  }
}
