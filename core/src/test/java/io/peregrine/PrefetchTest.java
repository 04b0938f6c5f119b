package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.Responder;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.type.RowMappers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages that are asked for before the rows in front of them are used up. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class PrefetchTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final RequestMatcher PAGED_QUERY = query("paged");
  private static final int PAGES = 4;

  private static int page(Exchange exchange) {
    ByteBuffer state = ((Query) exchange.request().message()).options.pagingState;
    return state == null ? 0 : state.get(state.position());
  }

  /** Four pages of three rows. */
  private static final Responder PAGED =
      exchange -> {
        int page = page(exchange);
        RowsBuilder rows = rows(VALUE);
        for (int i = 0; i < 3; i++) {
          rows.row(int32(3 * page + i));
        }
        exchange.reply(page < PAGES - 1 ? rows.pagingState((byte) (page + 1)) : rows);
      };

  private static Scene open() {
    Scene scene = Scene.open(ProtocolVersion.V5);
    scene.server.on(PAGED_QUERY, PAGED);
    return scene;
  }

  private static List<Integer> ints(Iterable<Row> rows) {
    List<Integer> ints = new ArrayList<>();
    for (Row row : rows) {
      ints.add(row.getInt(0));
    }
    return ints;
  }

  /** How often the server was asked; what was sent before has come when a later answer is here. */
  private static int asked(Scene scene) {
    scene.session.execute("q");
    return scene.server.observed().requests(PAGED_QUERY).size();
  }

  @Test
  void nextPageIsAskedForOnceWhenFewRowsAreLeft() {
    try (Scene scene = open()) {
      ResultSet result = scene.session.execute("paged").prefetch(1);
      assertThat(asked(scene)).isEqualTo(1);
      result.one();
      assertThat(asked(scene)).isEqualTo(1);
      result.one();
      assertThat(asked(scene)).isEqualTo(2);
      result.one();
      assertThat(asked(scene)).isEqualTo(2);
      assertThat(result.one().getInt(0)).isEqualTo(3);
      assertThat(asked(scene)).isEqualTo(2);
      assertThat(ints(result)).containsExactly(4, 5, 6, 7, 8, 9, 10, 11);
      assertThat(asked(scene)).isEqualTo(PAGES);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void everyRowComesOnceHoweverEarlyPagesAreAskedFor(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(PAGED_QUERY, PAGED);
      for (int rowsLeft = 0; rowsLeft < 5; rowsLeft++) {
        scene.server.observed().forgetRequests();
        ResultSet result = scene.session.execute("paged").prefetch(rowsLeft);
        List<Integer> all = new ArrayList<>();
        for (List<Object> row : result.map(RowMappers.tuples())) {
          all.add((Integer) row.get(0));
        }
        assertThat(all).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        assertThat(asked(scene)).isEqualTo(PAGES);
      }
    }
  }

  @Test
  void onePageAtMostIsAskedForAhead() {
    try (Scene scene = open()) {
      ResultSet result = scene.session.execute("paged").prefetch(100).prefetch(50);
      assertThat(asked(scene)).isEqualTo(2);
      result.one();
      result.one();
      assertThat(asked(scene)).isEqualTo(2);
    }
  }

  @Test
  void errorOfAPageComesWhenThePageIsReached() {
    try (Scene scene = open()) {
      scene.server.on(
          PAGED_QUERY,
          exchange -> {
            if (page(exchange) == 2) {
              exchange.reply(new Error(ErrorCode.TRUNCATE_ERROR, "on page 3"));
            } else {
              PAGED.respond(exchange);
            }
          });
      ResultSet result = scene.session.execute("paged").prefetch(2);
      List<Integer> seen = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                for (Row row : result) {
                  seen.add(row.getInt(0));
                }
              })
          .isInstanceOf(TruncateException.class)
          .hasMessageContaining("on page 3");
      assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5);
      assertThat(asked(scene)).isEqualTo(3);
      scene.server.on(PAGED_QUERY, PAGED);
      assertThat(ints(result)).containsExactly(6, 7, 8, 9, 10, 11);
    }
  }

  @Test
  void pageThatFoundTheDriverFullIsAskedForWhenItIsReached() {
    try (Scene scene =
        Scene.open(ProtocolVersion.V5, builder -> builder.maxRequestsPerConnection(1))) {
      scene.server.on(PAGED_QUERY, PAGED);
      HeldRequests held = new HeldRequests();
      scene.server.on(query("held"), held);
      ResultSet result = scene.session.execute("paged");
      ResponseFuture other = scene.session.executeAsync("held");
      Exchange exchange = held.take();
      result.prefetch(3);
      exchange.reply(Void.INSTANCE);
      RealSession.await(other);
      assertThat(asked(scene)).isEqualTo(1);
      assertThat(ints(result)).hasSize(3 * PAGES);
    }
  }

  @Test
  void whatWasAskedForAheadIsWhatFetchingGives() {
    try (Scene scene = open()) {
      ResultSet result = scene.session.execute("paged").prefetch(3);
      ResultSet second = RealSession.await(result.fetchNextPage());
      assertThat(ints(second.currentPage())).containsExactly(3, 4, 5);
      assertThat(asked(scene)).isEqualTo(2);
      // The result itself goes on as if nothing had happened.
      assertThat(ints(result)).hasSize(3 * PAGES);
    }
  }

  @Test
  void numberOfRowsBelowZeroIsRefused() {
    try (Scene scene = open()) {
      ResultSet result = scene.session.execute("paged");
      assertThatThrownBy(() -> result.prefetch(-1)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void questionOfACallersSessionGoesOutWhenItsThreadInvokes() {
    try (Scene scene = open();
        Session session = scene.cluster.connect(ConnectOptions.callerRuns())) {
      ResultSet result = session.execute("paged").prefetch(3);
      assertThat(asked(scene)).isEqualTo(1);
      Observations.driveUntil("a question", () -> asked(scene) == 2, session::invoke);
      assertThat(ints(result)).hasSize(3 * PAGES);
      assertThat(asked(scene)).isEqualTo(PAGES);
    }
  }

  @Test
  void questionThatLayUntilItsTimeWasUpIsAskedAgain() {
    Duration timeout = Duration.ofSeconds(2);
    TestTime time = new TestTime();
    try (Scene scene = Scene.open(ProtocolVersion.V5, builder -> builder.clock(time));
        Session session = scene.cluster.connect(ConnectOptions.callerRuns())) {
      scene.server.on(PAGED_QUERY, PAGED);
      ResultSet result =
          session.execute(SimpleStatement.of("paged").setTimeout(timeout)).prefetch(3);
      time.pass(timeout);
      assertThat(ints(result)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    }
  }
}
