package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.request.Batch;
import com.datastax.oss.protocol.internal.request.Query;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.type.TypeCodec;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of values for which no server tells a type. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class SimpleValuesTest {
  private static final RequestMatcher BATCH = request -> request.message() instanceof Batch;

  private record Cents(long cents) {}

  private enum Side {
    BUY
  }

  private static Scene open() {
    Scene scene = Scene.open(ProtocolVersion.V5);
    scene
        .cluster
        .codecs()
        .register(
            TypeCodec.mapping(Cents.class, Primitive.BIGINT, Long.class, Cents::cents, Cents::new));
    return scene;
  }

  private static Query last(Scene scene) {
    List<Request> seen = scene.server.observed().requests(query("q"));
    return (Query) seen.get(seen.size() - 1).message();
  }

  private static List<ByteBuffer> sent(Scene scene) {
    return last(scene).options.positionalValues;
  }

  @Test
  void objectsOfOwnClassesAreWrittenByTheClustersCodecs() {
    try (Scene scene = open()) {
      scene.session.execute("q", new Cents(7));
      assertThat(sent(scene)).containsExactly(Cells.bigint(7));
      SimpleStatement twice = SimpleStatement.of("q", 1, new Cents(8), "x");
      for (int i = 0; i < 2; i++) {
        scene.session.executeAsync(twice).join();
        assertThat(sent(scene)).containsExactly(Cells.int32(1), Cells.bigint(8), Cells.text("x"));
      }
      scene.session.execute(SimpleStatement.named("q", Map.of("a", new Cents(9))));
      assertThat(last(scene).options.namedValues).isEqualTo(Map.of("a", Cells.bigint(9)));
    }
  }

  @Test
  void ownClassesMayBeInsideOfOthers() {
    try (Scene scene = open()) {
      scene.session.execute("q", List.of(new Cents(1), new Cents(2)), Optional.of(new Cents(3)));
      ByteBuffer list =
          ByteBuffer.allocate(28).putInt(2).putInt(8).putLong(1).putInt(8).putLong(2).flip();
      assertThat(sent(scene)).containsExactly(list, Cells.bigint(3));
      scene.session.execute("q", Map.of("x", new Cents(4)));
      ByteBuffer map =
          ByteBuffer.allocate(21).putInt(1).putInt(1).put((byte) 'x').putInt(8).putLong(4).flip();
      assertThat(sent(scene)).containsExactly(map);
    }
  }

  @Test
  void classesThatTheDriverKnowsNeedNoCodec() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.session.execute("q", Side.BUY, new Date(5), Optional.empty(), Optional.of(6));
      assertThat(sent(scene))
          .containsExactly(Cells.text("BUY"), Cells.bigint(5), null, Cells.int32(6));
    }
  }

  @Test
  void objectWithoutACodecIsRefusedWhenItIsExecuted() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      assertThatThrownBy(() -> scene.session.execute("q", new Cents(7)))
          .isInstanceOf(WrongTypeException.class)
          .hasMessageContaining(Cents.class.getName())
          .hasMessageContaining("register a TypeCodec");
      assertThatThrownBy(() -> scene.session.executeAsync("q", List.of(new Object())))
          .isInstanceOf(WrongTypeException.class);
      assertThatThrownBy(
              () -> scene.session.offer(SimpleStatement.of("q", new Cents(1)), new Answers(), 0))
          .isInstanceOf(WrongTypeException.class);
      assertThat(scene.server.observed().requests(query("q"))).isEmpty();
    }
  }

  @Test
  void batchWritesThemToo() {
    try (Scene scene = open()) {
      BatchStatement batch =
          BatchStatement.logged().add("a", 1).add("b", new Cents(2)).add("c", "x", new Cents(3));
      for (int i = 0; i < 2; i++) {
        scene.session.execute(batch);
        Batch sent = (Batch) scene.server.observed().requests(BATCH).get(i).message();
        assertThat(sent.queriesOrIds).isEqualTo(List.of("a", "b", "c"));
        assertThat(sent.values)
            .isEqualTo(
                List.of(
                    List.of(Cells.int32(1)),
                    List.of(Cells.bigint(2)),
                    List.of(Cells.text("x"), Cells.bigint(3))));
      }
      scene.session.execute(batch.clear().add("d", new Cents(4)));
      Batch sent = (Batch) scene.server.observed().requests(BATCH).get(2).message();
      assertThat(sent.values).isEqualTo(List.of(List.of(Cells.bigint(4))));
    }
  }

  @Test
  void batchWithAnObjectWithoutACodecIsRefusedAsAWhole() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      BatchStatement batch = BatchStatement.logged().add("a", 1).add("b", new Cents(2));
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> scene.session.execute(batch))
            .isInstanceOf(WrongTypeException.class)
            .hasMessageContaining(Cents.class.getName());
      }
      assertThat(scene.server.observed().requests(BATCH)).isEmpty();
    }
  }

  private static final TypeCodec<Integer> NUMBERED =
      TypeCodec.mapping(
          Integer.class, Primitive.VARCHAR, String.class, i -> "#" + i, Integer::valueOf);
  private static final TypeCodec<Instant> SECONDS =
      TypeCodec.mapping(
          Instant.class,
          Primitive.BIGINT,
          Long.class,
          Instant::getEpochSecond,
          Instant::ofEpochSecond);
  private static final TypeCodec<ByteBuffer> SIZES =
      TypeCodec.mapping(
          ByteBuffer.class,
          Primitive.INT,
          Integer.class,
          ByteBuffer::remaining,
          ByteBuffer::allocate);

  @Test
  void registeredCodecComesBeforeWhatTheDriverWouldDo() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      // Before the codec is registered, and after that.
      SimpleStatement early = SimpleStatement.of("q", 1, "x");
      scene.cluster.codecs().register(NUMBERED).register(SECONDS);
      scene.session.execute(early);
      assertThat(sent(scene)).containsExactly(Cells.text("#1"), Cells.text("x"));
      scene.session.execute("q", Instant.ofEpochSecond(7), Optional.of(2), 3L, null);
      assertThat(sent(scene))
          .containsExactly(Cells.bigint(7), Cells.text("#2"), Cells.bigint(3), null);
      scene.session.execute(SimpleStatement.named("q", Map.of("a", 4)));
      assertThat(last(scene).options.namedValues).isEqualTo(Map.of("a", Cells.text("#4")));
      scene.session.execute("q", List.of(5));
      ByteBuffer list =
          ByteBuffer.allocate(10).putInt(1).putInt(2).put((byte) '#').put((byte) '5').flip();
      assertThat(sent(scene)).containsExactly(list);
      assertThat(scene.session.offer(SimpleStatement.of("q", 6), new Answers(), 0))
          .isEqualTo(Session.ACCEPTED);
      Observations.until(
          "the offered request", () -> scene.server.observed().requests(query("q")).size() == 5);
      assertThat(sent(scene)).containsExactly(Cells.text("#6"));
    }
  }

  @Test
  void codecOfAClassAboveTheValuesComesFirstToo() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.cluster.codecs().register(SIZES);
      scene.session.execute("q", ByteBuffer.allocate(5), ByteBuffer.allocateDirect(6));
      assertThat(sent(scene)).containsExactly(Cells.int32(5), Cells.int32(6));
    }
  }

  @Test
  void codecThatIsRegisteredAfterTheFirstExecutionChangesNothing() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      SimpleStatement statement = SimpleStatement.of("q", 1);
      scene.session.execute(statement);
      scene.cluster.codecs().register(NUMBERED);
      scene.session.execute(statement);
      assertThat(sent(scene)).containsExactly(Cells.int32(1));
    }
  }

  @Test
  void batchPrefersRegisteredCodecsAndKeepsWhatItHas() {
    try (Scene plain = Scene.open(ProtocolVersion.V5);
        Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.cluster.codecs().register(NUMBERED);
      SimpleStatement shared = SimpleStatement.of("a", 1);
      BatchStatement batch = BatchStatement.logged().add(shared).add("b").add("c", 2);
      scene.session.execute(batch);
      List<List<ByteBuffer>> numbered =
          List.of(List.of(Cells.text("#1")), List.of(), List.of(Cells.text("#2")));
      assertThat(batchOf(scene, 0).values).isEqualTo(numbered);
      // The statements' values are settled, whoever executes them next.
      plain.session.execute(batch);
      plain.session.execute(shared);
      assertThat(batchOf(plain, 0).values).isEqualTo(numbered);
    }
  }

  private static Batch batchOf(Scene scene, int index) {
    return (Batch) scene.server.observed().requests(BATCH).get(index).message();
  }
}
