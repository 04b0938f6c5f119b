package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.cassandra.RealCassandra;
import io.peregrine.testkit.cassandra.SharedCassandra;
import io.peregrine.testkit.server.Observations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Results and traces of a real Cassandra. */
@RealCassandra
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = ProtocolVersion.class,
    names = {"V4", "V5"})
class RealResultsTest {
  private static RealSession real;

  @Parameter ProtocolVersion version;

  @BeforeParameterizedClassInvocation
  static void open(ProtocolVersion version) {
    real = new RealSession(version, "results");
    real.execute("CREATE TABLE series (k int, c int, PRIMARY KEY (k, c))");
    for (int c = 0; c < 30; c++) {
      real.execute("INSERT INTO series (k, c) VALUES (1, ?)", c);
    }
  }

  @AfterParameterizedClassInvocation
  static void close() {
    real.close();
  }

  /** The traces of one query, which nobody else sends. */
  private static List<UUID> traces(String query) {
    List<UUID> ids = new ArrayList<>();
    for (Row row : real.execute("SELECT session_id, parameters FROM system_traces.sessions")) {
      if (query.equals(row.getMap(1, String.class, String.class).get("query"))) {
        ids.add(row.getUuid(0));
      }
    }
    return ids;
  }

  @Test
  void eachPageOfATracedQueryHasATraceOfItsOwn() {
    String query = "SELECT c FROM " + real.keyspace + ".series WHERE k = 1 AND c < 25";
    ResultSet result =
        real.session.execute(SimpleStatement.of(query).setPageSize(10).setTracing(true));
    assertThat(result.all()).hasSize(25);
    real.session.queryTraces().setMaxWait(Duration.ofSeconds(30));
    Observations.until("three traces", () -> traces(query).size() == 3);
    for (UUID id : traces(query)) {
      QueryTrace trace = real.session.queryTraces().read(id);
      assertThat(trace.id()).isEqualTo(id);
      assertThat(trace.requestType()).isEqualTo("Execute CQL3 query");
      assertThat(trace.duration()).isPositive();
      assertThat(trace.coordinator())
          .isEqualTo(SharedCassandra.server().contactPoint().getAddress());
      assertThat(trace.client()).isNotNull();
      assertThat(trace.parameters()).containsEntry("query", query).containsEntry("page_size", "10");
      assertThat(trace.startedAt()).isNotNull();
      assertThat(trace.events())
          .isNotEmpty()
          .isSortedAccordingTo(java.util.Comparator.comparing(TraceEvent::time))
          .allSatisfy(
              event -> {
                assertThat(event.description()).isNotEmpty();
                assertThat(event.source()).isEqualTo(trace.coordinator());
                assertThat(event.sourceElapsed()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
                assertThat(event.thread()).isNotEmpty();
                assertThat(Duration.between(trace.startedAt(), event.time()).abs())
                    .isLessThan(Duration.ofMinutes(1));
              });
    }
  }

  @Test
  void whatWasNotTracedHasNoTrace() {
    TraceOptions options = TraceOptions.defaults().maxWait(Duration.ofMillis(20));
    assertThatThrownBy(() -> real.session.queryTraces().read(UUID.randomUUID(), options))
        .isInstanceOf(TraceUnavailableException.class)
        .hasMessageContaining("not available within 0.02 seconds");
  }

  @Test
  void conditionalBatchTellsThatItWasNotApplied() {
    real.execute("CREATE TABLE lwt (k int, c int, v int, PRIMARY KEY (k, c))");
    BatchStatement batch =
        BatchStatement.logged()
            .add(SimpleStatement.of("INSERT INTO lwt (k, c, v) VALUES (1, 1, 1) IF NOT EXISTS"))
            .add(SimpleStatement.of("INSERT INTO lwt (k, c, v) VALUES (1, 2, 2) IF NOT EXISTS"));
    assertThat(real.session.execute(batch).wasApplied()).isTrue();
    ResultSet again = real.session.execute(batch);
    assertThat(again.wasApplied()).isFalse();
    assertThat(again.all()).hasSizeGreaterThan(1);
    ResultSet select = real.execute("SELECT v FROM lwt WHERE k = 1");
    assertThatThrownBy(select::wasApplied).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void pagesAskedForAheadBringEveryRowOnce() {
    SimpleStatement select = SimpleStatement.of("SELECT c FROM series WHERE k = 1").setPageSize(7);
    List<Integer> read = new ArrayList<>();
    for (Row row : real.session.execute(select).prefetch(3)) {
      read.add(row.getInt(0));
    }
    assertThat(read).hasSize(30).doesNotHaveDuplicates().isSorted();
  }

  /** The two numbers of a row of {@code series}. */
  record Entry(int k, int c) {}

  @Test
  void rowsBecomeWhatTheProfileSays() {
    SimpleStatement select =
        SimpleStatement.of("SELECT k, c FROM series WHERE k = 1 AND c < 3").setPageSize(2);
    assertThat(real.session.execute(select).map(Entry.class).all())
        .containsExactly(new Entry(1, 0), new Entry(1, 1), new Entry(1, 2));
    ExecutionProfile texts =
        ExecutionProfile.builder()
            .rowMapper(String.class, row -> row.getInt("k") + "/" + row.getInt("c"))
            .build();
    RequestOptions options = RequestOptions.builder().profile(texts).build();
    assertThat(real.session.execute(select, options).map(String.class).all())
        .containsExactly("1/0", "1/1", "1/2");
  }
}
