package io.peregrine;

import static io.peregrine.testkit.server.Cells.bigint;
import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.response.error.ReadTimeout;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Answers that are read by a decoder of the application's. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class DecodingSessionTest {
  private static final String SELECT = "SELECT day, price FROM ticks WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "ticks").and("k", DataType.INT);
  private static final Columns TICKS =
      Columns.of("ks", "ticks").and("day", DataType.INT).and("price", DataType.BIGINT);
  private static final int PAGES = 3;
  private static final int ROWS = 4;

  /** A page as columns. */
  private record Ticks(int[] days, long[] prices, int columns, String thread) {
    static Ticks of(RowCursor rows) {
      int[] days = new int[rows.rowCount()];
      long[] prices = new long[rows.rowCount()];
      for (int i = 0; rows.next(); i++) {
        days[i] = rows.getInt(0);
        prices[i] = rows.getLong(1);
      }
      return new Ticks(days, prices, rows.columnCount(), Thread.currentThread().getName());
    }
  }

  private Scene scene;
  private PreparedStatement select;

  @BeforeEach
  void open() {
    scene = Scene.open(ProtocolVersion.V5);
    scene.server.define(SELECT, KEY, TICKS, 0);
    scene.server.on(execute(SELECT), DecodingSessionTest::page);
    select = scene.session.prepare(SELECT);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  /** The page that the request's paging state names. */
  private static void page(Exchange exchange) {
    var state = ((Execute) exchange.request().message()).options.pagingState;
    int page = state == null ? 0 : state.get(0);
    var rows = rows(TICKS);
    for (int i = page * ROWS; i < (page + 1) * ROWS; i++) {
      rows = rows.row(int32(i), bigint(-i));
    }
    exchange.reply(page + 1 < PAGES ? rows.pagingState((byte) (page + 1)) : rows);
  }

  private static List<List<Object>> rowsOf(Ticks ticks) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < ticks.days().length; i++) {
      rows.add(List.of(ticks.days()[i], ticks.prices()[i]));
    }
    return rows;
  }

  @Test
  void eachPageIsDecodedWhereItArrives() {
    DecodingSession<Ticks> session = scene.session.decoding(Ticks::of);
    List<Integer> days = new ArrayList<>();
    DecodedPage<Ticks> page = session.execute(select.bind(1).setPageSize(ROWS));
    assertThat(page.pagingState()).isNotNull();
    while (page != null) {
      assertThat(page.content().thread()).startsWith("peregrine-selector");
      assertThat(page.executionInfo().coordinator()).isNotNull();
      for (int day : page.content().days()) {
        days.add(day);
      }
      page = page.nextPage();
    }
    assertThat(days).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  }

  @Test
  void rowsCellsAndColumnsTellTheSame() {
    List<List<Object>> rows = new ArrayList<>();
    for (Row row : scene.session.execute(select.bind(1)).currentPage()) {
      rows.add(List.of(row.getInt("day"), row.getLong("price")));
    }
    Answers answers = new Answers();
    assertThat(scene.session.offer(select.bind(1), answers, 1)).isEqualTo(Session.ACCEPTED);
    assertThat(rows).hasSize(ROWS).isEqualTo(answers.take().rows());
    assertThat(rowsOf(scene.session.decoding(Ticks::of).execute(select.bind(1)).content()))
        .isEqualTo(rows);
  }

  @Test
  void decoderSeesTheRequestsOfItsSessionAndNoOthers() {
    AtomicInteger seen = new AtomicInteger();
    DecodingSession<Integer> session = scene.session.decoding(rows -> seen.incrementAndGet());
    scene.server.on(query(TraceTables.SESSION), e -> e.reply(TraceTables.complete()));
    scene.server.on(
        query(TraceTables.EVENTS), e -> e.reply(TraceTables.event(TraceTables.events(), "x", 1)));
    scene.session.setKeyspace("ks");
    scene.session.prepare("another");
    assertThat(scene.session.execute(select.bind(1)).all()).hasSize(PAGES * ROWS);
    scene.session.queryTraces().read(TraceTables.ID);
    scene.cluster.schema().refresh();
    assertThat(seen).hasValue(0);
    // The node has forgotten the statement, so that it is prepared in between.
    scene.server.forgetPrepared();
    DecodedPage<Integer> page = session.execute(select.bind(1));
    assertThat(seen).hasValue(1);
    assertThat(page.content()).isEqualTo(1);
    assertThat(page.content()).isEqualTo(1);
  }

  @Test
  void pagesComeWithoutWaitingToo() {
    DecodingSession<Ticks> session = scene.session.decoding(Ticks::of);
    DecodedPage<Ticks> last =
        session
            .executeAsync(select.bind(1))
            .thenCompose(DecodedPage::fetchNextPage)
            .thenCompose(DecodedPage::fetchNextPage)
            .join();
    assertThat(last.content().days()).containsExactly(8, 9, 10, 11);
    assertThat(last.hasMorePages()).isFalse();
    assertThat(last.pagingState()).isNull();
    assertThat(last.nextPage()).isNull();
    assertThatThrownBy(last::fetchNextPage).isInstanceOf(QueryExhaustedException.class);
  }

  @Test
  void optionsOfTheCallCount() {
    DecodingSession<Ticks> session = scene.session.decoding(Ticks::of);
    PagingState second = session.execute(select.bind(1)).pagingState();
    RequestOptions options = RequestOptions.builder().pagingState(second).build();
    BoundStatement statement = select.bind(1);
    assertThat(session.execute(statement, options).content().days()).containsExactly(4, 5, 6, 7);
    assertThat(session.executeAsync(statement, options).join().content().days())
        .containsExactly(4, 5, 6, 7);
    assertThat(session.execute(statement).content().days()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void requestWithoutRowsIsDecodedAsNoRowsOfNoColumns() {
    scene.server.on(query("INSERT"), Void.INSTANCE);
    DecodingSession<Ticks> session = scene.session.decoding(Ticks::of);
    DecodedPage<Ticks> page = session.execute(SimpleStatement.of("INSERT"));
    assertThat(page.content().days()).isEmpty();
    assertThat(page.content().columns()).isZero();
    assertThat(page.hasMorePages()).isFalse();
  }

  @Test
  void decoderThatThrowsFailsItsRequestAndNoOther() {
    DecodingSession<Ticks> broken =
        scene.session.decoding(
            rows -> {
              throw new IllegalStateException("broken");
            });
    assertThatThrownBy(() -> broken.execute(select.bind(1)))
        .isInstanceOf(DecoderException.class)
        .hasMessageContaining("broken")
        .hasRootCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> broken.executeAsync(SimpleStatement.of("no rows")).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(DecoderException.class);
    DecodingSession<Object> unfit = scene.session.decoding(rows -> rows.next() ? text(rows) : 0);
    assertThatThrownBy(() -> unfit.execute(select.bind(1))).isInstanceOf(WrongTypeException.class);
    assertThat(scene.session.execute(select.bind(1)).all()).hasSize(PAGES * ROWS);
  }

  private static Object text(RowCursor rows) {
    return rows.getString(1);
  }

  @Test
  @SuppressWarnings("NullAway")
  void decoderThatMakesNothingIsTold() {
    DecodingSession<Ticks> nothing = scene.session.decoding(rows -> null);
    assertThatThrownBy(() -> nothing.execute(select.bind(1)))
        .isInstanceOf(DecoderException.class)
        .hasMessageContaining("made null of a page");
  }

  @Test
  void requestThatIsSentAgainIsDecodedOnce() {
    AtomicInteger seen = new AtomicInteger();
    AtomicReference<ResponseFuture> heard = new AtomicReference<>();
    scene.session.addRequestListener(heard::set);
    scene.server.onFirst(1, execute(SELECT), e -> e.reply(new ReadTimeout("late", 1, 1, 1, false)));
    DecodedPage<Integer> page =
        scene.session.decoding(rows -> seen.incrementAndGet()).execute(select.bind(1));
    assertThat(page.executionInfo().failedAttempts()).hasSize(1);
    assertThat(seen).hasValue(1);
    assertThat(heard.get().result().isEmpty()).isTrue();
    assertThat(heard.get().hasMorePages()).isTrue();
  }

  @Test
  void callerRunsSessionDecodesOnItsOwnThread() {
    try (Session own = scene.cluster.connect(ConnectOptions.callerRuns())) {
      DecodedPage<Ticks> page = own.decoding(Ticks::of).execute(select.bind(1));
      assertThat(page.content().thread()).isEqualTo(Thread.currentThread().getName());
      assertThat(page.nextPage().content().days()).containsExactly(4, 5, 6, 7);
    }
  }
}
