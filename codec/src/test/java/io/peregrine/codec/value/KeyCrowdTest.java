package io.peregrine.codec.value;

import static io.peregrine.codec.value.ValueVectorsTest.decode;
import static io.peregrine.codec.value.ValueVectorsTest.encode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DataType;
import io.peregrine.codec.MalformedMessageException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys of one hash, as a server may choose them. */
@Timeout(60)
class KeyCrowdTest {
  /** Keys that are all different and have one hash. */
  private enum Alike {
    BLOBS("blob", KeyCrowdTest::blob),
    ADDRESSES("inet", KeyCrowdTest::address),
    LISTS("list<text>", KeyCrowdTest::list),
    SETS("set<int>", i -> Set.of(i, -i - 1)),
    TUPLES("tuple<text,inet>", i -> TupleValue.of((DataType.TupleType) TUPLE, "first", address(i))),
    TEXTS("text", i -> String.join("", list(i))),
    LONGS("bigint", i -> (long) i << 32 | i);

    private final String type;
    private final IntFunction<Object> key;

    Alike(String type, IntFunction<Object> key) {
      this.type = type;
      this.key = key;
    }

    private boolean isOrdered() {
      return this == TEXTS || this == LONGS;
    }

    private List<Object> keys(int count) {
      List<Object> keys = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        keys.add(key.apply(i));
      }
      assertThat(keys).extracting(Object::hashCode).containsOnly(keys.get(0).hashCode());
      return keys;
    }
  }

  private static final DataType TUPLE = Literals.type("tuple<text,inet>");

  private static List<String> list(int number) {
    List<String> list = new ArrayList<>();
    for (int bit = 0; bit < 10; bit++) {
      list.add((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return list;
  }

  private static ByteBuffer blob(int number) {
    // The hash of a buffer begins at its end.
    return ByteBuffer.wrap(
        new StringBuilder(String.join("", list(number))).reverse().toString().getBytes());
  }

  private static InetAddress address(int number) {
    // The hash is the sum of four words, whose bytes have signs.
    int seven = 127;
    int word = number >> 7 << 8 | number & seven;
    ByteBuffer bytes =
        ByteBuffer.allocate(16).putInt(word).putInt((seven << 8 | seven) - word).putLong(7);
    try {
      return InetAddress.getByAddress(bytes.array());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String set(Alike alike, int count) {
    return encode(Literals.type("set<" + alike.type + ">"), new LinkedHashSet<>(alike.keys(count)));
  }

  private static String map(Alike alike, int count) {
    Map<Object, Object> map = new LinkedHashMap<>();
    alike.keys(count).forEach(key -> map.put(key, 1));
    return encode(Literals.type("map<" + alike.type + ",int>"), map);
  }

  @ParameterizedTest
  @EnumSource
  void crowdIsRefusedUnlessItHasAnOrder(Alike alike) {
    DataType set = Literals.type("set<" + alike.type + ">");
    DataType map = Literals.type("map<" + alike.type + ",int>");
    assertThat((Set<?>) decode(set, set(alike, KeyCrowd.MOST))).hasSize(KeyCrowd.MOST);
    assertThat((Map<?, ?>) decode(map, map(alike, KeyCrowd.MOST))).hasSize(KeyCrowd.MOST);
    String crowdedSet = set(alike, KeyCrowd.MOST + 1);
    String crowdedMap = map(alike, KeyCrowd.MOST + 1);
    if (alike.isOrdered()) {
      assertThat((Set<?>) decode(set, crowdedSet)).hasSize(KeyCrowd.MOST + 1);
      assertThat((Map<?, ?>) decode(map, crowdedMap)).hasSize(KeyCrowd.MOST + 1);
    } else {
      assertThatThrownBy(() -> decode(set, crowdedSet))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining(set.toString())
          .hasMessageContaining("256")
          .hasMessageContaining("getMap");
      assertThatThrownBy(() -> decode(map, crowdedMap))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining(map.toString());
    }
  }

  @Test
  void crowdThatComesLateIsSeenToo() {
    Set<Object> keys = new HashSet<>();
    KeyCrowd crowd = new KeyCrowd(keys);
    for (int i = 0; i < 10_000; i++) {
      List<Integer> other = List.of(i);
      keys.add(other);
      assertThat(crowd.isCrowdedBy(other)).isFalse();
    }
    for (Object key : Alike.LISTS.keys(KeyCrowd.MOST)) {
      keys.add(key);
      assertThat(crowd.isCrowdedBy(key)).isFalse();
    }
    List<String> last = list(KeyCrowd.MOST);
    keys.add(last);
    assertThat(crowd.isCrowdedBy(last)).isTrue();
  }

  @Test
  void keyThatComesAgainAndAgainIsNoCrowd() {
    Map<Object, Integer> keys = new HashMap<>();
    KeyCrowd crowd = new KeyCrowd(keys.keySet());
    for (int i = 0; i < 2 * KeyCrowd.MOST; i++) {
      keys.put(List.of(i), i);
      assertThat(crowd.isCrowdedBy(List.of(i))).isFalse();
      keys.put(List.of("again"), i);
      assertThat(crowd.isCrowdedBy(List.of("again"))).isFalse();
    }
  }
}
