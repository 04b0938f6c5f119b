package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.Observations.until;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.RowsBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class PublishTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final int PAGES = 4;

  private Scene scene;

  @BeforeEach
  void open() {
    scene = Scene.open(ProtocolVersion.V4);
    scene.server.on(query("q"), e -> e.reply(page(number(e))));
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private static int number(Exchange exchange) {
    ByteBuffer state = ((Query) exchange.request().message()).options.pagingState;
    return state == null ? 0 : state.get(state.position());
  }

  /** Pages of two rows, but the third one is empty. */
  private static RowsBuilder page(int page) {
    RowsBuilder rows = rows(VALUE);
    if (page != 2) {
      rows.row(int32(2 * page)).row(int32(2 * page + 1));
    }
    return page < PAGES - 1 ? rows.pagingState((byte) (page + 1)) : rows;
  }

  /** Keeps what it gets. */
  private static final class Subscriber implements Flow.Subscriber<Row> {
    private final List<Integer> rows = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final int perRow;
    private Flow.@Nullable Subscription subscription;
    private @Nullable Throwable error;
    private int ends;

    Subscriber(int perRow) {
      this.perRow = perRow;
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public void onNext(Row row) {
      synchronized (this) {
        rows.add(row.getInt(0));
      }
      if (perRow > 0) {
        subscription.request(perRow);
      }
    }

    @Override
    public synchronized void onError(Throwable error) {
      this.error = error;
      ends++;
      end.countDown();
    }

    @Override
    public synchronized void onComplete() {
      ends++;
      end.countDown();
    }

    synchronized List<Integer> rows() {
      return List.copyOf(rows);
    }

    void awaitEnd() throws InterruptedException {
      assertThat(end.await(20, TimeUnit.SECONDS)).as("it ends").isTrue();
      assertThat(ends).isEqualTo(1);
    }
  }

  private Subscriber subscribe(String query, int perRow) {
    Subscriber subscriber = new Subscriber(perRow);
    scene.session.reactive().execute(SimpleStatement.of(query)).subscribe(subscriber);
    return subscriber;
  }

  private int requests() {
    return scene.server.observed().requests(query("q")).size();
  }

  @Test
  void allRowsComeInOrderAndThenTheEnd() throws Exception {
    Subscriber subscriber = subscribe("q", 0);
    subscriber.subscription.request(Long.MAX_VALUE);
    subscriber.awaitEnd();
    assertThat(subscriber.rows()).containsExactly(0, 1, 2, 3, 6, 7);
    assertThat(subscriber.error).isNull();
    assertThat(requests()).isEqualTo(PAGES);
  }

  @Test
  void oneAtATimeComesToTheSameEnd() throws Exception {
    Subscriber subscriber = subscribe("q", 1);
    subscriber.subscription.request(1);
    subscriber.awaitEnd();
    assertThat(subscriber.rows()).containsExactly(0, 1, 2, 3, 6, 7);
  }

  @Test
  void optionsOfTheCallGoWithEveryPage() throws Exception {
    Subscriber subscriber = new Subscriber(0);
    scene
        .session
        .reactive()
        .execute(SimpleStatement.of("q"), RequestOptions.builder().pageSize(17).build())
        .subscribe(subscriber);
    until("a subscription", () -> subscriber.subscription != null);
    subscriber.subscription.request(Long.MAX_VALUE);
    subscriber.awaitEnd();
    assertThat(scene.server.observed().requests(query("q")))
        .hasSize(PAGES)
        .allMatch(request -> ((Query) request.frame().message).options.pageSize == 17);
  }

  @Test
  void noPageIsFetchedThatNobodyAskedFor() {
    Subscriber subscriber = subscribe("q", 0);
    subscriber.subscription.request(2);
    until("two rows", () -> subscriber.rows().size() == 2);
    assertThat(requests()).isEqualTo(1);
    subscriber.subscription.request(1);
    until("three rows", () -> subscriber.rows().size() == 3);
    assertThat(requests()).isEqualTo(2);
    subscriber.subscription.request(1);
    until("four rows", () -> subscriber.rows().size() == 4);
    assertThat(requests()).isEqualTo(2);
    subscriber.subscription.cancel();
  }

  @Test
  void nothingComesAfterACancel() throws Exception {
    Subscriber subscriber = subscribe("q", 0);
    subscriber.subscription.request(1);
    until("one row", () -> subscriber.rows().size() == 1);
    subscriber.subscription.cancel();
    subscriber.subscription.request(Long.MAX_VALUE);
    scene.session.execute("later");
    assertThat(subscriber.rows()).containsExactly(0);
    assertThat(subscriber.ends).isZero();
    assertThat(requests()).isEqualTo(1);
  }

  @Test
  void failureOfAPageEndsTheRows() throws Exception {
    scene.server.on(
        query("broken"),
        e -> {
          if (number(e) == 0) {
            e.reply(page(0));
          } else {
            e.reply(new Error(ErrorCode.INVALID, "second page"));
          }
        });
    Subscriber subscriber = subscribe("broken", 0);
    subscriber.subscription.request(100);
    subscriber.awaitEnd();
    assertThat(subscriber.rows()).containsExactly(0, 1);
    assertThat(subscriber.error)
        .isInstanceOf(InvalidQueryException.class)
        .hasMessageContaining("second page");
  }

  @Test
  void requestForNoRowsIsAnError() throws Exception {
    Subscriber subscriber = subscribe("q", 0);
    subscriber.subscription.request(0);
    subscriber.awaitEnd();
    assertThat(subscriber.error).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void emptyResultEndsWithoutARequest() throws Exception {
    Subscriber subscriber = subscribe("no rows", 0);
    subscriber.awaitEnd();
    assertThat(subscriber.rows()).isEmpty();
    assertThat(subscriber.error).isNull();
  }

  @Test
  void secondSubscriberIsRefused() throws Exception {
    Flow.Publisher<Row> rows = scene.session.reactive().execute(SimpleStatement.of("q"));
    Subscriber first = new Subscriber(0);
    Subscriber second = new Subscriber(0);
    rows.subscribe(first);
    rows.subscribe(second);
    second.awaitEnd();
    assertThat(second.error).isInstanceOf(IllegalStateException.class);
    first.subscription.request(Long.MAX_VALUE);
    first.awaitEnd();
    assertThat(first.rows()).hasSize(6);
  }
}
