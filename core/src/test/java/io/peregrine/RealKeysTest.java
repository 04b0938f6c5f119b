package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DataType;
import io.peregrine.codec.Murmur3;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.value.ValueEncoder;
import io.peregrine.testkit.cassandra.RealCassandra;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Partition keys that hold sets and maps, which a Java program gives in any order. */
@RealCassandra
class RealKeysTest {
  private static RealSession real;

  @BeforeAll
  static void open() {
    real = new RealSession(ProtocolVersion.V5, "keys");
  }

  @AfterAll
  static void close() {
    real.close();
  }

  private static List<CqlCase> keys() {
    LinkedHashSet<Integer> numbers = new LinkedHashSet<>(List.of(3, -1, 2));
    LinkedHashSet<String> texts = new LinkedHashSet<>(List.of("ä", "b", "a"));
    Map<String, Integer> map = new LinkedHashMap<>();
    map.put("z", 1);
    map.put("a", 2);
    List<CqlCase> keys = new ArrayList<>();
    keys.add(new CqlCase("frozen<set<int>>", "{-1, 2, 3}", numbers));
    keys.add(new CqlCase("frozen<set<text>>", "{'a', 'b', 'ä'}", texts));
    keys.add(new CqlCase("frozen<map<text, int>>", "{'a': 2, 'z': 1}", map));
    keys.add(new CqlCase("frozen<list<frozen<set<int>>>>", "[{-1, 2, 3}]", List.of(numbers)));
    keys.add(
        new CqlCase(
            "frozen<tuple<int, frozen<set<int>>>>", "(1, {-1, 2, 3})", List.of(1, numbers)));
    keys.add(
        new CqlCase(
            "frozen<holder>",
            "{s: {'a', 'b', 'ä'}, m: {'a': 2, 'z': 1}}",
            Map.of("s", texts, "m", map)));
    return keys;
  }

  @Test
  void keyThatHoldsASetHasTheServersTokenAndIsFoundByItsText() {
    real.execute("CREATE TYPE holder (s frozen<set<text>>, m frozen<map<text, int>>)");
    int number = 0;
    for (CqlCase key : keys()) {
      String table = "t" + number++;
      real.execute("CREATE TABLE " + table + " (k " + key.type() + " PRIMARY KEY, v int)");
      PreparedStatement insert =
          real.session.prepare("INSERT INTO " + table + " (k, v) VALUES (?, 7)");
      real.session.execute(insert.bind(key.value()));
      Row byText = real.row("SELECT v, token(k) FROM " + table + " WHERE k = " + key.literal());
      assertThat(byText.getInt(0)).as(key.type()).isEqualTo(7);
      DataType type = insert.variables().type(0);
      assertThat(token(type, key.value())).as(key.type()).isEqualTo(byText.getLong(1));
    }
  }

  private static long token(DataType type, Object value) {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    ValueEncoder.encode(type, value, new ValueWriter().wrap(buffer, 0));
    return Murmur3.hash(buffer, 4, buffer.getInt(0, ByteOrder.BIG_ENDIAN));
  }
}
