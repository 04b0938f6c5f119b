package io.peregrine;

import static io.peregrine.testkit.server.Cells.bigint;
import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.type.MappingException;
import io.peregrine.type.RowMapper;
import io.peregrine.type.TypeCodecs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What rows become by the profile of their request. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ProfileMapperTest {
  private static final Columns COLUMNS =
      Columns.of("ks", "t").and("symbol", DataType.VARCHAR).and("price", DataType.BIGINT);

  private static final ProfileKey CENTS = ProfileKey.of("cents");
  private static final ProfileKey PLAIN = ProfileKey.of("plain");

  /** No record, so that only a mapper makes it. */
  private static class Price {
    final String text;

    Price(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final class ListedPrice extends Price {
    ListedPrice(Row row) {
      super(row.getString("symbol") + " at " + row.getLong("price"));
    }
  }

  record Tick(String symbol, long price) {}

  private Scene scene;

  @BeforeEach
  void open() {
    ExecutionProfile whole =
        ExecutionProfile.builder().rowMapper(Price.class, ListedPrice::new).build();
    ExecutionProfile cents =
        whole.toBuilder()
            .rowMapper(Price.class, row -> new Price(row.getLong("price") + " c"))
            .rowMapper(Tick.class, row -> new Tick("cents", row.getLong("price")))
            .build();
    scene =
        Scene.open(
            ProtocolVersion.V5,
            builder ->
                builder
                    .executionProfile(ProfileKey.DEFAULT, whole)
                    .executionProfile(CENTS, cents)
                    .executionProfile(PLAIN, ExecutionProfile.builder().build()));
    scene.server.on(query("q"), rows(COLUMNS).row(text("ACME"), bigint(975)).build());
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private static RequestOptions by(ProfileKey key) {
    return RequestOptions.builder().profile(key).build();
  }

  @Test
  void mapperOfTheProfileMakesWhatExecuteReturns() {
    SimpleStatement statement = SimpleStatement.of("q");
    assertThat(scene.session.execute(statement).map(Price.class).one())
        .isInstanceOf(ListedPrice.class)
        .hasToString("ACME at 975");
    statement.setExecutionProfile(CENTS);
    assertThat(scene.session.execute(statement).map(Price.class).one()).hasToString("975 c");
    assertThat(scene.session.execute(statement, by(ProfileKey.DEFAULT)).map(Price.class).one())
        .hasToString("ACME at 975");
  }

  @Test
  void resultIsMappedByTheProfileOfItsRequest() {
    assertThat(scene.session.execute("q", by(CENTS)).map(Price.class).one()).hasToString("975 c");
    assertThat(scene.session.executeAsync("q").join().map(Price.class).one())
        .hasToString("ACME at 975");
    List<ExecutionResult> results =
        Concurrent.execute(
            scene.session, List.of(SimpleStatement.of("q").setExecutionProfile(CENTS)));
    assertThat(results.get(0).get().map(Price.class).one()).hasToString("975 c");
  }

  @Test
  void mapperComesBeforeTheRecordsOwnComponents() {
    assertThat(scene.session.execute("q").map(Tick.class).one()).isEqualTo(new Tick("ACME", 975));
    assertThat(scene.session.execute("q", by(CENTS)).map(Tick.class).one())
        .isEqualTo(new Tick("cents", 975));
  }

  @Test
  void classWithoutAMapperIsARecordOrRefused() {
    ResultSet plain = scene.session.execute("q", by(PLAIN));
    assertThatThrownBy(() -> plain.map(Price.class))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("Price is no record; give a record's class, or a mapper");
    assertThat(plain.map(Tick.class).all()).containsExactly(new Tick("ACME", 975));
  }

  @Test
  void copyOfAProfileHasItsMappersAndLeavesThemAlone() {
    ExecutionProfile cents = scene.cluster.executionProfiles().get(CENTS);
    ExecutionProfile copy =
        cents.toBuilder().rowMapper(Price.class, row -> new Price("copy")).build();
    RequestOptions options = RequestOptions.builder().profile(copy).build();
    assertThat(scene.session.execute("q", options).map(Price.class).one()).hasToString("copy");
    assertThat(scene.session.execute("q", options).map(Tick.class).one())
        .isEqualTo(new Tick("cents", 975));
    assertThat(scene.session.execute("q", by(CENTS)).map(Price.class).one()).hasToString("975 c");
  }

  @Test
  void mapperIsBoundToEachResultsColumnsAndServesAllPages() {
    List<String> bound = new ArrayList<>();
    RowMapper<Price> counting =
        new RowMapper<>() {
          @Override
          public Price map(Row row) {
            throw new AssertionError("not bound");
          }

          @Override
          public RowMapper<Price> bind(ColumnDefinitions columns, TypeCodecs codecs) {
            bound.add(columns.name(1));
            return row -> new Price("bound " + row.getLong(1));
          }
        };
    AtomicInteger pages = new AtomicInteger();
    scene.server.on(
        query("paged"),
        exchange -> {
          int page = pages.getAndIncrement();
          var rows = rows(COLUMNS).row(text("ACME"), bigint(page));
          exchange.reply(page < 2 ? rows.pagingState((byte) 1) : rows);
        });
    ExecutionProfile profile =
        ExecutionProfile.builder().rowMapper(Price.class, counting).pageSize(1).build();
    RequestOptions options = RequestOptions.builder().profile(profile).build();
    assertThat(scene.session.execute("paged", options).map(Price.class).all())
        .map(Price::toString)
        .containsExactly("bound 0", "bound 1", "bound 2");
    assertThat(bound).isNotEmpty().containsOnly("price");
  }
}
