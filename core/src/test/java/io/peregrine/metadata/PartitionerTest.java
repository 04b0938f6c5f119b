package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionerTest {
  private static final String MOST_RANDOM = "170141183460469231731687303715884105728";

  private static String token(Partitioner partitioner, byte[] key) {
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[key.length + 5]);
    buffer.putBytes(3, key);
    return partitioner.token(buffer, 3, key.length).literal();
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "61, -8839064797231613815",
    "313233, -7468325962851647638",
    "ffffff, -9154616442117352147",
    "80808080808080808080808080808080, -3634615257541804556",
    "3031323334353637383961626364656667, -8200385122730116642",
    "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0, -7660497021261453191",
    "00000001, -4069959284402364209",
    "00040000000100000361626300, 8771735466527499816",
    "653cbefb85ec3111b4e38fa9bc7cbcae, 9223372036854775807"
  })
  void murmur3IsCassandras(String key, String token) {
    assertThat(token(Partitioner.MURMUR3, HexFormat.of().parseHex(key))).isEqualTo(token);
  }

  @ParameterizedTest
  @CsvSource({
    "61, 16955237001963240173058271559858726497",
    "00000001, 19580090105725936846312850328329299579",
    "01020304, 11748876857495436398853550283091289647",
    "fffafa000102030405fe, 93979376327542758013347018124903879310",
    "313233, 42767516990368493138776584305024125808",
    "39323233333732303336383534373735383037, 28528976619278518853815276204542453639"
  })
  void randomIsCassandras(String key, String token) {
    assertThat(token(Partitioner.RANDOM, HexFormat.of().parseHex(key))).isEqualTo(token);
  }

  @Test
  void randomTakesAnyText() {
    byte[] key = "日本語".getBytes(StandardCharsets.UTF_8);
    assertThat(token(Partitioner.RANDOM, key)).isEqualTo("88491575051939950596574576699976684");
  }

  @Test
  void byteOrderedIsTheKey() {
    assertThat(token(Partitioner.BYTE_ORDERED, new byte[] {0, -1, 0})).isEqualTo("0x00ff00");
  }

  @Test
  void byteOrderedIsOrderedByUnsignedBytes() {
    assertThat(ordered("000003")).isLessThan(ordered("00000402"));
    assertThat(ordered("275f2d282922c2ac")).isGreaterThan(ordered("00"));
    assertThat(ordered("7f")).isLessThan(ordered("80"));
    assertThat(ordered("04")).isLessThan(ordered("0400"));
    assertThat(ordered("04")).isEqualTo(ordered("0x04")).hasSameHashCodeAs(ordered("04"));
  }

  private static Token ordered(String text) {
    return Partitioner.BYTE_ORDERED.parse(text);
  }

  @ParameterizedTest
  @EnumSource
  void tokenIsReadFromItsLiteral(Partitioner partitioner) {
    Token token = partitioner.token(new UnsafeBuffer(new byte[] {1, 2, 3, -4}), 0, 4);
    assertThat(partitioner.parse(token.literal())).isEqualTo(token);
    assertThat(token).isGreaterThan(partitioner.minimum());
    assertThat(token.partitioner()).isSameAs(partitioner);
  }

  @Test
  void randomTokensEndWithTheRing() {
    assertThat(Partitioner.RANDOM.parse(MOST_RANDOM).literal()).isEqualTo(MOST_RANDOM);
    assertThat(Partitioner.RANDOM.parse("-1")).isEqualTo(Partitioner.RANDOM.minimum());
  }

  @ParameterizedTest
  @CsvSource({
    "MURMUR3, 9223372036854775808",
    "MURMUR3, ''",
    "MURMUR3, 0x10",
    "RANDOM, -2",
    "RANDOM, 170141183460469231731687303715884105729",
    "RANDOM, 1f",
    "BYTE_ORDERED, 1",
    "BYTE_ORDERED, xy"
  })
  void whatIsNoTokenIsRefused(Partitioner partitioner, String text) {
    assertThatThrownBy(() -> partitioner.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  @Test
  void partitionerIsFoundByNameWithOrWithoutPackage() {
    assertThat(Partitioner.of("org.apache.cassandra.dht.Murmur3Partitioner"))
        .contains(Partitioner.MURMUR3);
    assertThat(Partitioner.of("RandomPartitioner")).contains(Partitioner.RANDOM);
    assertThat(Partitioner.of("org.apache.cassandra.dht.ByteOrderedPartitioner"))
        .contains(Partitioner.BYTE_ORDERED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "org.apache.cassandra.dht.LocalPartitioner", "Murmur3"})
  void otherPartitionersAreNotKnown(String name) {
    assertThat(Partitioner.of(name)).isEmpty();
  }

  @Test
  void tokensOfTwoPartitionersAreNotCompared() {
    for (Partitioner one : Partitioner.values()) {
      for (Partitioner other : Partitioner.values()) {
        if (one != other) {
          assertThatThrownBy(() -> one.minimum().compareTo(other.minimum()))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> new TokenRange(one.minimum(), other.minimum()))
              .isInstanceOf(IllegalArgumentException.class);
        }
      }
    }
  }
}
