package io.peregrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.MalformedMessageException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds of all JSON texts, and of all that are none. */
class JsonLawsTest {
  private static final int DEPTH = 4;

  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().all().ofMaxLength(12),
        Arbitraries.strings()
            .withChars('"', '\\', '/', '\n', '\u0000', '\u001f', 'é', '\u2028')
            .ofMaxLength(8),
        Arbitraries.of("😀", "a😀b", ""));
  }

  private static Arbitrary<Object> values(int depth) {
    Arbitrary<Object> leaf =
        Arbitraries.oneOf(
            texts().map(text -> (Object) text),
            Arbitraries.longs().map(number -> (Object) new JsonNumber(Long.toString(number))),
            Arbitraries.bigDecimals().ofScale(6).map(d -> (Object) new JsonNumber(d.toString())),
            Arbitraries.of(true, false),
            Arbitraries.just((Object) null));
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<Object> inner = values(depth - 1);
    return Arbitraries.frequencyOf(
        Tuple.of(3, leaf),
        Tuple.of(1, inner.list().ofMaxSize(4).map(list -> (Object) list)),
        Tuple.of(1, Arbitraries.maps(texts(), inner).ofMaxSize(4).map(map -> (Object) map)));
  }

  @Provide
  Arbitrary<Object> json() {
    return values(DEPTH);
  }

  private static void write(JsonWriter writer, Object value) {
    if (value == null) {
      writer.nothing();
    } else if (value instanceof String text) {
      writer.text(text);
    } else if (value instanceof Boolean flag) {
      writer.bool(flag);
    } else if (value instanceof JsonNumber number) {
      writer.number(
          number.isWhole() ? new BigInteger(number.text()) : new BigDecimal(number.text()));
    } else if (value instanceof List<?> list) {
      writer.beginArray();
      list.forEach(element -> write(writer, element));
      writer.endArray();
    } else {
      writer.beginObject();
      ((Map<?, ?>) value)
          .forEach(
              (name, member) -> {
                writer.name((String) name);
                write(writer, member);
              });
      writer.endObject();
    }
  }

  private static String written(Object value) {
    JsonWriter writer = new JsonWriter();
    write(writer, value);
    return writer.toString();
  }

  private static void readOrRefuse(String text) {
    try {
      JsonReader.read(text);
    } catch (MalformedMessageException e) {
      assertThat(e).hasMessageContaining("JSON at offset ");
    }
  }

  @Property(seed = "20261127", edgeCases = EdgeCasesMode.NONE)
  void whatIsWrittenIsReadAgain(@ForAll("json") Object value) {
    assertThat(JsonReader.read(written(value))).isEqualTo(value);
  }

  @Property(seed = "20261127", edgeCases = EdgeCasesMode.NONE)
  void blanksBetweenTokensChangeNothing(@ForAll("json") Object value) {
    String text = written(value);
    StringBuilder spaced = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean token = !quoted && "{}[],:".indexOf(c) >= 0;
      spaced.append(token ? " \n" : "").append(c).append(token ? "\t\r" : "");
      if (c == '\\') {
        spaced.append(text.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
      }
    }
    assertThat(JsonReader.read(spaced.toString())).isEqualTo(value);
  }

  @Property(tries = 500, seed = "20261127", edgeCases = EdgeCasesMode.NONE)
  void everyBeginningOfAnArrayIsRefused(@ForAll("json") Object value) {
    String text = written(new ArrayList<>(Arrays.asList(value)));
    for (int end = 0; end < text.length(); end++) {
      String beginning = text.substring(0, end);
      assertThatThrownBy(() -> JsonReader.read(beginning))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @Property(seed = "20261127")
  void anyTextIsReadOrRefused(@ForAll String text) {
    readOrRefuse(text);
  }

  @Property(seed = "20261127", edgeCases = EdgeCasesMode.NONE)
  void anyTextOfJsonsOwnCharactersIsReadOrRefused(@ForAll("tokens") List<String> tokens) {
    readOrRefuse(String.join("", tokens));
  }

  @Provide
  Arbitrary<List<String>> tokens() {
    return Arbitraries.of(
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\\", "\\u", "1", "-", ".", "e", "+",
            "true", "false", "null", " ", "0")
        .list()
        .ofMaxSize(12);
  }

  @Property(seed = "20261127", edgeCases = EdgeCasesMode.NONE)
  void oneCharacterPutInTheWrongPlaceIsReadOrRefused(
      @ForAll("json") Object value, @ForAll int place, @ForAll char c) {
    String text = written(value);
    int at = Math.floorMod(place, text.length());
    readOrRefuse(text.substring(0, at) + c + text.substring(at));
    readOrRefuse(text.substring(0, at) + c + text.substring(at + 1));
    readOrRefuse(text.substring(0, at) + text.substring(at + 1));
  }
}
