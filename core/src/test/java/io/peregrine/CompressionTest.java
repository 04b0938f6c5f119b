package io.peregrine;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Startup;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.ScriptedServer;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The option, and what becomes of it on each connection. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class CompressionTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.VARCHAR);

  private static ScriptedServer serverThatOffers(String... algorithms) {
    return ScriptedServer.builder().compressions(algorithms).start();
  }

  private static ClusterBuilder to(ScriptedServer server) {
    return PatientCluster.builder().addContactPoint(server.address());
  }

  private static Set<String> askedFor(ScriptedServer server) {
    return server.observed().requests(opcode(ProtocolConstants.Opcode.STARTUP)).stream()
        .map(request -> ((Startup) request.message()).options)
        .map(options -> options.getOrDefault(Compression.OPTION, "none"))
        .collect(Collectors.toSet());
  }

  private static void assertWorks(ScriptedServer server, Session session) {
    server.on(query("q"), rows(VALUE).row(text("long ".repeat(1000))).build());
    Row row = session.execute("q").one();
    assertThat(row).isNotNull();
    assertThat(row.getString(0)).isEqualTo("long ".repeat(1000));
    server.observed().assertNoViolations();
  }

  @ParameterizedTest
  @CsvSource({"V4, lz4", "V5, lz4"})
  void autoTakesLz4WhereItIsOffered(ProtocolVersion version, String expected) {
    try (ScriptedServer server = serverThatOffers("snappy", "lz4");
        Cluster cluster =
            to(server).compression(Compression.AUTO).protocolVersion(version).build();
        Session session = cluster.connect()) {
      assertWorks(server, session);
      assertThat(askedFor(server)).containsOnly(expected);
    }
  }

  @Test
  void serverWithoutCompressionIsNoProblemForAuto() {
    try (ScriptedServer server = serverThatOffers();
        Cluster cluster = to(server).compression(Compression.AUTO).build();
        Session session = cluster.connect()) {
      assertWorks(server, session);
      assertThat(askedFor(server)).containsOnly("none");
    }
  }

  @Test
  void byDefaultNothingIsCompressed() {
    try (ScriptedServer server = serverThatOffers("snappy", "lz4");
        Cluster cluster = to(server).build();
        Session session = cluster.connect()) {
      assertWorks(server, session);
      assertThat(askedFor(server)).containsOnly("none");
    }
  }

  @Test
  void snappyIsUsedInTheVersionThatTheServerSettlesFor() {
    try (ScriptedServer server =
            ScriptedServer.builder().versions(3, 4).compressions("snappy", "lz4").start();
        Cluster cluster = to(server).compression(Compression.SNAPPY).build();
        Session session = cluster.connect()) {
      assertWorks(server, session);
      assertThat(askedFor(server)).containsOnly("snappy");
      assertThat(server.observed().requests(query("q")).get(0).version()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @CsvSource({"LZ4, snappy, lz4", "SNAPPY, lz4, snappy"})
  void algorithmAskedForByNameHasToBeOffered(Compression wanted, String offered, String name) {
    try (ScriptedServer server = serverThatOffers(offered);
        Cluster cluster =
            to(server).protocolVersion(ProtocolVersion.V4).compression(wanted).build()) {
      assertThatThrownBy(cluster::connect)
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining(
              "The requested compression type ("
                  + name
                  + ") is not supported by the Cassandra server at "
                  + server.address())
          .hasMessageContaining("[" + offered + "]");
      assertThat(askedFor(server)).isEmpty();
    }
  }

  @Test
  void snappyAndVersion5AreRefusedAtOnceInEitherOrder() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Cluster.builder()
                    .protocolVersion(ProtocolVersion.V5)
                    .compression(Compression.SNAPPY))
        .withMessageContaining("Protocol V5 does not have the compression SNAPPY; use LZ4");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Cluster.builder()
                    .compression(Compression.SNAPPY)
                    .protocolVersion(ProtocolVersion.V5))
        .withMessageContaining("Protocol V5 does not have the compression SNAPPY; use LZ4");
  }

  @ParameterizedTest
  @CsvSource({"V4, LZ4", "V4, SNAPPY", "V5, LZ4"})
  void forgottenStatementIsPreparedAndSentAgain(ProtocolVersion version, Compression compression) {
    String select = "SELECT v FROM t WHERE k = ?";
    String key = "key ".repeat(200);
    try (ScriptedServer server = serverThatOffers("snappy", "lz4")) {
      server.define(select, Columns.of("ks", "t").and("k", DataType.VARCHAR), VALUE, 0);
      server.on(
          RequestMatcher.execute(select),
          exchange -> exchange.reply(rows(VALUE).row(text("answer"))));
      try (Cluster cluster = to(server).protocolVersion(version).compression(compression).build();
          Session session = cluster.connect()) {
        LeakCheck.track("off-heap bytes", () -> cluster.agents().get(0).offHeapBytes());
        BoundStatement bound = session.prepare(select).bind(key);
        assertThat(session.execute(bound).one().getString(0)).isEqualTo("answer");
        server.forgetPrepared();
        assertThat(session.execute(bound).one().getString(0)).isEqualTo("answer");
        assertThat(server.observed().requests(RequestMatcher.prepare(select))).hasSize(2);
      }
      server.observed().assertNoViolations();
    }
  }
}
