package io.peregrine;

import static io.peregrine.testkit.server.Cells.bigint;
import static io.peregrine.testkit.server.Cells.bool;
import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.type.MappingException;
import io.peregrine.type.RowMapper;
import io.peregrine.type.RowMappers;
import io.peregrine.type.TypeCodec;
import io.peregrine.type.UnexpectedNullException;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class RecordMappingTest {
  private static final Columns COLUMNS =
      Columns.of("ks", "t")
          .and("symbol", DataType.VARCHAR)
          .and("best_bid", DataType.BIGINT)
          .and("size", DataType.INT)
          .and("side", DataType.VARCHAR)
          .and("open", DataType.BOOLEAN);

  enum Side {
    BUY,
    SELL
  }

  record Tick(boolean open, String symbol, long bestBid, long size, Side side) {}

  record Sizes(@Nullable Integer size, Optional<Side> side, @Nullable String symbol) {}

  record Exact(String bestBid, long best_bid) {}

  record Missing(String symbol, double lastPrice) {}

  record Wrong(int bestBid) {}

  record WrongClass(Integer symbol) {}

  record Nothing() {}

  record Cents(long cents) {}

  record Priced(Cents bestBid) {}

  record Fussy(int size) {
    Fussy {
      if (size > 7) {
        throw new IllegalArgumentException("too large: " + size);
      }
    }
  }

  private Scene scene;

  @BeforeEach
  void open() {
    scene = Scene.open(ProtocolVersion.V4);
    scene.server.on(query("all"), answer());
    scene.server.on(query("nulls"), rows(COLUMNS).row(null, null, null, null, null).build());
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private static com.datastax.oss.protocol.internal.Message answer() {
    return rows(COLUMNS)
        .row(text("ACME"), bigint(975), int32(7), text("SELL"), bool(true))
        .row(text("XYZ"), bigint(-1), int32(8), text("BUY"), bool(false))
        .build();
  }

  private ResultSet all() {
    return scene.session.execute("all");
  }

  private ResultSet nulls() {
    return scene.session.execute("nulls");
  }

  @Test
  void componentsTakeTheColumnsOfTheirNamesInAnyOrder() {
    assertThat(all().map(Tick.class).all())
        .containsExactly(
            new Tick(true, "ACME", 975, 7, Side.SELL), new Tick(false, "XYZ", -1, 8, Side.BUY));
    MappedRows<Tick> ticks = all().map(Tick.class);
    assertThat(ticks.one()).isEqualTo(new Tick(true, "ACME", 975, 7, Side.SELL));
    assertThat(ticks).containsExactly(new Tick(false, "XYZ", -1, 8, Side.BUY));
    assertThat(ticks.one()).isNull();
  }

  @Test
  void nullIsNullOrEmptyWhereTheClassHasAWordForIt() {
    assertThat(nulls().map(Sizes.class).one()).isEqualTo(new Sizes(null, Optional.empty(), null));
    assertThat(all().map(Sizes.class).one())
        .isEqualTo(new Sizes(7, Optional.of(Side.SELL), "ACME"));
  }

  @Test
  void nullOfAPrimitiveIsToldByColumnAndComponent() {
    MappedRows<Tick> ticks = nulls().map(Tick.class);
    assertThatThrownBy(ticks::one)
        .isInstanceOf(UnexpectedNullException.class)
        .hasMessageContaining("column 'open' is null")
        .hasMessageContaining("boolean open of Tick is a primitive");
  }

  @Test
  void exactNameComesBeforeTheOtherSpelling() {
    Columns both =
        Columns.of("ks", "t").and("best_bid", DataType.BIGINT).and("bestBid", DataType.VARCHAR);
    scene.server.on(query("both"), rows(both).row(bigint(3), text("x")).build());
    assertThat(scene.session.execute("both").map(Exact.class).one()).isEqualTo(new Exact("x", 3));
  }

  @Test
  void missingColumnIsRefusedBeforeTheFirstRow() {
    ResultSet all = all();
    assertThatThrownBy(() -> all.map(Missing.class))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("no column for double lastPrice of Missing")
        .hasMessageContaining("neither 'lastPrice' nor 'last_price'")
        .hasMessageContaining("[symbol, best_bid, size, side, open]")
        .hasMessageContaining("AS last_price");
    assertThat(all.all()).hasSize(2);
  }

  @Test
  void wrongTypeIsRefusedBeforeTheFirstRow() {
    ResultSet all = all();
    assertThatThrownBy(() -> all.map(Wrong.class))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("column 'best_bid' is of type bigint")
        .hasMessageContaining("int bestBid of Wrong cannot hold")
        .hasMessageContaining("declare it Long");
    assertThatThrownBy(() -> all.map(WrongClass.class))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("column 'symbol' is of type text")
        .hasMessageContaining("declare it String");
  }

  @Test
  void recordOfNothingTakesEachRow() {
    assertThat(all().map(Nothing.class).all()).hasSize(2);
  }

  @Test
  void errorOfTheRecordsOwnComesThroughAsItIs() {
    MappedRows<Fussy> rows = all().map(Fussy.class);
    assertThat(rows.one()).isEqualTo(new Fussy(7));
    assertThatThrownBy(rows::one)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("too large: 8");
  }

  @Test
  void codecRegisteredLaterIsUsedFromThenOn() {
    assertThatThrownBy(() -> all().map(Priced.class)).isInstanceOf(MappingException.class);
    scene
        .cluster
        .codecs()
        .register(
            TypeCodec.mapping(
                Cents.class,
                io.peregrine.codec.DataType.Primitive.BIGINT,
                Long.class,
                Cents::cents,
                Cents::new));
    assertThat(all().map(Priced.class).one()).isEqualTo(new Priced(new Cents(975)));
    assertThat(all().one().get("best_bid", Cents.class)).isEqualTo(new Cents(975));
  }

  @Test
  void classThatIsNoRecordIsRefused() {
    assertThatThrownBy(() -> all().map(String.class))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("java.lang.String is no record");
  }

  @Test
  void callersLookupServesAsWell() {
    RowMapper<Tick> mapper = RowMappers.records(Tick.class, MethodHandles.lookup());
    assertThat(all().map(mapper).all()).hasSize(2);
    assertThat(mapper.map(all().one()).symbol()).isEqualTo("ACME");
  }

  @Test
  void mapsAndTuplesHaveTheColumnsInOrder() {
    assertThat(all().map(RowMappers.tuples()).one())
        .isEqualTo(List.of("ACME", 975L, 7, "SELL", true));
    assertThat(nulls().map(RowMappers.tuples()).one())
        .isEqualTo(Arrays.asList(null, null, null, null, null));
    assertThat(all().map(RowMappers.maps()).one())
        .containsExactly(
            java.util.Map.entry("symbol", "ACME"),
            java.util.Map.entry("best_bid", 975L),
            java.util.Map.entry("size", 7),
            java.util.Map.entry("side", "SELL"),
            java.util.Map.entry("open", true));
  }

  @Test
  void ownMapperMakesWhatItLikes() {
    assertThat(all().map(row -> row.getString("symbol")).all()).containsExactly("ACME", "XYZ");
  }

  @Test
  void pageWithOtherColumnsIsReadByThose() {
    Columns grown = Columns.of("ks", "t").and("new", DataType.INT).and("size", DataType.INT);
    Columns before = Columns.of("ks", "t").and("size", DataType.INT);
    RowsBuilder first = rows(before).row(int32(1)).pagingState((byte) 1);
    AtomicInteger pages = new AtomicInteger();
    scene.server.on(
        query("paged"),
        exchange ->
            exchange.reply(
                pages.getAndIncrement() == 0 ? first : rows(grown).row(int32(99), int32(2))));
    assertThat(scene.session.execute("paged").map(Fussy.class).all())
        .containsExactly(new Fussy(1), new Fussy(2));
  }
}
