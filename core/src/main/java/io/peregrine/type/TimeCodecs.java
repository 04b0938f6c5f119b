package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.row.TupleReader;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Objects;

/**
 * Codecs of dates and times with a zone, which CQL has no type for: what to do about the zone is to
 * be chosen. Stateless; any thread may use it, and the codecs.
 *
 * <p>Without any of them, a {@code timestamp} is an {@link java.time.Instant}.
 */
public final class TimeCodecs {
  private TimeCodecs() {}

  /**
   * A {@code timestamp} as a time in one zone. What is written may be in any; its zone is lost.
   *
   * @param zone the zone to read in
   * @return the codec, to be registered
   */
  public static TypeCodec<ZonedDateTime> zoned(ZoneId zone) {
    Objects.requireNonNull(zone, "zone");
    return new ConvertingCodec<>(
        ZonedDateTime.class,
        type -> type == Primitive.TIMESTAMP,
        ZonedDateTime::toInstant,
        value -> ConvertingCodec.instant(value).atZone(zone));
  }

  /**
   * A {@code timestamp} as a time at one offset. What is written may be at any; its offset is lost.
   *
   * @param offset the offset to read at
   * @return the codec, to be registered
   */
  public static TypeCodec<OffsetDateTime> offset(ZoneOffset offset) {
    Objects.requireNonNull(offset, "offset");
    return new ConvertingCodec<>(
        OffsetDateTime.class,
        type -> type == Primitive.TIMESTAMP,
        OffsetDateTime::toInstant,
        value -> ConvertingCodec.instant(value).atOffset(offset));
  }

  /**
   * A {@code timestamp} as the time that clocks in one zone show.
   *
   * @param zone the zone; of an hour that its clocks show twice, the first is written
   * @return the codec, to be registered
   */
  public static TypeCodec<LocalDateTime> local(ZoneId zone) {
    Objects.requireNonNull(zone, "zone");
    return new ConvertingCodec<>(
        LocalDateTime.class,
        type -> type == Primitive.TIMESTAMP,
        time -> time.atZone(zone).toInstant(),
        value -> ConvertingCodec.instant(value).atZone(zone).toLocalDateTime());
  }

  /**
   * A {@code tuple<timestamp, text>} as a time in the zone that the text names, which is kept.
   *
   * @return the codec, to be registered
   */
  public static TypeCodec<ZonedDateTime> zonedWithZone() {
    return new WithZone();
  }

  /** Keeps the zone beside the time. Stateless. */
  private static final class WithZone implements TypeCodec<ZonedDateTime> {
    private static final DataType TYPE =
        new DataType.TupleType(List.of(Primitive.TIMESTAMP, Primitive.VARCHAR));

    @Override
    public Class<ZonedDateTime> javaClass() {
      return ZonedDateTime.class;
    }

    @Override
    public boolean accepts(DataType type) {
      return type.equals(TYPE);
    }

    @Override
    public void encode(DataType type, ZonedDateTime value, ValueWriter writer) {
      int token = writer.beginValue();
      writer.putLong(value.toInstant().toEpochMilli());
      writer.putText(value.getZone().getId());
      writer.endValue(token);
    }

    @Override
    public ZonedDateTime decode(DataType type, ValueGetters value) {
      TupleReader tuple = new TupleReader();
      value.getTuple(tuple);
      ValueGetters time = tuple.at(0);
      boolean hasTime = !time.isNull();
      long millis = time.getLong();
      String zone = tuple.at(1).getString();
      if (!hasTime || zone == null) {
        throw new InvalidValueException(
            "a time with a zone needs both, but one of them is null; read it as a TupleValue");
      }
      try {
        return java.time.Instant.ofEpochMilli(millis).atZone(ZoneId.of(zone));
      } catch (DateTimeException e) {
        throw new InvalidValueException(
            "'" + zone + "' is no time zone that this Java knows: " + e.getMessage());
      }
    }
  }
}
