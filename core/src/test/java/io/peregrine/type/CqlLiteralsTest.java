package io.peregrine.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.InvalidStatementException;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.DataType.TupleType;
import io.peregrine.codec.DataType.UserType;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.codec.value.UdtValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CqlLiteralsTest {
  private final CqlLiterals literals = new CqlLiterals();

  private void is(Object value, String literal) {
    assertThat(literals.literal(value)).isEqualTo(literal);
  }

  @Test
  void scalarsAreWrittenAsCqlReadsThem() throws Exception {
    is(null, "NULL");
    is("", "''");
    is("it's", "'it''s'");
    is("''", "''''''");
    is('\'', "''''");
    is("a$$b -- /* \0\n", "'a$$b -- /* \0\n'");
    is("😀", "'😀'");
    is(true, "true");
    is(-5, "-5");
    is(Long.MIN_VALUE, "-9223372036854775808");
    is(1.5f, "1.5");
    is(Double.NaN, "NaN");
    is(Double.NEGATIVE_INFINITY, "-Infinity");
    is(new BigDecimal("1E+3"), "1E+3");
    is(BigInteger.TEN.pow(20), "100000000000000000000");
    UUID uuid = new UUID(1, 2);
    is(uuid, "00000000-0000-0001-0000-000000000002");
    is(new byte[] {0, (byte) 0xCA}, "0x00ca");
    is(ByteBuffer.wrap(new byte[] {1, 2, 3}, 1, 1), "0x02");
    is(InetAddress.getByName("127.0.0.1"), "'127.0.0.1'");
    is(InetAddress.getByName("2001:db8::1"), "'2001:db8:0:0:0:0:0:1'");
  }

  @Test
  void timesAreWrittenAsCqlReadsThem() {
    is(Instant.ofEpochMilli(-1), "-1");
    is(new Date(5), "5");
    is(LocalDate.of(2026, 11, 27), "'2026-11-27'");
    is(LocalDate.of(10_000, 1, 1), "2150416545");
    is(LocalTime.of(1, 2, 3, 4), "'01:02:03.000000004'");
    is(new CqlDuration(-1, 0, -3), "-1mo3ns");
    is(Duration.ofNanos(7), "7ns");
    is(Period.ofDays(2), "2d");
    assertThatThrownBy(() -> literals.literal(Instant.MAX))
        .isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(() -> literals.literal(LocalDate.MAX))
        .isInstanceOf(InvalidValueException.class);
  }

  @Test
  void valuesOfOthersAreWrittenAsCqlReadsThem() {
    is(List.of("a", "b"), "['a', 'b']");
    is(new int[] {1, 2}, "[1, 2]");
    is(new String[] {"x"}, "['x']");
    is(new TreeSet<>(List.of(2, 1)), "{1, 2}");
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("k'", List.of(1));
    is(map, "{'k''': [1]}");
    is(ValueSequence.of(1, "b", null), "(1, 'b', NULL)");
    is(Optional.of("x"), "'x'");
    is(Optional.empty(), "NULL");
    TupleType pair = new TupleType(List.of(Primitive.INT, Primitive.VARCHAR));
    is(TupleValue.of(pair, 1, "x"), "(1, 'x')");
    UserType udt =
        new UserType("ks", "t", List.of("a", "Q\"t"), List.of(Primitive.INT, Primitive.VARCHAR));
    is(UdtValue.of(udt, Arrays.asList(1, null)), "{\"a\": 1, \"Q\"\"t\": NULL}");
    is(new Point(1, -2.5), "'POINT (1 -2.5)'");
    is(LineString.of(new Point(0, 0), new Point(1, 1)), "'LINESTRING (0 0, 1 1)'");
    is(Polygon.EMPTY, "'POLYGON EMPTY'");
  }

  @Test
  void registeredClassOfAUserDefinedTypeIsItsFields() {
    literals.register(
        TypeCodecsTest.Address.class,
        UdtMapper.of(TypeCodecsTest.Address.class).literals(TypeCodecsTest.ADDRESS));
    is(
        new TypeCodecsTest.Address("it's", 5, Optional.empty()),
        "{\"zip_code\": 5, \"street\": 'it''s', \"side\": NULL}");
  }

  @Test
  void encoderOfAClassAboveIsTaken() {
    is(TypeCodecsTest.Side.SELL, "'SELL'");
    is(new StringBuilder("s'"), "'s'''");
    is(new ArrayList<>(List.of(1)), "[1]");
    literals.register(List.class, (list, text, all) -> text.append("list"));
    is(new ArrayList<>(List.of(1)), "list");
    is(new TreeSet<>(List.of(1)), "{1}");
    literals.register(ArrayList.class, (list, text, all) -> text.append("array"));
    is(new ArrayList<>(List.of(1)), "array");
  }

  @Test
  void classWithoutLiteralIsRefusedAndNeverPrinted() {
    Object hostile =
        new Object() {
          @Override
          public String toString() {
            return "1; DROP TABLE t";
          }
        };
    assertThatThrownBy(() -> literals.literal(hostile))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("register a LiteralEncoder");
    assertThatThrownBy(() -> literals.literal(List.of(hostile)))
        .isInstanceOf(WrongTypeException.class);
  }

  @Test
  void halfACharacterIsRefused() {
    for (String half : List.of("a\uD83D", "\uD83Db", "\uDE00", "\uDE00\uD83D")) {
      assertThatThrownBy(() -> literals.literal(half))
          .isInstanceOf(InvalidValueException.class)
          .hasMessageContaining("half of a character");
    }
  }

  @Test
  void valuesStandInTheirPlaces() {
    assertThat(literals.format("SELECT %s FROM t WHERE k = %s", 1, "a'b"))
        .isEqualTo("SELECT 1 FROM t WHERE k = 'a''b'");
    assertThat(literals.format("k = %s AND n LIKE 'a%%'", 1)).isEqualTo("k = 1 AND n LIKE 'a%'");
    assertThat(literals.format("k LIKE 'a%s%'")).isEqualTo("k LIKE 'a%s%'");
    assertThat(literals.format("a %% %s b", 1)).isEqualTo("a % 1 b");
    assertThat(literals.formatNamed("%(b)s %(a)s %(b)s", Map.of("a", 1, "b", 2, "c", 3)))
        .isEqualTo("2 1 2");
    assertThat(literals.format("v = %s", "%s %(x)s")).isEqualTo("v = '%s %(x)s'");
  }

  @Test
  void placeInQuotesOrInACommentIsRefused() {
    for (String query :
        List.of(
            "k = '%s'",
            "k = \"%s\"",
            "k = $$%s$$",
            "k = 1 -- %s",
            "k = 1 // %s",
            "k = 1 /* %s */",
            "k = 'it''s %s'",
            "k = '%s")) {
      assertThatThrownBy(() -> literals.format(query, "; DROP TABLE t; --"))
          .as(query)
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("within quotes or a comment");
    }
  }

  @Test
  void commentEndsWithItsLine() {
    assertThat(literals.format("a -- x\n%s /* 'y */ %s", 1, 2)).isEqualTo("a -- x\n1 /* 'y */ 2");
    assertThat(literals.format("a // x\r%s", 1)).isEqualTo("a // x\r1");
  }

  @Test
  void literalsNeverJoinWhatIsBesideThem() {
    assertThat(literals.format("v = v -%s", -5)).isEqualTo("v = v - -5");
    assertThat(literals.format("%s%s", "a", "b")).isEqualTo("'a' 'b'");
    assertThat(literals.format("'x'%s'y'", "b")).isEqualTo("'x' 'b' 'y'");
    assertThat(literals.format("1%s2", 3)).isEqualTo("1 3 2");
    assertThat(literals.format("(%s,%s)", 1, 2)).isEqualTo("(1,2)");
  }

  @Test
  void valuesAndPlacesMustGoTogether() {
    refused("%s %s", "more places than the 1 values", 1);
    refused("%s", "1 places for 2 values", 1, 2);
    refused("%d", "neither %s, %(name)s nor %%", 1);
    refused("100%", "neither", 1);
    refused("%(a)s", "with a name", 1);
    assertThatThrownBy(() -> literals.formatNamed("%(b)s", Map.of("a", 1)))
        .isInstanceOf(InvalidStatementException.class)
        .hasMessageContaining("'b', which has no value");
    assertThatThrownBy(() -> literals.formatNamed("%s", Map.of("a", 1)))
        .isInstanceOf(InvalidStatementException.class)
        .hasMessageContaining("without a name");
  }

  private void refused(String query, String why, Object... values) {
    assertThatThrownBy(() -> literals.format(query, values))
        .as(query)
        .isInstanceOf(InvalidStatementException.class)
        .hasMessageContaining(why);
  }
}
