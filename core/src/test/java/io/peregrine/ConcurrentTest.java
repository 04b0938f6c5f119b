package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class ConcurrentTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);

  private Scene scene;
  private PreparedStatement select;

  @BeforeEach
  void open() {
    scene = Scene.open(ProtocolVersion.V4);
    scene.server.define(SELECT, KEY, VALUE, 0);
    select = scene.session.prepare(SELECT);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private static int key(Exchange exchange) {
    return ((Execute) exchange.request().message()).options.positionalValues.get(0).getInt(0);
  }

  private static void echo(Exchange exchange) {
    exchange.reply(rows(VALUE).row(int32(key(exchange))));
  }

  /** One statement, set anew for each request. */
  private Iterable<BoundStatement> keys(int count) {
    BoundStatement reused = select.bind();
    return () ->
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < count;
          }

          @Override
          public BoundStatement next() {
            return reused.setInt(0, next++);
          }
        };
  }

  private static List<Integer> values(List<ExecutionResult> results) {
    List<Integer> values = new ArrayList<>();
    for (ExecutionResult result : results) {
      values.add(result.isSuccess() ? result.get().one().getInt(0) : -1);
    }
    return values;
  }

  private static List<Integer> upTo(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50, 500})
  void resultsComeInOrder(int concurrency) {
    scene.server.on(execute(SELECT), ConcurrentTest::echo);
    List<ExecutionResult> results =
        Concurrent.execute(
            scene.session, keys(2_000), ConcurrentOptions.defaults().concurrency(concurrency));
    assertThat(values(results)).isEqualTo(upTo(2_000));
  }

  @Test
  void noMoreThanTheLimitAreUnderWayAndEachThatEndsBeginsAnother() {
    HeldRequests held = new HeldRequests();
    scene.server.on(execute(SELECT), held);
    CompletableFuture<List<ExecutionResult>> all = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () ->
                all.complete(
                    Concurrent.execute(
                        scene.session, keys(20), ConcurrentOptions.defaults().concurrency(3))));
    thread.start();
    List<Exchange> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(held.take());
    }
    for (int begun = 3; begun < 20; begun++) {
      assertThat(scene.server.observed().requests(execute(SELECT))).hasSize(begun);
      // The last one first: none has to wait for one before it.
      echo(waiting.remove(waiting.size() - 1));
      waiting.add(held.take());
    }
    assertThat(scene.server.observed().requests(execute(SELECT))).hasSize(20);
    waiting.forEach(ConcurrentTest::echo);
    assertThat(values(all.join())).isEqualTo(upTo(20));
  }

  @Test
  void firstErrorEndsAllAndBeginsNoMore() {
    scene.server.on(
        execute(SELECT),
        exchange -> {
          if (key(exchange) == 10) {
            exchange.reply(new Error(ErrorCode.INVALID, "ten"));
          } else {
            echo(exchange);
          }
        });
    assertThatThrownBy(
            () ->
                Concurrent.execute(
                    scene.session, keys(1_000), ConcurrentOptions.defaults().concurrency(4)))
        .isInstanceOf(InvalidQueryException.class)
        .hasMessageContaining("ten");
    assertThat(scene.server.observed().requests(execute(SELECT)).size()).isBetween(11, 14);
  }

  @Test
  void errorsAreCollectedIfTheyAreNotToEndAll() {
    scene.server.on(
        execute(SELECT),
        exchange -> {
          if (key(exchange) % 2 == 1) {
            exchange.reply(new Error(ErrorCode.INVALID, "odd"));
          } else {
            echo(exchange);
          }
        });
    List<ExecutionResult> results =
        Concurrent.execute(scene.session, keys(6), ConcurrentOptions.defaults().failFast(false));
    assertThat(values(results)).containsExactly(0, -1, 2, -1, 4, -1);
    assertThatThrownBy(() -> results.get(1).get()).isInstanceOf(InvalidQueryException.class);
  }

  @Test
  void statementThatCannotBeSentCountsAsFailed() {
    List<ExecutionResult> results =
        Concurrent.execute(
            scene.session, List.of(select.bind()), ConcurrentOptions.defaults().failFast(false));
    assertThat(results).hasSize(1);
    assertThat(results.get(0).error()).isInstanceOf(InvalidStatementException.class);
  }

  @Test
  void optionsCountForEachRequest() {
    scene.server.on(execute(SELECT), ConcurrentTest::echo);
    RequestOptions requests =
        RequestOptions.builder().consistency(ConsistencyLevel.TWO).pageSize(44).build();
    ConcurrentOptions options =
        ConcurrentOptions.defaults().requestOptions(requests).concurrency(3).failFast(false);
    assertThat(values(Concurrent.execute(scene.session, keys(20), options))).isEqualTo(upTo(20));
    assertThat(scene.server.observed().requests(execute(SELECT)))
        .hasSize(20)
        .allSatisfy(
            request -> {
              Execute sent = (Execute) request.message();
              assertThat(sent.options.consistency).isEqualTo(ConsistencyLevel.TWO.code());
              assertThat(sent.options.pageSize).isEqualTo(44);
            });
  }

  @Test
  void profileThatNobodyKnowsIsToldAfterWhatIsUnderWay() {
    scene.server.on(execute(SELECT), ConcurrentTest::echo);
    BoundStatement known = select.bind(1);
    BoundStatement unknown = select.bind(2).setExecutionProfile(ProfileKey.of("no"));
    assertThatThrownBy(
            () -> Concurrent.execute(scene.session, List.of(known, known, unknown, known)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no execution profile 'no'");
    assertThat(scene.server.observed().requests(execute(SELECT))).hasSize(2);
    RequestOptions no = RequestOptions.builder().profile(ProfileKey.of("no")).build();
    ConcurrentOptions options = ConcurrentOptions.defaults().requestOptions(no).failFast(false);
    assertThatThrownBy(() -> Concurrent.execute(scene.session, List.of(known), options))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(scene.server.observed().requests(execute(SELECT))).hasSize(2);
  }

  @Test
  void driverThatIsFullIsWaitedFor() {
    try (Scene small = Scene.open(ProtocolVersion.V4, b -> b.maxRequestsPerConnection(2))) {
      small.server.define(SELECT, KEY, VALUE, 0);
      small.server.on(execute(SELECT), ConcurrentTest::echo);
      PreparedStatement prepared = small.session.prepare(SELECT);
      List<BoundStatement> statements = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        statements.add(prepared.bind(i));
      }
      AtomicInteger told = new AtomicInteger();
      small.session.addRequestListener(future -> told.incrementAndGet());
      assertThat(values(Concurrent.execute(small.session, statements))).isEqualTo(upTo(500));
      assertThat(told).as("each is one request, however often it was refused").hasValue(500);
    }
  }

  @Test
  void callerRunsSessionExecutesThemByItself() {
    scene.server.on(execute(SELECT), ConcurrentTest::echo);
    try (Session own = scene.cluster.connect(ConnectOptions.callerRuns())) {
      List<ExecutionResult> results =
          Concurrent.execute(own, keys(300), ConcurrentOptions.defaults().concurrency(20));
      assertThat(values(results)).isEqualTo(upTo(300));
    }
  }

  @Test
  void nothingGivesNothing() {
    assertThat(Concurrent.execute(scene.session, List.of())).isEmpty();
  }

  @Test
  void limitBelowOneIsRefused() {
    assertThatThrownBy(() -> ConcurrentOptions.defaults().concurrency(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1");
  }

  @Test
  void iteratorThatThrowsIsHeardAfterWhatIsUnderWay() {
    scene.server.on(execute(SELECT), ConcurrentTest::echo);
    AtomicInteger given = new AtomicInteger();
    Iterable<BoundStatement> broken =
        () ->
            new Iterator<>() {
              @Override
              public boolean hasNext() {
                return true;
              }

              @Override
              public BoundStatement next() {
                if (given.incrementAndGet() == 5) {
                  throw new DriverException("no more");
                }
                return select.bind(1);
              }
            };
    assertThatThrownBy(() -> Concurrent.execute(scene.session, broken))
        .isInstanceOf(DriverException.class)
        .hasMessage("no more");
    scene.server.observed().awaitRequests(4, execute(SELECT));
  }
}
