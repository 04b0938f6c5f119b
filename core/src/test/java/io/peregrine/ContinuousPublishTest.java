package io.peregrine;

import static io.peregrine.testkit.server.Observations.until;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.SelectorCounter;
import io.peregrine.io.SelectorCounters;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ContinuousPages;
import io.peregrine.testkit.server.Exchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class ContinuousPublishTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final int PAGES = 30;

  private final TestTime time = new TestTime();
  private Scene scene;
  private ContinuousPages pages;

  @BeforeEach
  void open() {
    open(builder -> builder);
  }

  private void open(UnaryOperator<ClusterBuilder> settings) {
    scene = Scene.open(ProtocolVersion.DSE_V2, settings);
    pages = ContinuousPages.of(VALUE, PAGES, 2, Cells::int32).serve(scene.server, query("q"));
  }

  @AfterEach
  void close() {
    scene.close();
  }

  /** Keeps what it gets. */
  private static final class Subscriber implements Flow.Subscriber<Row> {
    private final List<Integer> rows = new ArrayList<>();
    private final int perRow;
    private final int limit;
    private final @Nullable CountDownLatch atARow;
    private final @Nullable CountDownLatch goOn;
    private Flow.@Nullable Subscription subscription;
    private @Nullable Throwable error;
    private int ends;

    Subscriber(int perRow, int limit) {
      this(perRow, limit, null, null);
    }

    /** One that waits at each row. */
    Subscriber(
        int perRow, int limit, @Nullable CountDownLatch atARow, @Nullable CountDownLatch goOn) {
      this.perRow = perRow;
      this.limit = limit;
      this.atARow = atARow;
      this.goOn = goOn;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public void onNext(Row row) {
      int size;
      synchronized (this) {
        rows.add(row.getInt(0));
        size = rows.size();
      }
      if (atARow != null && goOn != null) {
        atARow.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      if (size == limit) {
        subscription.cancel();
      } else if (perRow > 0) {
        subscription.request(perRow);
      }
    }

    @Override
    public synchronized void onError(Throwable error) {
      this.error = error;
      ends++;
    }

    @Override
    public synchronized void onComplete() {
      ends++;
    }

    synchronized List<Integer> rows() {
      return List.copyOf(rows);
    }

    synchronized int ends() {
      return ends;
    }
  }

  private Subscriber subscribe(int perRow, int limit) {
    Subscriber subscriber = new Subscriber(perRow, limit);
    subscribe(subscriber);
    return subscriber;
  }

  private void subscribe(Subscriber subscriber) {
    scene
        .session
        .continuous()
        .publish(SimpleStatement.of("q").setPageSize(2), ContinuousPagingOptions.defaults())
        .subscribe(subscriber);
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void allRowsComeInOrderAndThenTheEnd() {
    for (int perRow : new int[] {0, 1, 3}) {
      Subscriber subscriber = subscribe(perRow, -1);
      subscriber.subscription.request(perRow == 0 ? Long.MAX_VALUE : 1);
      until("the end", () -> subscriber.ends() == 1);
      assertThat(subscriber.rows()).isEqualTo(upTo(2 * PAGES));
      assertThat(subscriber.error).isNull();
    }
  }

  @Test
  void noMorePagesComeThanFitIntoTheQueueOfWhoAsksForNothing() {
    Subscriber subscriber = subscribe(0, -1);
    subscriber.subscription.request(3);
    until("three rows", () -> subscriber.rows().size() == 3);
    // Two pages are taken, and four wait.
    until("a full queue", () -> pages.pagesSent() == 6);
    assertThat(scene.session.execute("other").all()).isEmpty();
    assertThat(pages.pagesSent()).isEqualTo(6);
    subscriber.subscription.request(Long.MAX_VALUE);
    until("the end", () -> subscriber.ends() == 1);
    assertThat(subscriber.rows()).isEqualTo(upTo(2 * PAGES));
  }

  @Test
  void serverIsToldOfACancelThoughTheSubscriberIsAtARowYet() throws InterruptedException {
    CountDownLatch atARow = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Subscriber subscriber = new Subscriber(0, -1, atARow, goOn);
    subscribe(subscriber);
    until("a full queue", () -> pages.pagesSent() == 4);
    Thread slow = new Thread(() -> subscriber.subscription.request(2), "slow");
    slow.start();
    atARow.await();
    subscriber.subscription.cancel();
    until("the cancel", () -> pages.cancels() == 1);
    goOn.countDown();
    slow.join();
    assertThat(subscriber.rows()).isEqualTo(upTo(1));
    assertThat(subscriber.ends()).isZero();
  }

  @Test
  void subscriberThatCancelsGetsNothingMoreAndTheServerIsTold() {
    Subscriber subscriber = subscribe(1, 5);
    subscriber.subscription.request(1);
    until("the cancel", () -> pages.cancels() == 1);
    until(
        "every stream id is free",
        () -> scene.session.poolState().values().stream().allMatch(s -> s.inFlight() == 0));
    assertThat(subscriber.rows()).isEqualTo(upTo(5));
    assertThat(subscriber.ends()).isZero();
  }

  @Test
  void failureComesBehindTheRowsBeforeIt() {
    pages.failAt(3, new Error(ErrorCode.OVERLOADED, "too many"));
    Subscriber subscriber = subscribe(0, -1);
    subscriber.subscription.request(Long.MAX_VALUE);
    until("the end", () -> subscriber.ends() == 1);
    assertThat(subscriber.error).isInstanceOf(OverloadedException.class);
    assertThat(subscriber.rows()).isEqualTo(upTo(4));
  }

  @Test
  void requestForNoRowsIsAnErrorAndEndsIt() {
    pages.insteadOf(2, Exchange::silence);
    Subscriber subscriber = subscribe(0, -1);
    subscriber.subscription.request(0);
    until("the end", () -> subscriber.ends() == 1);
    assertThat(subscriber.error).isInstanceOf(IllegalArgumentException.class);
    until("the cancel", () -> pages.cancels() == 1);
  }

  @Test
  void secondSubscriberIsRefusedAndDisturbsNobody() {
    Flow.Publisher<Row> publisher =
        scene
            .session
            .continuous()
            .publish(SimpleStatement.of("q").setPageSize(2), ContinuousPagingOptions.defaults());
    Subscriber first = new Subscriber(0, -1);
    Subscriber second = new Subscriber(0, -1);
    publisher.subscribe(first);
    publisher.subscribe(second);
    assertThat(second.error).isInstanceOf(IllegalStateException.class);
    second.subscription.cancel();
    first.subscription.request(Long.MAX_VALUE);
    until("the end", () -> first.ends() == 1);
    assertThat(first.rows()).hasSize(2 * PAGES);
  }

  /**
   * Begins anew with a driver that only this thread runs, and waits until as many pages have come
   * as there is room for.
   */
  private Flow.Publisher<Row> publishByHand(Duration timeout) {
    scene.close();
    open(time::drive);
    SelectorCounters counters = scene.cluster.agents().get(0).counters();
    long before = counters.get(SelectorCounter.RESPONSES);
    Flow.Publisher<Row> publisher =
        scene
            .session
            .continuous()
            .publish(
                SimpleStatement.of("q").setPageSize(2).setTimeout(timeout),
                ContinuousPagingOptions.defaults());
    untilDriven("a full queue", () -> counters.get(SelectorCounter.RESPONSES) == before + 4);
    return publisher;
  }

  private void untilDriven(String what, BooleanSupplier condition) {
    TestTime.until(scene.cluster, what, condition);
  }

  private boolean isEveryStreamIdFree() {
    return scene.session.poolState().values().stream()
        .allMatch(s -> s.inFlight() == 0 && s.orphaned() == 0);
  }

  @Test
  void rowsThatNobodySubscribesToAreCancelledAndTheirStreamIdIsFree() {
    Duration timeout = Duration.ofMillis(100);
    Flow.Publisher<Row> publisher = publishByHand(timeout);
    assertThat(pages.cancels()).isZero();
    time.pass(timeout);
    untilDriven("the cancel", () -> pages.cancels() == 1);
    untilDriven("every stream id is free", this::isEveryStreamIdFree);
    assertThat(pages.pagesSent()).isEqualTo(4);

    Subscriber late = new Subscriber(0, -1);
    publisher.subscribe(late);
    late.subscription.request(Long.MAX_VALUE);
    assertThat(late.rows()).isEqualTo(upTo(8));
    assertThat(late.ends()).isEqualTo(1);
    assertThat(late.error)
        .isInstanceOf(ContinuousPagingException.class)
        .hasMessageContaining("Nobody has taken the rows")
        .hasMessageContaining("100 ms of page 4")
        .hasMessageContaining(scene.server.address().toString());
    assertThat(pages.cancels()).isEqualTo(1);
  }

  @Test
  void subscriberMayTakeAsLongAsItLikes() {
    Duration timeout = Duration.ofSeconds(1);
    Flow.Publisher<Row> publisher = publishByHand(timeout);
    Subscriber subscriber = new Subscriber(0, -1);
    publisher.subscribe(subscriber);
    for (int i = 0; i < 3; i++) {
      time.pass(timeout);
      scene.cluster.invoke();
    }
    assertThat(pages.cancels()).isZero();
    subscriber.subscription.request(Long.MAX_VALUE);
    untilDriven("the end", () -> subscriber.ends() == 1);
    assertThat(subscriber.error).isNull();
    assertThat(subscriber.rows()).isEqualTo(upTo(2 * PAGES));
  }
}
