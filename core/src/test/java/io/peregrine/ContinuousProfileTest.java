package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.dse.protocol.internal.request.query.DseQueryOptions;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.UnsupportedFeatureException;
import io.peregrine.io.SelectorCounter;
import io.peregrine.io.SelectorCounters;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ContinuousPages;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Results whose pages come without being asked for, because the profile says so. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ContinuousProfileTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final String SELECT = "SELECT v FROM t";
  private static final ProfileKey STREAMED = ProfileKey.of("streamed");
  private static final int PAGES = 30;

  private Scene scene;
  private ContinuousPages pages;
  private LongSupplier work = () -> 0;
  private long now;

  private static ExecutionProfile profile(ContinuousPagingOptions options) {
    return ExecutionProfile.builder().continuousPaging(options).pageSize(2).build();
  }

  @BeforeEach
  void open() {
    open(4, builder -> builder);
  }

  private void open(int maxQueueSize, UnaryOperator<ClusterBuilder> settings) {
    ExecutionProfile streamed =
        profile(ContinuousPagingOptions.defaults().withMaxQueueSize(maxQueueSize));
    scene =
        Scene.open(
            ProtocolVersion.DSE_V2, b -> settings.apply(b.executionProfile(STREAMED, streamed)));
    pages = ContinuousPages.of(VALUE, PAGES, 2, Cells::int32).serve(scene.server, query(SELECT));
  }

  /** Begins anew with a driver that only this thread runs, and a clock that only it moves. */
  private void driveByHand(int maxQueueSize) {
    scene.close();
    open(maxQueueSize, builder -> builder.invoked().clock(() -> now));
    work = scene.cluster::invoke;
  }

  /** Executes the query, and waits until as many pages have come as there is room for. */
  private ResultSet fillQueue(int size, Duration timeout) {
    SelectorCounters counters = scene.cluster.agents().get(0).counters();
    long before = counters.get(SelectorCounter.RESPONSES);
    ResultSet result = scene.session.execute(select().setTimeout(timeout));
    until("a full queue", () -> counters.get(SelectorCounter.RESPONSES) == before + size);
    return result;
  }

  /** Has what was begun before belong to the time before. */
  private void advance(Duration time) {
    scene.cluster.invoke();
    now += time.toNanos();
    scene.cluster.invoke();
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private static SimpleStatement select() {
    return SimpleStatement.of(SELECT).setExecutionProfile(STREAMED);
  }

  private static List<Integer> values(Iterable<Row> rows) {
    List<Integer> values = new ArrayList<>();
    rows.forEach(row -> values.add(row.getInt("v")));
    return values;
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private void until(String what, BooleanSupplier condition) {
    Observations.driveUntil(what, condition, work);
  }

  private void untilEveryStreamIdIsFree() {
    until(
        "every stream id is free",
        () ->
            scene.session.poolState().values().stream()
                .allMatch(state -> state.inFlight() == 0 && state.orphaned() == 0));
  }

  @Test
  void profileSaysHowPagesComeAndItsCopyToo() {
    ContinuousPagingOptions options = ContinuousPagingOptions.defaults().withMaxQueueSize(7);
    assertThat(profile(options).continuousPaging()).contains(options);
    assertThat(profile(options).toBuilder().pageSize(3).build().continuousPaging())
        .contains(options);
    assertThat(profile(options).toBuilder().continuousPaging(null).build().continuousPaging())
        .isEmpty();
    assertThat(ExecutionProfile.builder().build().continuousPaging()).isEmpty();
  }

  @Test
  void allPagesOfAReadComeForOneRequest() {
    assertThat(values(scene.session.execute(select()))).isEqualTo(upTo(2 * PAGES));
    assertThat(values(scene.session.executeAsync(select()).result())).isEqualTo(upTo(2 * PAGES));
    RequestOptions call = RequestOptions.builder().profile(STREAMED).build();
    assertThat(values(scene.session.execute(SELECT, call))).isEqualTo(upTo(2 * PAGES));
    assertThat(pages.streams()).isEqualTo(3);
    assertThat(scene.server.observed().requests(query(SELECT))).hasSize(3);
    assertThat(pages.cancels()).isZero();
    untilEveryStreamIdIsFree();
  }

  @Test
  void preparedReadIsStreamedToo() {
    scene.server.define("p", Columns.of("ks", "t").and("k", DataType.INT), VALUE);
    ContinuousPages prepared =
        ContinuousPages.of(VALUE, PAGES, 2, Cells::int32).serve(scene.server, execute("p"));
    BoundStatement bound = scene.session.prepare("p").bind(1).setExecutionProfile(STREAMED);
    assertThat(values(scene.session.execute(bound))).isEqualTo(upTo(2 * PAGES));
    assertThat(prepared.streams()).isEqualTo(1);
  }

  @Test
  void noMorePagesComeThanThereIsRoomFor() {
    ResultSet result = scene.session.execute(select());
    until("a full queue", () -> pages.pagesSent() == 4);
    for (int i = 0; i < 2 * PAGES; i++) {
      assertThat(result.one().getInt(0)).isEqualTo(i);
      assertThat(pages.pagesSent()).isLessThanOrEqualTo(i / 2 + 1 + 4);
    }
    assertThat(result.one()).isNull();
    assertThat(result.hasMorePages()).isFalse();
  }

  @Test
  void pagesAreTurnedByHandAndAhead() {
    ResultSet first = scene.session.execute(select());
    assertThat(first.hasMorePages()).isTrue();
    assertThat(first.pagingState()).isNull();
    ResponseFuture second = first.fetchNextPage();
    // A stream brings each page once, so who asks again gets the same.
    assertThat(first.fetchNextPage()).isSameAs(second);
    assertThat(values(second.result().currentPage())).containsExactly(2, 3);
    assertThat(second.executionInfo().coordinator()).isNotNull();
    assertThat(second.executionInfo().duration())
        .isGreaterThanOrEqualTo(first.executionInfo().duration());
    ResultSet third = second.fetchNextPage().result().prefetch(1);
    assertThat(third.nextPage()).isTrue();
    assertThat(values(third)).isEqualTo(IntStream.range(6, 2 * PAGES).boxed().toList());
    assertThat(third.nextPage()).isFalse();
    assertThatThrownBy(third::fetchNextPage).isInstanceOf(QueryExhaustedException.class);
  }

  @Test
  void lastOfSoManyPagesIsTheLastAndSaysWhereToGoOn() {
    ExecutionProfile four = profile(ContinuousPagingOptions.defaults().withMaxPages(4));
    ResultSet result = scene.session.execute(select().setExecutionProfile(four));
    assertThat(values(result)).isEqualTo(upTo(8));
    assertThat(result.hasMorePages()).isFalse();
    PagingState state = result.pagingState();
    assertThat(state).isNotNull();
    assertThat(values(scene.session.execute(select().setPagingState(state))))
        .isEqualTo(IntStream.range(8, 2 * PAGES).boxed().toList());
  }

  @Test
  void whatIsNotCertainlyAReadIsAnsweredAtOnce() {
    SimpleStatement insert = SimpleStatement.of("INSERT 1").setExecutionProfile(STREAMED);
    scene.session.execute(insert);
    scene.session.execute(BatchStatement.logged().add("a").setExecutionProfile(STREAMED));
    Request sent = scene.server.observed().requests(query("INSERT 1")).get(0);
    DseQueryOptions options = (DseQueryOptions) ((Query) sent.message()).options;
    assertThat(options.continuousPagingOptions).isNull();
    assertThat(pages.streams()).isZero();
  }

  @Test
  void errorComesBehindThePagesBeforeIt() {
    pages.failAt(3, new Error(ErrorCode.OVERLOADED, "too many"));
    ResultSet result = scene.session.execute(select());
    List<Integer> values = new ArrayList<>();
    assertThatThrownBy(() -> result.forEach(row -> values.add(row.getInt(0))))
        .isInstanceOf(OverloadedException.class);
    assertThat(values).isEqualTo(upTo(4));
    assertThatThrownBy(result::one).isInstanceOf(OverloadedException.class);
    untilEveryStreamIdIsFree();

    pages.failAt(1, new Error(ErrorCode.SYNTAX_ERROR, "no such word"));
    ResponseFuture future = scene.session.executeAsync(select());
    assertThatThrownBy(future::result).isInstanceOf(SyntaxException.class);
  }

  @Test
  void resultThatNobodyReadsGivesItsStreamIdBack() {
    driveByHand(4);
    ResultSet result = fillQueue(4, Duration.ofSeconds(3));
    advance(Duration.ofSeconds(3));
    until("the cancel", () -> pages.cancels() == 1);
    untilEveryStreamIdIsFree();
    List<Integer> values = new ArrayList<>();
    assertThatThrownBy(() -> result.forEach(row -> values.add(row.getInt(0))))
        .isInstanceOf(ContinuousPagingException.class)
        .hasMessageContaining("Nobody has taken the rows")
        .hasMessageContaining("continuous().execute()");
    assertThat(values).isEqualTo(upTo(8));
  }

  @Test
  void slowReaderWhoGoesOnIsNotTakenForNobody() {
    // No more pages are asked for before half of the queue is free.
    driveByHand(20);
    ResultSet result = fillQueue(20, Duration.ofSeconds(3));
    List<Integer> values = new ArrayList<>();
    for (int page = 0; page < 10; page++) {
      advance(Duration.ofMillis(1_400));
      values.add(result.one().getInt(0));
      values.add(result.one().getInt(0));
    }
    values.addAll(values(result));
    assertThat(values).isEqualTo(upTo(2 * PAGES));
    assertThat(pages.cancels()).isZero();
  }

  @Test
  void publishedRowsAreStreamedAndCancelEndsTheStream() {
    List<Integer> values = new ArrayList<>();
    List<String> ends = new CopyOnWriteArrayList<>();
    scene
        .session
        .reactive()
        .execute(select())
        .subscribe(
            new Flow.Subscriber<>() {
              private Flow.Subscription subscription;

              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                this.subscription = subscription;
                subscription.request(5);
              }

              @Override
              public void onNext(Row row) {
                synchronized (values) {
                  values.add(row.getInt(0));
                  if (values.size() == 5) {
                    subscription.cancel();
                  }
                }
              }

              @Override
              public void onError(Throwable error) {
                ends.add(error.toString());
              }

              @Override
              public void onComplete() {
                ends.add("complete");
              }
            });
    until("the cancel", () -> pages.cancels() == 1);
    untilEveryStreamIdIsFree();
    synchronized (values) {
      assertThat(values).isEqualTo(upTo(5));
    }
    assertThat(ends).as("what a subscriber is told that has cancelled").isEmpty();
  }

  @Test
  void threadThatDrivesItsSessionReadsThemToo() {
    try (Session own = scene.cluster.connect(ConnectOptions.callerRuns())) {
      assertThat(values(own.execute(select()))).isEqualTo(upTo(2 * PAGES));
    }
  }

  @Test
  void connectionThatIsLostIsToldBehindThePagesBeforeIt() {
    pages.insteadOf(3, Exchange::close);
    ResultSet result = scene.session.execute(select());
    List<Integer> values = new ArrayList<>();
    assertThatThrownBy(() -> result.forEach(row -> values.add(row.getInt(0))))
        .isInstanceOf(RequestAbortedException.class);
    assertThat(values).isEqualTo(upTo(4));
  }

  @Test
  void versionWithoutItRefusesReadsAndNothingElse() {
    try (Scene plain = Scene.open(ProtocolVersion.V5)) {
      ExecutionProfile streamed = profile(ContinuousPagingOptions.defaults());
      assertThatThrownBy(() -> plain.session.execute(select().setExecutionProfile(streamed)))
          .isInstanceOf(UnsupportedFeatureException.class);
      assertThat(plain.server.observed().requests(query(SELECT))).isEmpty();
      plain.session.execute(SimpleStatement.of("INSERT 1").setExecutionProfile(streamed));
    }
  }
}
