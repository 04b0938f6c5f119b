package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.dse.protocol.internal.request.query.ContinuousPagingOptions;
import com.datastax.dse.protocol.internal.request.query.DseQueryOptions;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Query;
import io.peregrine.ContinuousPagingOptions.PageUnit;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.UnsupportedFeatureException;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ContinuousPages;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class ContinuousOptionsTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final io.peregrine.ContinuousPagingOptions DEFAULTS =
      io.peregrine.ContinuousPagingOptions.defaults();

  private static void pages(Scene scene, int count) {
    ContinuousPages.of(VALUE, count, 3, Cells::int32).serve(scene.server, query("q"));
  }

  private static SimpleStatement q() {
    return SimpleStatement.of("q").setPageSize(3);
  }

  @Test
  void optionsGoToTheServerAsTheyAre() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      pages(scene, 1);
      SimpleStatement statement = q().setPageSize(4096);
      scene
          .session
          .continuous()
          .execute(statement, new io.peregrine.ContinuousPagingOptions(PageUnit.BYTES, 7, 5, 6))
          .close();
      scene.session.continuous().execute(statement, DEFAULTS.withMaxPages(3)).close();
      List<DseQueryOptions> seen =
          scene.server.observed().requests(query("q")).stream()
              .map(request -> (DseQueryOptions) ((Query) request.message()).options)
              .toList();
      assertThat(seen.get(0).isPageSizeInBytes).isTrue();
      assertThat(seen.get(0).pageSize).isEqualTo(4096);
      assertThat(seen.get(1).isPageSizeInBytes).isFalse();
      assertOptions(seen.get(0).continuousPagingOptions, 7, 5, 6);
      assertOptions(seen.get(1).continuousPagingOptions, 3, 0, 3);
    }
  }

  private static void assertOptions(
      ContinuousPagingOptions options, int maxPages, int pagesPerSecond, int nextPages) {
    assertThat(options.maxPages).isEqualTo(maxPages);
    assertThat(options.pagesPerSecond).isEqualTo(pagesPerSecond);
    assertThat(options.nextPages).isEqualTo(nextPages);
  }

  @Test
  void statementIsAnOrdinaryOneAgainAfterwards() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      pages(scene, 2);
      SimpleStatement statement = q();
      assertThat(scene.session.continuous().execute(statement, DEFAULTS)).hasSize(6);
      scene.server.on(query("q"), e -> e.reply(rows(VALUE).row(int32(9))));
      assertThat(scene.session.execute(statement).all()).hasSize(1);
      Query last = (Query) scene.server.observed().requests(query("q")).get(1).message();
      assertThat(((DseQueryOptions) last.options).continuousPagingOptions).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void versionWithoutItIsRefusedAtOnceAndNothingIsSent(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      SimpleStatement statement = q();
      assertThatThrownBy(() -> scene.session.continuous().execute(statement, DEFAULTS))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("Continuous paging")
          .hasMessageContaining("DSE_V1 or DSE_V2");
      assertThatThrownBy(() -> scene.session.continuous().publish(statement, DEFAULTS))
          .isInstanceOf(UnsupportedFeatureException.class);
      assertThat(scene.server.observed().requests(query("q"))).isEmpty();
      assertThat(scene.session.execute(statement).all()).isEmpty();
    }
  }

  @Test
  void whatCannotGivePagesIsRefusedAtOnce() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      assertThatThrownBy(
              () -> scene.session.continuous().execute(BatchStatement.logged(), DEFAULTS))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("batch");
      assertThatThrownBy(() -> scene.session.continuous().execute(q().setPageSize(0), DEFAULTS))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("page size");
    }
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> DEFAULTS.withMaxQueueSize(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxQueueSize of 1 pages; at least 2");
    assertThatThrownBy(() -> DEFAULTS.withMaxPages(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxPages of -1");
    assertThatThrownBy(() -> DEFAULTS.withMaxPagesPerSecond(-2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxPagesPerSecond of -2");
    assertThat(DEFAULTS.pageUnit()).isEqualTo(PageUnit.ROWS);
    assertThat(DEFAULTS.maxQueueSize()).isEqualTo(4);
    assertThat(DEFAULTS.withPageUnit(PageUnit.BYTES).pageUnit()).isEqualTo(PageUnit.BYTES);
  }
}
