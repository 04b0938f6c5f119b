package io.peregrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Parameters as the server gets them. */
class ParameterWriterTest {
  private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
  private static final Point POINT = new Point(1.5, -2);

  private enum Side {
    BUY
  }

  /** As {@code java.sql.Date} is, which this module does not read. */
  private static final class DateWithoutATime extends Date {
    private static final long serialVersionUID = 1L;

    @Override
    public Instant toInstant() {
      throw new UnsupportedOperationException();
    }
  }

  private static String written(GraphProtocol protocol, @Nullable Object value) {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("p", value);
    ByteBuffer bytes = SimpleGraphStatement.of("q", parameters).encodedParameters(protocol);
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private static void assertPlain(@Nullable Object value, String json) {
    assertThat(written(GraphProtocol.GRAPHSON_1, value)).isEqualTo("{\"p\":" + json + "}");
  }

  private static void assertTyped(Object value, String type, String json) {
    String typed = "{\"@type\":\"" + type + "\",\"@value\":" + json + "}";
    assertThat(written(GraphProtocol.GRAPHSON_2, value)).isEqualTo("{\"p\":" + typed + "}");
    assertThat(written(GraphProtocol.GRAPHSON_3, value))
        .isEqualTo("{\"@type\":\"g:Map\",\"@value\":[\"p\"," + typed + "]}");
  }

  @Test
  void whatJsonHasIsTheSameInAllForms() {
    for (GraphProtocol protocol : GraphProtocol.values()) {
      assertThat(written(protocol, "é\"")).contains("\"p\"", "\"é\\\"\"");
      assertThat(written(protocol, true)).contains("true");
      assertThat(written(protocol, null)).contains("null");
      assertThat(written(protocol, Side.BUY)).contains("\"BUY\"");
      assertThat(written(protocol, 'c')).contains("\"c\"");
      assertThat(written(protocol, Optional.of("x"))).contains("\"x\"");
      assertThat(written(protocol, Optional.empty())).contains("null");
      assertThat(written(protocol, new StringBuilder("x"))).contains("\"x\"");
    }
  }

  @Test
  void numbersArePlainOrSayWhatTheyAre() {
    assertPlain(1, "1");
    assertPlain(Long.MIN_VALUE, "-9223372036854775808");
    assertPlain(1.5, "1.5");
    assertPlain(1.5f, "1.5");
    assertPlain((short) 3, "3");
    assertPlain((byte) -1, "-1");
    assertPlain(new BigInteger("123456789012345678901"), "123456789012345678901");
    assertPlain(new BigDecimal("1.50"), "\"1.50\"");
    assertTyped(1, "g:Int32", "1");
    assertTyped(1L, "g:Int64", "1");
    assertTyped(1.5, "g:Double", "1.5");
    assertTyped(1.5f, "g:Float", "1.5");
    assertTyped((short) 3, "gx:Int16", "3");
    assertTyped((byte) 3, "gx:Byte", "3");
    assertTyped(new BigInteger("123456789012345678901"), "gx:BigInteger", "123456789012345678901");
    assertTyped(new BigDecimal("1.50"), "gx:BigDecimal", "1.50");
    assertTyped(Double.NaN, "g:Double", "\"NaN\"");
    assertTyped(Float.NEGATIVE_INFINITY, "g:Float", "\"-Infinity\"");
  }

  @Test
  void textsStandForWhatJsonHasNot() throws UnknownHostException {
    Object[][] values = {
      {ID, "g:UUID", "00112233-4455-6677-8899-aabbccddeeff"},
      {Instant.parse("2026-11-27T14:00:00.5Z"), "gx:Instant", "2026-11-27T14:00:00.500Z"},
      {new Date(0), "gx:Instant", "1970-01-01T00:00:00Z"},
      {LocalDate.of(2026, 11, 27), "gx:LocalDate", "2026-11-27"},
      {LocalTime.of(1, 2, 3, 4), "gx:LocalTime", "01:02:03.000000004"},
      {Duration.ofSeconds(93784, 500_000_000), "gx:Duration", "PT26H3M4.5S"},
      {InetAddress.getByName("127.0.0.1"), "gx:InetAddress", "127.0.0.1"},
      {new byte[] {1, 2, -1}, "dse:Blob", "AQL/"},
      {ByteBuffer.wrap(new byte[] {9, 1, 2, -1}, 1, 3), "dse:Blob", "AQL/"},
      {POINT, "dse:Point", "POINT (1.5 -2)"},
      {LineString.of(POINT, POINT), "dse:LineString", "LINESTRING (1.5 -2, 1.5 -2)"},
      {Polygon.EMPTY, "dse:Polygon", "POLYGON EMPTY"},
    };
    for (Object[] value : values) {
      assertPlain(value[0], "\"" + value[2] + "\"");
      assertTyped(value[0], (String) value[1], "\"" + value[2] + "\"");
    }
  }

  @Test
  void tokensAreSentAsTheyAreRead() {
    assertPlain(GraphToken.ID, "\"id\"");
    assertPlain(Map.of(GraphToken.LABEL, "person"), "{\"label\":\"person\"}");
    assertTyped(GraphToken.VALUE, "g:T", "\"value\"");
    assertTyped(GraphToken.OUT, "g:Direction", "\"OUT\"");
    for (GraphToken token : GraphToken.values()) {
      String json = written(GraphProtocol.GRAPHSON_3, token);
      assertThat(TypedGraphson.read(JsonReader.read(json))).isEqualTo(Map.of("p", token));
    }
  }

  @Test
  void collectionsSayWhatTheyAreInTheThirdForm() {
    List<Object> list = Arrays.asList("a", null, List.of());
    assertPlain(list, "[\"a\",null,[]]");
    assertPlain(new LinkedHashSet<>(list), "[\"a\",null,[]]");
    assertPlain(new int[] {1, 2}, "[1,2]");
    assertPlain(new String[] {"a"}, "[\"a\"]");
    assertPlain(Map.of(1, Map.of(ID, "x")), "{\"1\":{\"" + ID + "\":\"x\"}}");
    assertPlain(Map.of(Side.BUY, 'c'), "{\"BUY\":\"c\"}");
    assertThat(written(GraphProtocol.GRAPHSON_2, list)).isEqualTo("{\"p\":[\"a\",null,[]]}");
    assertThat(written(GraphProtocol.GRAPHSON_3, List.of("a")))
        .endsWith("[\"p\",{\"@type\":\"g:List\",\"@value\":[\"a\"]}]}");
    assertThat(written(GraphProtocol.GRAPHSON_3, new String[] {"a"}))
        .endsWith("[\"p\",{\"@type\":\"g:List\",\"@value\":[\"a\"]}]}");
    assertThat(written(GraphProtocol.GRAPHSON_3, java.util.Set.of("a")))
        .endsWith("[\"p\",{\"@type\":\"g:Set\",\"@value\":[\"a\"]}]}");
    assertThat(written(GraphProtocol.GRAPHSON_3, Map.of(List.of(), "x")))
        .endsWith(
            "{\"@type\":\"g:Map\",\"@value\":[{\"@type\":\"g:List\",\"@value\":[]},\"x\"]}]}");
    assertThat(written(GraphProtocol.GRAPHSON_3, new CqlDuration(1, 2, 3)))
        .contains("\"dse:Duration\",\"@value\":{\"months\":{\"@type\":\"g:Int32\",\"@value\":1}")
        .contains("\"nanos\":{\"@type\":\"g:Int64\",\"@value\":3}");
  }

  @Test
  void whatHasNoFormIsRefusedWithTheRemedy() {
    for (GraphProtocol protocol : GraphProtocol.values()) {
      assertThatThrownBy(() -> written(protocol, new Thread()))
          .isInstanceOf(WrongTypeException.class)
          .hasMessageContaining("java.lang.Thread");
      assertThatThrownBy(() -> written(protocol, new AtomicInteger()))
          .isInstanceOf(WrongTypeException.class);
      assertThatThrownBy(() -> written(protocol, new Vertex("id", "person", Map.of())))
          .isInstanceOf(WrongTypeException.class)
          .hasMessageContaining("send its id");
    }
    assertThatThrownBy(() -> written(GraphProtocol.GRAPHSON_1, new DateWithoutATime()))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("DateWithoutATime")
        .hasMessageContaining("LocalDate");
    assertThatThrownBy(() -> written(GraphProtocol.GRAPHSON_1, Double.NaN))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> written(GraphProtocol.GRAPHSON_2, CqlDuration.ZERO))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("GRAPHSON_3");
    assertThatThrownBy(() -> written(GraphProtocol.GRAPHSON_2, Map.of(List.of(), 1)))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("A map's key of");
  }

  @Test
  void collectionThatContainsItselfIsRefused() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    for (GraphProtocol protocol : GraphProtocol.values()) {
      assertThatThrownBy(() -> written(protocol, endless))
          .isInstanceOf(InvalidValueException.class)
          .hasMessageContaining("contains itself");
    }
  }

  @Test
  void queryWithoutParametersHasNoValue() {
    assertThat(SimpleGraphStatement.of("q").encodedParameters(GraphProtocol.GRAPHSON_1)).isNull();
    assertThat(SimpleGraphStatement.of("q", Map.of()).encodedParameters(GraphProtocol.GRAPHSON_3))
        .isNull();
  }

  @Test
  void statementIsChangedByMakingAnother() {
    SimpleGraphStatement first = SimpleGraphStatement.of("q").withParameter("a", 1);
    SimpleGraphStatement second = first.withIdempotent(true).withParameter("b", null);
    assertThat(first.parameters()).containsExactly(Map.entry("a", 1));
    assertThat(first.isIdempotent()).isFalse();
    assertThat(second.parameters()).hasSize(2).containsEntry("a", 1).containsEntry("b", null);
    assertThat(second.isIdempotent()).isTrue();
    assertThat(second.withParameters(Map.of()).parameters()).isEmpty();
    assertThat(second.withParameters(Map.of()).isIdempotent()).isTrue();
    assertThat(second.query()).isEqualTo("q");
    Map<String, Object> nameless = new LinkedHashMap<>();
    nameless.put(null, 1);
    assertThatThrownBy(() -> first.withParameters(nameless))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without a name");
  }
}
