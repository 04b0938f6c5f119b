package io.peregrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.MalformedMessageException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  private static void assertMalformed(String text, int offset, String problem) {
    assertThatThrownBy(() -> JsonReader.read(text))
        .as(text)
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("JSON at offset " + offset + ": ")
        .hasMessageContaining(problem);
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  @Test
  void everyKindOfValueIsRead() {
    assertThat(JsonReader.read(" { \"a\" : [ true , false, null ,\t1\r\n] , \"b\":{}, \"\":[]} "))
        .isEqualTo(
            Map.of(
                "a",
                java.util.Arrays.asList(true, false, null, new JsonNumber("1")),
                "b",
                Map.of(),
                "",
                List.of()));
    assertThat(JsonReader.read("null")).isNull();
    assertThat(JsonReader.read("\"\"")).isEqualTo("");
    assertThat(JsonReader.read("{\"a\":1,\"a\":2}")).isEqualTo(Map.of("a", new JsonNumber("2")));
  }

  @Test
  void escapesAreRead() {
    assertThat(JsonReader.read("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00é😀\""))
        .isEqualTo("a\"\\/\b\f\n\r\té😀é😀");
    assertThat(JsonReader.read("\"\\ud800\"")).isEqualTo("\ud800");
  }

  @Test
  void membersKeepTheirOrder() {
    assertThat((Map<?, ?>) JsonReader.read("{\"z\":1,\"a\":2,\"m\":3}"))
        .extracting(map -> List.copyOf(map.keySet()))
        .isEqualTo(List.of("z", "a", "m"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-0", "7", "-12", "1.5", "0.25", "1e3", "1E+3", "-2.5e-7", "12345678901234"})
  void numbersKeepTheirDigits(String number) {
    assertThat(JsonReader.read(number)).isEqualTo(new JsonNumber(number));
  }

  @Test
  void numberBecomesTheSmallestClassThatHoldsIt() {
    assertThat(new JsonNumber("2147483647").value()).isEqualTo(Integer.MAX_VALUE);
    assertThat(new JsonNumber("-2147483648").value()).isEqualTo(Integer.MIN_VALUE);
    assertThat(new JsonNumber("2147483648").value()).isEqualTo(2147483648L);
    assertThat(new JsonNumber("-9223372036854775808").value()).isEqualTo(Long.MIN_VALUE);
    assertThat(new JsonNumber("9223372036854775808").value())
        .isEqualTo(new BigInteger("9223372036854775808"));
    assertThat(new JsonNumber("1.0").value()).isEqualTo(1.0);
    assertThat(new JsonNumber("1e400").value()).isEqualTo(new BigDecimal("1e400"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~ | 0 | a value begins with the end of the text",
        "[1,] | 3 | a value begins with ']'",
        "[1 2] | 3 | '2' in the place of ']'",
        "[1 | 2 | the end of the text in the place of ']'",
        "{\"a\" 1} | 5 | '1' in the place of ':'",
        "{\"a\":1 \"b\":2} | 7 | '\"' in the place of '}'",
        "{a:1} | 1 | a member's name begins with 'a'",
        "{\"a\":1,} | 7 | a member's name begins with '}'",
        "1 2 | 2 | complete before '2'",
        "tru | 0 | is not true",
        "nul | 0 | is not null",
        "NaN | 0 | a value begins with 'N'",
        "01 | 1 | complete before '1'",
        "-  | 1 | the end of the text in the place of a digit",
        "1. | 2 | the end of the text in the place of a digit, in the number at 0",
        "1e+ | 3 | in the place of a digit",
        ".5 | 0 | a value begins with '.'",
        "+1 | 0 | a value begins with '+'",
        "\"abc | 0 | this string has no end",
        "\"a\\nbc | 0 | this string has no end",
        "\"\\x\" | 2 | 'x' after a backslash means nothing",
        "\"\\u12g4\" | 5 | 'g' is none of the four hexadecimal digits",
        "\"\\u12 | 5 | the end of the text is none of the four",
        "\"\\ | 2 | the end of the text after a backslash",
        "é | 0 | a value begins with U+00E9",
      })
  void whatIsNoJsonIsToldWithItsPlace(String text, int offset, String problem) {
    assertMalformed(text, offset, problem);
  }

  @Test
  void controlCharactersAreRefusedInStringsAndElsewhere() {
    assertMalformed("\"a\nb\"", 2, "U+000A stands in a string without an escape");
    assertMalformed("\"\\n\u0000\"", 3, "U+0000 stands in a string");
    assertMalformed("\u0000", 0, "a value begins with U+0000");
    assertMalformed("\ufeff1", 0, "a value begins with U+FEFF");
    assertMalformed("\"\\u١٢٣٤\"", 3, "hexadecimal");
  }

  @Test
  void depthHasALimit() {
    assertThat(JsonReader.read(nested(JsonReader.MAX_DEPTH))).isInstanceOf(List.class);
    assertMalformed(nested(JsonReader.MAX_DEPTH + 1), JsonReader.MAX_DEPTH, "more than 512 deep");
    assertMalformed("{\"a\":".repeat(100_000), 5 * JsonReader.MAX_DEPTH, "more than 512 deep");
    // What stands beside each other is not deep.
    String flat = "[" + "[[]],".repeat(10_000) + "0]";
    assertThat((List<?>) JsonReader.read(flat)).hasSize(10_001);
  }

  @Test
  void lengthOfANumberHasALimit() {
    String longest = "9".repeat(JsonReader.MAX_NUMBER_LENGTH);
    assertThat(JsonReader.read(longest)).isEqualTo(new JsonNumber(longest));
    assertMalformed("[" + longest + "9]", 1, "a number of 1001 characters; 1000 are read");
    assertMalformed("0." + "1".repeat(1_000_000), 0, "1000 are read");
  }
}
