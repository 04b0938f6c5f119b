package io.peregrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.WrongTypeException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Results as classes, and results that are there many times. */
class GraphResultSetTest {
  @Test
  void numberIsHadAsAClassThatHoldsIt() {
    GraphResult five = new GraphResult(5);
    assertThat(five.as(Integer.class)).isEqualTo(5);
    assertThat(five.as(Long.class)).isEqualTo(5L);
    assertThat(five.as(Short.class)).isEqualTo((short) 5);
    assertThat(five.as(Double.class)).isEqualTo(5.0);
    assertThat(five.as(BigInteger.class)).isEqualTo(BigInteger.valueOf(5));
    assertThat(five.as(BigDecimal.class)).isEqualTo(BigDecimal.valueOf(5));
    assertThat(five.as(Number.class)).isEqualTo(5);
    assertThat(new GraphResult(5.0).as(Integer.class)).isEqualTo(5);
    assertThat(new GraphResult(0.1).as(Float.class)).isEqualTo(0.1f);
    assertThat(new GraphResult(Double.NaN).as(Float.class)).isNaN();
    assertThatThrownBy(() -> new GraphResult(5_000_000_000L).as(Integer.class))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("5000000000")
        .hasMessageContaining("java.lang.Integer");
    assertThatThrownBy(() -> new GraphResult(5.5).as(Long.class))
        .isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> new GraphResult(1e39).as(Float.class))
        .isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> new GraphResult(Double.NaN).as(Long.class))
        .isInstanceOf(WrongTypeException.class);
  }

  @Test
  void textIsHadAsWhatItIsTheTextOf() {
    UUID id = UUID.randomUUID();
    assertThat(new GraphResult(id.toString()).as(UUID.class)).isEqualTo(id);
    assertThat(new GraphResult("1970-01-01T00:00:00Z").as(Instant.class)).isEqualTo(Instant.EPOCH);
    assertThat(new GraphResult("1.5").as(BigDecimal.class)).isEqualTo(new BigDecimal("1.5"));
    assertThat(new GraphResult("text").as(String.class)).isEqualTo("text");
    assertThat(new GraphResult("text").as(Object.class)).isEqualTo("text");
    assertThatThrownBy(() -> new GraphResult("text").as(UUID.class))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("The text 'text' is no UUID");
    assertThatThrownBy(() -> new GraphResult("1").as(Integer.class))
        .isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> new GraphResult(1).as(String.class))
        .isInstanceOf(WrongTypeException.class);
  }

  @Test
  void objectIsHadAsTheElementThatItIs() {
    assertThat(new GraphResult(Map.of("id", 1, "value", "v")).as(VertexProperty.class))
        .isEqualTo(new VertexProperty(1, "", "v", Map.of()));
    assertThat(new GraphResult(Map.of("key", "k", "value", "v")).as(Property.class))
        .isEqualTo(new Property("k", "v"));
    assertThatThrownBy(() -> new GraphResult(Map.of("a", 1)).as(Path.class))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("labels");
    assertThatThrownBy(() -> new GraphResult(Map.of("a", 1)).as(Vertex.class))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("io.peregrine.graph.Vertex");
  }

  @Test
  void nullIsNullAsAnything() {
    GraphResult nothing = new GraphResult(null);
    assertThat(nothing.isNull()).isTrue();
    assertThat(nothing.as(Vertex.class)).isNull();
    assertThat(nothing.as(Integer.class)).isNull();
    assertThat(nothing).hasToString("null").isEqualTo(new GraphResult(null));
  }

  @Test
  void whatIsInsideIsFoundByNameOrPlace() {
    GraphResult result = new GraphResult(Map.of("a", List.of(1, 2)));
    assertThat(result.get("a").get(1).as(Integer.class)).isEqualTo(2);
    assertThat(result.get("b").isNull()).isTrue();
    assertThatThrownBy(() -> result.get(0))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("no list");
    assertThatThrownBy(() -> result.get("a").get("x"))
        .isInstanceOf(WrongTypeException.class)
        .hasMessageContaining("no map");
    assertThatThrownBy(() -> result.get("a").get(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void bytesAreAllThereForEachWhoReadsThem() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2});
    GraphResult result = new GraphResult(bytes);
    GraphResult inList = new GraphResult(List.of(bytes)).get(0);
    for (int i = 0; i < 2; i++) {
      result.as(ByteBuffer.class).get();
      ((ByteBuffer) result.value()).get();
      inList.as(ByteBuffer.class).get();
    }
    bytes.get();
    assertThat(result.as(ByteBuffer.class).remaining()).isEqualTo(2);
    assertThat(((ByteBuffer) inList.value()).remaining()).isEqualTo(2);
    assertThat(((ByteBuffer) result.value()).isReadOnly()).isTrue();
  }

  @Test
  void elementsKeepWhatTheyWereMadeWith() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("a", null);
    VertexProperty name = new VertexProperty(1, "name", "ann", values);
    Edge edge = new Edge(1, "knows", 2, "person", 3, "person", values);
    List<VertexProperty> names = new ArrayList<>(List.of(name));
    Map<String, List<VertexProperty>> properties = new LinkedHashMap<>(Map.of("name", names));
    Vertex vertex = new Vertex(1, "person", properties);
    Set<String> labels = new LinkedHashSet<>(Set.of("x"));
    List<Set<String>> steps = new ArrayList<>(List.of(labels));
    List<Object> objects = new ArrayList<>(List.of(vertex));
    Path path = new Path(steps, objects);
    values.clear();
    names.clear();
    properties.clear();
    labels.clear();
    steps.clear();
    objects.clear();
    assertThat(name.properties()).containsEntry("a", null);
    assertThat(edge.properties()).containsEntry("a", null);
    assertThat(vertex.property("name")).contains(name);
    assertThat(path.object("x")).isEqualTo(vertex);
    assertThatThrownBy(() -> edge.properties().put("b", 1))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> vertex.properties().get("name").clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> path.labels().get(0).clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void repeatedResultsAreEachAtTheirPlaces() {
    RepeatedResults results = new RepeatedResults();
    assertThat(results).isEmpty();
    for (int i = 0; i < 20; i++) {
      results.add(new GraphResult(i), 1 + i % 3);
    }
    assertThat(results).hasSize(39);
    int place = 0;
    for (int i = 0; i < 20; i++) {
      for (int times = 0; times <= i % 3; times++) {
        assertThat(results.get(place++)).isEqualTo(new GraphResult(i));
      }
    }
    assertThatThrownBy(() -> results.get(39)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> results.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    results.add(new GraphResult("many"), Integer.MAX_VALUE - 39);
    assertThat(results.get(Integer.MAX_VALUE - 1)).isEqualTo(new GraphResult("many"));
    assertThatThrownBy(() -> results.add(new GraphResult("more"), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("iterate");
    assertThatThrownBy(() -> new RepeatedResults().add(new GraphResult("all"), Long.MAX_VALUE))
        .isInstanceOf(IllegalStateException.class);
  }
}
