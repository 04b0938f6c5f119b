package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.request.query.QueryOptions;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.Responder;
import io.peregrine.testkit.server.RowsBuilder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class PagingTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final int PAGES = 4;

  private static QueryOptions options(Request request) {
    return request.message() instanceof Query query
        ? query.options
        : ((Execute) request.message()).options;
  }

  private static int page(Exchange exchange) {
    ByteBuffer state = options(exchange.request()).pagingState;
    return state == null ? 0 : state.get(state.position() + 2);
  }

  /** Four pages of two rows; the state has zeros and negative bytes, as a server's may have. */
  private static RowsBuilder answer(int page) {
    RowsBuilder rows = rows(VALUE).row(int32(2 * page)).row(int32(2 * page + 1));
    return page < PAGES - 1 ? rows.pagingState((byte) 0, (byte) -1, (byte) (page + 1)) : rows;
  }

  private static final Responder PAGED = exchange -> exchange.reply(answer(page(exchange)));

  private static List<Integer> ints(Iterable<Row> rows) {
    List<Integer> ints = new ArrayList<>();
    for (Row row : rows) {
      ints.add(row.getInt(0));
    }
    return ints;
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void anotherRequestGoesOnWhereAPageEnded(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(query("q"), PAGED);
      byte[] state = scene.session.execute("q").rawPagingState();
      SimpleStatement rest = SimpleStatement.of("q").setRawPagingState(state);
      assertThat(ints(scene.session.execute(rest))).containsExactly(2, 3, 4, 5, 6, 7);
      assertThat(scene.session.execute(rest.setPagingState(null)).one().getInt(0)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void loopGoesThroughAllPages(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(query("q"), PAGED);
      ResultSet result = scene.session.execute(SimpleStatement.of("q").setPageSize(2));
      assertThat(result.availableWithoutFetching()).isEqualTo(2);
      assertThat(result.hasMorePages()).isTrue();
      assertThat(result.rawPagingState()).containsExactly(0, -1, 1);
      assertThat(ints(result)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
      assertThat(result.hasMorePages()).isFalse();
      assertThat(result.one()).isNull();
      List<Request> requests = scene.server.observed().requests(query("q"));
      assertThat(requests).hasSize(PAGES);
      for (int i = 1; i < PAGES; i++) {
        assertThat(options(requests.get(i)).pagingState)
            .isEqualTo(ByteBuffer.wrap(new byte[] {0, -1, (byte) i}));
        assertThat(options(requests.get(i)).pageSize).isEqualTo(2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void boundStatementMayChangeBetweenPages(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.define(SELECT, KEY, VALUE, 0);
      scene.server.on(execute(SELECT), PAGED);
      BoundStatement select = scene.session.prepare(SELECT).bind(42).setPageSize(2);
      ResultSet result = scene.session.execute(select);
      select.setInt(0, 4711).setPageSize(1_000);
      assertThat(result.all()).hasSize(2 * PAGES);
      assertThat(scene.server.observed().requests(execute(SELECT)))
          .hasSize(PAGES)
          .allSatisfy(
              request -> {
                assertThat(options(request).positionalValues).containsExactly(int32(42));
                assertThat(options(request).pageSize).isEqualTo(2);
              });
    }
  }

  @Test
  void oneAllAndLoopsShareTheRows() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(query("q"), PAGED);
      ResultSet result = scene.session.execute("q");
      Row first = result.one();
      assertThat(first).isNotNull();
      assertThat(first.getInt(0)).isZero();
      for (Row row : result) {
        assertThat(row.getInt(0)).isEqualTo(1);
        break;
      }
      var left = result.iterator();
      assertThat(left.hasNext()).isTrue();
      assertThat(left.hasNext()).isTrue();
      assertThat(result.availableWithoutFetching()).isEqualTo(2);
      Row third = result.one();
      assertThat(third).isNotNull();
      assertThat(third.getInt(0)).isEqualTo(2);
      assertThat(ints(result.all())).containsExactly(3, 4, 5, 6, 7);
      assertThat(left.hasNext()).isFalse();
      assertThatThrownBy(left::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void rowsOutliveTheirPage() {
    try (Scene scene = Scene.open(ProtocolVersion.V4)) {
      scene.server.on(query("q"), PAGED);
      List<Row> rows = scene.session.execute("q").all();
      assertThat(ints(rows)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void pagesCanBeFetchedWithoutWaiting(ProtocolVersion version) throws Exception {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(query("q"), PAGED);
      ResultSet page = scene.session.executeAsync("q").get();
      for (int i = 0; i < PAGES - 1; i++) {
        assertThat(page.availableWithoutFetching()).isEqualTo(2);
        page = page.fetchNextPage().get();
      }
      assertThat(ints(page)).containsExactly(6, 7);
      assertThatThrownBy(page::fetchNextPage)
          .isInstanceOf(QueryExhaustedException.class)
          .hasMessageContaining("last page");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void errorOnALaterPageComesAfterTheRowsBefore(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(
          query("q"),
          exchange -> {
            if (page(exchange) == 2) {
              exchange.reply(new Error(ErrorCode.TRUNCATE_ERROR, "on page 3"));
            } else {
              PAGED.respond(exchange);
            }
          });
      ResultSet result = scene.session.execute("q");
      List<Integer> seen = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                for (Row row : result) {
                  seen.add(row.getInt(0));
                }
              })
          .isInstanceOf(TruncateException.class)
          .hasMessageContaining("on page 3");
      assertThat(seen).containsExactly(0, 1, 2, 3);
      scene.server.on(query("q"), PAGED);
      assertThat(ints(result)).containsExactly(4, 5, 6, 7);
    }
  }

  @Test
  void pageSizeZeroAsksForAllAtOnce() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(query("q"), rows(VALUE).row(int32(1)).build());
      scene.session.execute(SimpleStatement.of("q").setPageSize(0));
      assertThat(options(scene.server.observed().requests(query("q")).get(0)).pageSize)
          .isLessThanOrEqualTo(0);
    }
  }

  @Test
  void emptyPageIsNotTheEnd() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(
          query("q"),
          exchange ->
              exchange.reply(
                  page(exchange) < 2
                      ? rows(VALUE)
                          .pagingState((byte) 0, (byte) 0, (byte) (page(exchange) + 1))
                          .build()
                      : answer(PAGES - 1).build()));
      assertThat(ints(scene.session.execute("q"))).containsExactly(6, 7);
    }
  }

  @Test
  void largeRequestIsPagedLikeASmallOne() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      String text = "x".repeat(1_000_000);
      scene.server.on(query(text), PAGED);
      assertThat(ints(scene.session.execute(text))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }
  }

  @Test
  void pageThatCannotBeAskedForIsAnErrorAndNoEnd() {
    try (Scene scene = Scene.open(ProtocolVersion.V4)) {
      scene.server.on(query("q"), PAGED);
      HeldRequests held = new HeldRequests();
      scene.server.on(RequestMatcher.queryStartingWith("big"), held);
      // Requests of half a megabyte use up the 64 MiB that the driver spends on keeping requests.
      String big = "big" + "x".repeat(500_000);
      List<Exchange> waiting = new ArrayList<>();
      List<ResponseFuture> futures = new ArrayList<>();
      for (int i = 0; i < 140; i++) {
        futures.add(scene.session.executeAsync(SimpleStatement.of(big).setTimeout(Duration.ZERO)));
        waiting.add(held.take());
      }
      ResultSet result = scene.session.execute("q");
      assertThat(result.hasMorePages()).isTrue();
      assertThat(result.one()).isNotNull();
      assertThat(result.one()).isNotNull();
      assertThatThrownBy(result::one)
          .isInstanceOf(DriverException.class)
          .hasMessageContaining("There are more pages");
      assertThat(result.fetchNextPage()).isCompletedExceptionally();
      waiting.forEach(exchange -> exchange.reply(Void.INSTANCE));
      futures.forEach(future -> assertThat(future.join().all()).isEmpty());
    }
  }
}
