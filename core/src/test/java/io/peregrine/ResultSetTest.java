package io.peregrine;

import static io.peregrine.testkit.server.Cells.bool;
import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Responder;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.type.RowMappers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a result tells beside its rows, and how its pages are turned by hand. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ResultSetTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final Columns APPLIED =
      Columns.of("ks", "t").and("[applied]", DataType.BOOLEAN).and("v", DataType.INT);
  private static final int PAGES = 3;

  private Scene scene;

  @BeforeEach
  void open() {
    scene = Scene.open(ProtocolVersion.V5);
    scene.server.on(query("paged"), PAGED);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private static int page(Exchange exchange) {
    ByteBuffer state = ((Query) exchange.request().message()).options.pagingState;
    return state == null ? 0 : state.get(state.position());
  }

  /** Three pages of two rows. */
  private static final Responder PAGED =
      exchange -> {
        int page = page(exchange);
        RowsBuilder rows = rows(VALUE).row(int32(2 * page)).row(int32(2 * page + 1));
        exchange.reply(page < PAGES - 1 ? rows.pagingState((byte) (page + 1)) : rows);
      };

  private static List<Integer> ints(Iterable<Row> rows) {
    List<Integer> ints = new ArrayList<>();
    for (Row row : rows) {
      ints.add(row.getInt(0));
    }
    return ints;
  }

  private ResultSet answered(String text, RowsBuilder rows) {
    scene.server.on(query(text), rows.build());
    return scene.session.execute(text);
  }

  @Test
  void currentPageIsWhatIsLeftOfItAndTakesNothing() {
    ResultSet result = scene.session.execute("paged");
    assertThat(ints(result.currentPage())).containsExactly(0, 1);
    assertThat(ints(result.currentPage())).containsExactly(0, 1);
    assertThat(result.one().getInt(0)).isZero();
    assertThat(ints(result.currentPage())).containsExactly(1);
    assertThat(result.one().getInt(0)).isEqualTo(1);
    assertThat(result.currentPage()).isEmpty();
    assertThat(result.one().getInt(0)).isEqualTo(2);
    assertThat(ints(result.currentPage())).containsExactly(3);
    assertThat(ints(result)).containsExactly(3, 4, 5);
    assertThat(result.currentPage()).isEmpty();
  }

  @Test
  void resultIsEmptyWhenItsPageHasNoRowsLeft() {
    ResultSet result = scene.session.execute("paged");
    assertThat(result.isEmpty()).isFalse();
    result.one();
    result.one();
    assertThat(result.isEmpty()).isTrue();
    assertThat(result.hasMorePages()).isTrue();
    assertThat(answered("none", rows(VALUE)).isEmpty()).isTrue();
  }

  @Test
  void pagesAreTurnedByHandUntilThereAreNone() {
    ResultSet result = scene.session.execute("paged");
    List<List<Integer>> pages = new ArrayList<>();
    do {
      pages.add(ints(result.currentPage()));
    } while (result.nextPage());
    assertThat(pages).containsExactly(List.of(0, 1), List.of(2, 3), List.of(4, 5));
    assertThat(result.currentPage()).isEmpty();
    assertThat(result.nextPage()).isFalse();
    assertThat(result.one()).isNull();
    assertThat(result.columnDefinitions().names()).containsExactly("v");
  }

  @Test
  void pageThatCannotBeHadLeavesThePresentOne() {
    ResultSet result = scene.session.execute("paged");
    scene.server.on(query("paged"), new Error(ErrorCode.TRUNCATE_ERROR, "on page 2"));
    assertThatThrownBy(result::nextPage).isInstanceOf(TruncateException.class);
    assertThat(ints(result.currentPage())).containsExactly(0, 1);
    scene.server.on(query("paged"), PAGED);
    assertThat(result.nextPage()).isTrue();
    assertThat(ints(result)).containsExactly(2, 3, 4, 5);
  }

  @Test
  void columnsAreToldByNameAndType() {
    ResultSet result = answered("lwt", rows(APPLIED).row(bool(false), int32(1)));
    assertThat(result.columnDefinitions().names()).containsExactly("[applied]", "v");
    assertThat(result.columnDefinitions().types())
        .containsExactly(Primitive.BOOLEAN, Primitive.INT);
  }

  @Test
  void rowOfAConditionalWriteIsReadInEveryForm() {
    record Outcome(boolean applied, int v) {}
    RowsBuilder rows = rows(APPLIED).row(bool(true), int32(1));
    Row row = answered("lwt", rows).one();
    assertThat(row.getBoolean(0)).isTrue();
    assertThat(row.getBoolean("[applied]")).isTrue();
    assertThat(row.asMap()).containsEntry("[applied]", true).containsEntry("v", 1);
    assertThat(row.asMap().keySet()).containsExactly("[applied]", "v");
    assertThat(row.values()).containsExactly(true, 1);
    assertThat(answered("lwt", rows).map(RowMappers.tuples()).one()).containsExactly(true, 1);
    assertThat(answered("lwt", rows).map(Outcome.class).one()).isEqualTo(new Outcome(true, 1));
  }

  @Test
  void conditionalWriteTellsWhetherItWasApplied() {
    ResultSet no = answered("no", rows(APPLIED).row(bool(false), int32(1)));
    assertThat(no.wasApplied()).isFalse();
    assertThat(no.one()).isNotNull();
    assertThat(no.wasApplied()).isFalse();
    assertThat(answered("yes", rows(APPLIED).row(bool(true), null)).wasApplied()).isTrue();
    assertThat(scene.session.execute("unconditional").wasApplied()).isTrue();
  }

  @Test
  void resultOfARequestThatIsNoWriteDoesNotTellWhetherItWasApplied() {
    assertThatThrownBy(answered("select", rows(VALUE).row(int32(1)))::wasApplied)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("does not tell")
        .hasMessageContaining("[v int]");
    Columns text = Columns.of("ks", "t").and("[applied]", DataType.VARCHAR);
    assertThatThrownBy(answered("text", rows(text).row(int32(1)))::wasApplied)
        .isInstanceOf(IllegalStateException.class);
    Columns second =
        Columns.of("ks", "t").and("v", DataType.INT).and("[applied]", DataType.BOOLEAN);
    assertThatThrownBy(answered("second", rows(second).row(int32(1), bool(true)))::wasApplied)
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void onlyABatchMayHaveSeveralRowsThatTellWhetherItWasApplied() {
    assertThatThrownBy(answered("none", rows(APPLIED))::wasApplied)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("exactly one row. This has 0");
    RowsBuilder two = rows(APPLIED).row(bool(false), int32(1)).row(bool(false), int32(2));
    assertThatThrownBy(answered("two", two)::wasApplied)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("exactly one row. This has 2");
    BatchStatement batch = BatchStatement.logged().add(SimpleStatement.of("two"));
    scene.server.on(opcode(Opcode.BATCH), two.build());
    assertThat(scene.session.execute(batch).wasApplied()).isFalse();
    scene.server.on(opcode(Opcode.BATCH), two.row(bool(true), int32(3)).build());
    assertThatThrownBy(scene.session.execute(batch)::wasApplied)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("as a whole");
  }

  /** What was logged of results since the last call; others may log at the same time. */
  private static List<String> warnings(ByteArrayOutputStream printed) {
    List<String> lines =
        printed
            .toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.contains("WARN io.peregrine.ResultSet"))
            .toList();
    printed.reset();
    return lines;
  }

  @Test
  void takingAllPagesAtOnceIsWarnedOfAtMostOnceAMinute() {
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThat(answered("one page", rows(VALUE).row(int32(1))).all()).hasSize(1);
      assertThat(warnings(printed)).isEmpty();
      assertThat(scene.session.execute("paged").all()).hasSize(2 * PAGES);
      assertThat(scene.session.execute("paged").map(RowMappers.tuples()).all()).hasSize(2 * PAGES);
      assertThat(warnings(printed))
          .singleElement()
          .asString()
          .contains("all() was called for a result of several pages");
      MaterialisingLog log = new MaterialisingLog();
      log.onMorePages(-5);
      log.onMorePages(MaterialisingLog.PAUSE_NANOS - 6);
      assertThat(warnings(printed)).hasSize(1);
      log.onMorePages(MaterialisingLog.PAUSE_NANOS - 5);
      assertThat(warnings(printed)).hasSize(1);
    } finally {
      System.setErr(err);
    }
  }
}
