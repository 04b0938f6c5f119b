package io.peregrine.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.MapType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.DataType.SetType;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.row.ListReader;
import io.peregrine.codec.row.ValueReader;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.value.KeyCrowd;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

/** Sets and maps of the application's classes, as a server may fill them. */
class CrowdedKeysTest {
  private static final DataType SET = new SetType(Primitive.BIGINT);
  private static final DataType MAP = new MapType(Primitive.BIGINT, Primitive.INT);

  /** A class with a hash, as it is usual, but with no order. */
  record Id(long number) {}

  private static final TypeCodec<Id> ID =
      TypeCodec.mapping(Id.class, Primitive.BIGINT, Long.class, Id::number, Id::new);

  private static final TypeCodec<Boolean> SIGN =
      TypeCodec.mapping(
          Boolean.class, Primitive.BIGINT, Long.class, sign -> sign ? 1L : -1L, n -> n >= 0);

  private final TypeCodecs codecs = new TypeCodecs().register(ID).register(SIGN);

  private ValueReader written(DataType type, Object value) {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    codecs.encode(type, value, new ValueWriter().wrap(buffer, 0));
    return new ValueReader().wrap(buffer, 4, buffer.getInt(0, ByteOrder.BIG_ENDIAN), type);
  }

  /** Different numbers of one hash. */
  private static List<Long> numbers(int count) {
    List<Long> numbers = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      numbers.add(i << 32 | i);
    }
    return numbers;
  }

  private static Map<Long, Integer> map(int count) {
    Map<Long, Integer> map = new LinkedHashMap<>();
    numbers(count).forEach(number -> map.put(number, 1));
    return map;
  }

  @Test
  void crowdOfKeysIsRefused() {
    ValueReader set = written(SET, numbers(KeyCrowd.MOST + 1));
    ValueReader map = written(MAP, map(KeyCrowd.MOST + 1));
    assertThat(codecs.decodeSet(set, Long.class)).hasSize(KeyCrowd.MOST + 1);
    assertThat(codecs.decodeMap(map, Long.class, Integer.class)).hasSize(KeyCrowd.MOST + 1);
    assertThatThrownBy(() -> codecs.decodeSet(set, Id.class))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(SET.toString());
    assertThatThrownBy(() -> codecs.decodeMap(map, Id.class, Integer.class))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(MAP.toString());
    // A reader compares nothing.
    ListReader elements = new ListReader();
    set.getList(elements);
    assertThat(elements.size()).isEqualTo(KeyCrowd.MOST + 1);
  }

  @Test
  void manyElementsThatAreOneObjectAreNoCrowd() {
    ValueReader set = written(SET, numbers(2 * KeyCrowd.MOST));
    assertThat(codecs.decodeSet(set, Boolean.class)).containsExactly(true);
  }

  @Test
  void fewerKeysThanACrowdMayHaveOneHash() {
    assertThat(codecs.decodeSet(written(SET, numbers(KeyCrowd.MOST)), Id.class))
        .hasSize(KeyCrowd.MOST);
    assertThat(codecs.decodeMap(written(MAP, map(KeyCrowd.MOST)), Id.class, Integer.class))
        .hasSize(KeyCrowd.MOST);
  }
}
