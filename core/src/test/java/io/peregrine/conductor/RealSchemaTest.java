package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Cluster;
import io.peregrine.PatientCluster;
import io.peregrine.Row;
import io.peregrine.Session;
import io.peregrine.SimpleStatement;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.Keyspaces;
import io.peregrine.metadata.SchemaElement;
import io.peregrine.testkit.cassandra.RealCassandra;
import io.peregrine.testkit.cassandra.SharedCassandra;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the driver reads of a schema makes the same schema again, and is what the server says. */
@RealCassandra
class RealSchemaTest {
  /** What the server spells out in full though it is not in its tables. */
  private static final Set<String> DEFAULTS =
      Set.of(
          "cdc = false",
          "memtable = 'default'",
          "allow_auto_snapshot = true",
          "incremental_backups = true",
          "extensions = { }");

  private static Cluster cluster;
  private static Session session;

  private final SchemaReader reader = new SchemaReader(problem -> {});

  @BeforeAll
  static void open() {
    cluster =
        PatientCluster.builder()
            .addContactPoint(SharedCassandra.server().contactPoint())
            .requestTimeout(Duration.ofMinutes(1))
            .build();
    session = cluster.connect();
  }

  @AfterAll
  static void close() {
    session.execute("DROP KEYSPACE IF EXISTS varied");
    cluster.close();
  }

  @BeforeEach
  void dropAll() {
    session.execute("DROP KEYSPACE IF EXISTS varied");
  }

  @ParameterizedTest
  @EnumSource
  void exportMakesTheSameSchemaAndSaysWhatTheServerSays(Schemas schema) {
    session.execute(
        "CREATE KEYSPACE varied WITH replication ="
            + " {'class': 'SimpleStrategy', 'replication_factor': 1}");
    schema.statements().forEach(session::execute);
    KeyspaceMetadata original = keyspace();
    assertThat(problems(original)).isEmpty();
    String export = original.describe();
    assertThatItSaysWhatTheServerSays(export);
    dropAll();
    statements(export).forEach(session::execute);
    KeyspaceMetadata replayed = keyspace();
    assertThat(replayed).isEqualTo(original);
    assertThat(replayed.describe()).isEqualTo(export);
  }

  private KeyspaceMetadata keyspace() {
    return reader
        .read(text -> ask(session, text), SchemaScope.wholeKeyspace("varied"), Keyspaces.NONE)
        .join()
        .get("varied")
        .orElseThrow();
  }

  /** Asks a session what the conductor would ask its connection: without pages. */
  static CompletableFuture<List<Map<String, @Nullable Object>>> ask(Session session, String text) {
    try {
      List<Map<String, @Nullable Object>> rows = new ArrayList<>();
      for (Row row : session.execute(SimpleStatement.of(text).setPageSize(0))) {
        Map<String, @Nullable Object> cells = new LinkedHashMap<>();
        for (int i = 0; i < row.columnDefinitions().size(); i++) {
          cells.put(row.columnDefinitions().name(i), row.getObject(i));
        }
        rows.add(cells);
      }
      return CompletableFuture.completedFuture(rows);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static List<String> problems(KeyspaceMetadata keyspace) {
    List<SchemaElement> elements = new ArrayList<>(List.of(keyspace));
    elements.addAll(keyspace.tables().values());
    elements.addAll(keyspace.views().values());
    elements.addAll(keyspace.userTypes().values());
    elements.addAll(keyspace.functions().values());
    elements.addAll(keyspace.aggregates().values());
    return elements.stream().flatMap(element -> element.problems().stream()).toList();
  }

  private static List<String> statements(String export) {
    return Arrays.asList(export.split("(?<=;)\n\n(?=CREATE )"));
  }

  private static void assertThatItSaysWhatTheServerSays(String export) {
    Map<String, Set<String>> ours = new TreeMap<>();
    for (String statement : statements(export)) {
      CqlClauses clauses = CqlClauses.of(statement);
      ours.put(clauses.head(), clauses.options());
    }
    Map<String, Set<String>> servers = new TreeMap<>();
    for (Row row : session.execute("DESCRIBE KEYSPACE varied")) {
      CqlClauses clauses = CqlClauses.of(row.getString("create_statement"));
      Set<String> options = new TreeSet<>(clauses.options());
      Set<String> known = ours.getOrDefault(clauses.head(), Set.of());
      options.removeIf(option -> DEFAULTS.contains(option) && !known.contains(option));
      servers.put(clauses.head(), options);
    }
    assertThat(ours).isEqualTo(servers);
  }
}
