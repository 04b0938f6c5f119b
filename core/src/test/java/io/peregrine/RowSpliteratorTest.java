package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Query;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ContinuousPages;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.RowsBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Spliterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Results as streams, in one thread and in many. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class RowSpliteratorTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final int KNOWN = Spliterator.SIZED | Spliterator.SUBSIZED;
  private static final int ROWS = 10;
  private static final int PAGES = 5;

  record Value(int v) {}

  private Scene scene;

  @BeforeEach
  void open() {
    scene = Scene.open(ProtocolVersion.DSE_V2);
    scene.server.on(query("one"), exchange -> exchange.reply(page(0)));
    scene.server.on(query("many"), RowSpliteratorTest::answer);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private static RowsBuilder page(int number) {
    RowsBuilder rows = rows(VALUE);
    for (int i = 0; i < ROWS; i++) {
      rows.row(int32(number * ROWS + i));
    }
    return rows;
  }

  private static void answer(Exchange exchange) {
    ByteBuffer state = ((Query) exchange.request().message()).options.pagingState;
    int number = state == null ? 0 : state.get(state.position());
    RowsBuilder rows = page(number);
    exchange.reply(number == PAGES - 1 ? rows : rows.pagingState((byte) (number + 1)));
  }

  private static SimpleStatement many() {
    return SimpleStatement.of("many").setPageSize(ROWS);
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static List<Integer> rest(Spliterator<Row> rows) {
    List<Integer> values = new ArrayList<>();
    rows.forEachRemaining(row -> values.add(row.getInt(0)));
    return values;
  }

  private int asked() {
    return scene.server.observed().requests(query("many")).size();
  }

  @Test
  void lastPagesSizeIsKnownAndItSplitsInHalves() {
    ResultSet result = scene.session.execute("one");
    Spliterator<Row> rows = result.spliterator();
    assertThat(rows.hasCharacteristics(KNOWN | Spliterator.ORDERED | Spliterator.NONNULL)).isTrue();
    assertThat(rows.estimateSize()).isEqualTo(ROWS);
    Spliterator<Row> first = rows.trySplit();
    assertThat(first.hasCharacteristics(KNOWN | Spliterator.ORDERED)).isTrue();
    assertThat(first.estimateSize()).isEqualTo(5);
    assertThat(rows.estimateSize()).isEqualTo(5);
    assertThat(result.availableWithoutFetching()).isEqualTo(5);
    Spliterator<Row> ofFirst = first.trySplit();
    assertThat(rest(ofFirst)).containsExactly(0, 1);
    assertThat(rest(first)).containsExactly(2, 3, 4);
    assertThat(first.trySplit()).isNull();
    assertThat(result.one().getInt(0)).isEqualTo(5);
    assertThat(rest(rows)).containsExactly(6, 7, 8, 9);
    assertThat(rows.trySplit()).isNull();
    assertThat(rows.estimateSize()).isZero();
    assertThat(scene.session.execute("none").spliterator().estimateSize()).isZero();
  }

  @Test
  void pagesBehindAreNotAskedForToSplit() {
    ResultSet result = scene.session.execute(many());
    Spliterator<Row> rows = result.spliterator();
    assertThat(rows.hasCharacteristics(Spliterator.SIZED)).isFalse();
    assertThat(rows.hasCharacteristics(Spliterator.SUBSIZED)).isFalse();
    assertThat(rows.hasCharacteristics(Spliterator.ORDERED)).isTrue();
    assertThat(rows.getExactSizeIfKnown()).isEqualTo(-1);
    assertThat(rows.estimateSize()).isGreaterThan(ROWS);
    Spliterator<Row> first = rows.trySplit();
    assertThat(first.getExactSizeIfKnown()).isEqualTo(ROWS);
    assertThat(rows.trySplit()).isNull();
    assertThat(rows.estimateSize()).isPositive();
    assertThat(asked()).isEqualTo(1);
    assertThat(rest(rows)).isEqualTo(IntStream.range(ROWS, PAGES * ROWS).boxed().toList());
    assertThat(rest(first)).isEqualTo(upTo(ROWS));
    assertThat(asked()).isEqualTo(PAGES);
  }

  @Test
  void splittingAsksForThePageAheadIfThatIsWanted() {
    ResultSet result = scene.session.execute(many()).prefetch(0);
    assertThat(result.spliterator().trySplit()).isNotNull();
    Observations.until("the next page", () -> asked() == 2);
    assertThat(rest(result.spliterator())).hasSize((PAGES - 1) * ROWS);
  }

  @Test
  void anySplitsGiveAllRowsInOrder() {
    Random random = new Random(20261127);
    for (int i = 0; i < 100; i++) {
      List<Integer> values = new ArrayList<>();
      walk(scene.session.execute(many()).spliterator(), random, values);
      assertThat(values).isEqualTo(upTo(PAGES * ROWS));
    }
  }

  private static void walk(Spliterator<Row> rows, Random random, List<Integer> values) {
    while (true) {
      Spliterator<Row> prefix = random.nextInt(3) == 0 ? rows.trySplit() : null;
      if (prefix != null) {
        walk(prefix, random, values);
      } else if (random.nextInt(20) == 0) {
        rows.forEachRemaining(row -> values.add(row.getInt(0)));
        return;
      } else if (!rows.tryAdvance(row -> values.add(row.getInt(0)))) {
        return;
      }
    }
  }

  @Test
  void streamsOfAllKindsHaveAllRowsInOrder() {
    for (boolean parallel : new boolean[] {false, true}) {
      for (int i = 0; i < 20; i++) {
        Stream<Row> stream = scene.session.execute(many()).stream();
        assertThat((parallel ? stream.parallel() : stream).map(row -> row.getInt(0)).toList())
            .isEqualTo(upTo(PAGES * ROWS));
        Stream<Value> values = scene.session.execute(many()).map(Value.class).stream();
        assertThat((parallel ? values.parallel() : values).mapToInt(Value::v).boxed().toList())
            .isEqualTo(upTo(PAGES * ROWS));
      }
    }
    assertThat(scene.session.execute("one").stream().parallel().map(row -> row.getInt(0)).toArray())
        .containsExactly(upTo(ROWS).toArray());
    assertThat(scene.session.execute("one").stream().count()).isEqualTo(ROWS);
  }

  @Test
  void streamThatNeedsFewRowsAsksForFewPages() {
    assertThat(scene.session.execute(many()).stream().skip(3).findFirst().orElseThrow().getInt(0))
        .isEqualTo(3);
    assertThat(asked()).isEqualTo(1);
    assertThat(scene.session.execute(many()).stream().limit(ROWS + 1).count()).isEqualTo(ROWS + 1);
    assertThat(asked()).isEqualTo(3);
  }

  /** What a function makes of a result on the thread of the driver that brings it. */
  private <T> CompletableFuture<T> onDriversThread(String text, Function<ResultSet, T> function) {
    HeldRequests held = new HeldRequests();
    scene.server.once(query(text), held);
    CompletableFuture<T> applied =
        scene.session.executeAsync(SimpleStatement.of(text).setPageSize(ROWS)).thenApply(function);
    Exchange exchange = held.take();
    exchange.reply(text.equals("one") ? page(0) : page(0).pagingState((byte) 1));
    return applied;
  }

  @Test
  void streamOnADriversThreadNeverWaitsForAPage() {
    for (boolean parallel : new boolean[] {false, true}) {
      List<Integer> values = new ArrayList<>();
      CompletableFuture<Integer> refused =
          onDriversThread(
              "many",
              rows -> {
                StreamSupport.stream(rows.spliterator(), parallel)
                    .forEachOrdered(row -> values.add(row.getInt(0)));
                return rows.availableWithoutFetching();
              });
      assertThatThrownBy(refused::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(BlockingCallException.class);
      assertThat(values).isEqualTo(upTo(ROWS));
      CompletableFuture<List<Integer>> last =
          onDriversThread(
              "one",
              rows ->
                  StreamSupport.stream(rows.spliterator(), parallel)
                      .map(row -> row.getInt(0))
                      .collect(Collectors.toList()));
      assertThat(last.join()).isEqualTo(upTo(ROWS));
    }
    assertThat(asked()).isEqualTo(2);
    // Another thread would get the pages behind, and wait for this one, which waits for it.
    assertThat(onDriversThread("many", rows -> rows.spliterator().trySplit() == null).join())
        .isTrue();
  }

  @Test
  void streamThatADriversThreadHasMadeMayBeUsedElsewhere() {
    Stream<Row> stream = onDriversThread("many", ResultSet::stream).join();
    assertThat(stream.parallel().map(row -> row.getInt(0)).toList()).isEqualTo(upTo(PAGES * ROWS));
  }

  @Test
  void pagesOfACallersOwnSessionAreFetchedByItsThread() {
    try (Session own = scene.cluster.connect(ConnectOptions.callerRuns())) {
      assertThat(own.execute(many()).spliterator().trySplit()).isNull();
      assertThat(own.execute(many()).stream().parallel().map(row -> row.getInt(0)).toList())
          .isEqualTo(upTo(PAGES * ROWS));
    }
  }

  @Test
  void continuousRowsSplitWithinTheirPage() {
    ContinuousPages.of(VALUE, PAGES, ROWS, Cells::int32).serve(scene.server, query("stream"));
    SimpleStatement statement = SimpleStatement.of("stream").setPageSize(ROWS);
    ContinuousPagingOptions options = ContinuousPagingOptions.defaults();
    try (ContinuousResultSet result = scene.session.continuous().execute(statement, options)) {
      Spliterator<Row> rows = result.spliterator();
      assertThat(rows.hasCharacteristics(Spliterator.ORDERED)).isTrue();
      assertThat(rows.hasCharacteristics(Spliterator.SIZED)).isFalse();
      assertThat(rest(rows.trySplit())).isEqualTo(upTo(ROWS));
      assertThat(rows.trySplit()).isNull();
      assertThat(rest(rows)).isEqualTo(IntStream.range(ROWS, PAGES * ROWS).boxed().toList());
      assertThat(result.spliterator().getExactSizeIfKnown()).isZero();
    }
    for (int i = 0; i < 20; i++) {
      ContinuousResultSet result = scene.session.continuous().execute(statement, options);
      assertThat(
              StreamSupport.stream(result.spliterator(), true).map(row -> row.getInt(0)).toList())
          .isEqualTo(upTo(PAGES * ROWS));
    }
    ContinuousResultSet cancelled = scene.session.continuous().execute(statement, options);
    cancelled.close();
    assertThat(cancelled.spliterator().trySplit()).isNull();
    assertThat(rest(cancelled.spliterator())).isEmpty();
  }
}
