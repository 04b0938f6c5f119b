package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.envelope.SchemaChange;
import io.peregrine.codec.envelope.SchemaChange.Change;
import io.peregrine.codec.envelope.SchemaChange.Target;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.Keyspaces;
import io.peregrine.metadata.TableMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a schema is read with, and what becomes of it if some of it is wrong. */
class SchemaReaderTest {
  private final List<String> log = new ArrayList<>();
  private final SchemaReader reader = new SchemaReader(log::add);

  private Keyspaces everything(SchemaOfRows schema) {
    return reader.read(schema, SchemaScope.EVERYTHING, Keyspaces.NONE).join();
  }

  private KeyspaceMetadata keyspace(SchemaOfRows schema) {
    return everything(schema).get("ks").orElseThrow();
  }

  @Test
  void allQueriesAreSentBeforeAnyAnswerIsThere() {
    SchemaOfRows schema = SchemaOfRows.withKeyspace().table("t").holding();
    CompletableFuture<Keyspaces> read = reader.read(schema, SchemaScope.EVERYTHING, Keyspaces.NONE);
    assertThat(schema.asked).hasSize(SchemaTable.values().length);
    assertThat(read).isNotDone();
    schema.release();
    assertThat(read.join().get("ks").orElseThrow().tables()).containsOnlyKeys("t");
  }

  @Test
  void partsAreAskedForByKeyspaceAndName() {
    SchemaOfRows schema = SchemaOfRows.withKeyspace().table("t");
    Keyspaces known = everything(schema);
    schema.asked.clear();
    reader.read(schema, SchemaScope.table("ks", "it's"), known).join();
    assertThat(schema.asked)
        .contains(
            "SELECT * FROM system_schema.tables WHERE keyspace_name = 'ks' AND table_name = 'it''s'",
            "SELECT * FROM system_schema.views WHERE keyspace_name = 'ks' AND view_name = 'it''s'")
        .hasSize(8);
    schema.asked.clear();
    reader.read(schema, SchemaScope.functions("ks", "f"), known).join();
    assertThat(schema.asked)
        .containsExactly(
            "SELECT * FROM system_schema.functions"
                + " WHERE keyspace_name = 'ks' AND function_name = 'f'");
    schema.asked.clear();
    reader.read(schema, SchemaScope.REPLICATION, known).join();
    assertThat(schema.asked).containsExactly("SELECT * FROM system_schema.keyspaces");
  }

  @Test
  void queryThatFailsHalfWayFailsAllOfIt() {
    DriverException timeout = new DriverException("no answer after 2 s");
    for (SchemaTable table : SchemaTable.values()) {
      SchemaOfRows schema =
          SchemaOfRows.withKeyspace().table("t").failing(table.toString(), timeout);
      CompletableFuture<Keyspaces> read =
          reader.read(schema, SchemaScope.EVERYTHING, Keyspaces.NONE);
      assertThatThrownBy(read::join)
          .hasCauseInstanceOf(DriverException.class)
          .hasMessageContaining(table + " failed: no answer after 2 s")
          .hasRootCause(timeout);
    }
    assertThat(keyspace(SchemaOfRows.withKeyspace().table("t")).tables()).containsOnlyKeys("t");
  }

  @Test
  void replicationWillDoToBeginWith() {
    DriverException timeout = new DriverException("no answer after 2 s");
    Keyspaces known = everything(SchemaOfRows.withKeyspace().table("t"));
    for (SchemaTable table : SchemaTable.values()) {
      SchemaOfRows schema =
          SchemaOfRows.withKeyspace().table("t").failing(table.toString(), timeout);
      CompletableFuture<SchemaReader.Beginning> begun = reader.begin(schema, Keyspaces.NONE);
      assertThat(schema.asked).hasSize(SchemaTable.values().length);
      if (table == SchemaTable.KEYSPACES) {
        assertThatThrownBy(begun::join).hasRootCause(timeout);
      } else {
        assertThat(begun.join().unread()).hasRootCause(timeout);
        Keyspaces now = begun.join().keyspaces();
        assertThat(now.replication()).isEqualTo(known.replication());
        assertThat(now.all().values()).allSatisfy(ks -> assertThat(ks.tables()).isEmpty());
        assertThat(reader.begin(schema, known).join().keyspaces().all()).isEqualTo(known.all());
      }
    }
    SchemaReader.Beginning whole =
        reader.begin(SchemaOfRows.withKeyspace().table("t"), Keyspaces.NONE).join();
    assertThat(whole.unread()).isNull();
    assertThat(whole.keyspaces().all()).isEqualTo(known.all());
  }

  @Test
  void virtualKeyspacesStayWhereTheReplicationAloneWasRead() {
    Keyspaces known = everything(withVirtualKeyspace());
    assertThat(known.get("system_views").orElseThrow().tables()).containsOnlyKeys("clients");
    SchemaOfRows failing =
        withVirtualKeyspace().failing("system_schema.columns", new DriverException("too late"));
    SchemaReader.Beginning begun = reader.begin(failing, known).join();
    assertThat(begun.unread()).isNotNull();
    assertThat(SchemaDifference.between(known, begun.keyspaces())).isEmpty();
    assertThat(begun.keyspaces().all()).isEqualTo(known.all());
    SchemaOfRows without =
        SchemaOfRows.empty().failing("system_schema.columns", new DriverException("too late"));
    assertThat(reader.begin(without, known).join().keyspaces().all())
        .containsOnlyKeys("system_views");
  }

  private static SchemaOfRows withVirtualKeyspace() {
    String clients = "clients";
    String views = "system_views";
    return SchemaOfRows.withKeyspace()
        .table("t")
        .row("system_virtual_schema.keyspaces", "keyspace_name", views)
        .row("system_virtual_schema.tables", "keyspace_name", views, "table_name", clients)
        .row(
            "system_virtual_schema.columns",
            "keyspace_name",
            views,
            "table_name",
            clients,
            "column_name",
            "port",
            "clustering_order",
            "none",
            "kind",
            "partition_key",
            "position",
            0,
            "type",
            "int");
  }

  @Test
  void serverBeforeCassandra3IsNotReadAndSaysSoOnce() {
    Keyspaces known = everything(SchemaOfRows.withKeyspace());
    for (int i = 0; i < 3; i++) {
      SchemaOfRows old = SchemaOfRows.ofAnOldServer();
      assertThat(reader.read(old, SchemaScope.EVERYTHING, known).join()).isSameAs(known);
    }
    assertThat(log)
        .containsExactly(
            "The server has no system_schema.keyspaces, so it is older than Cassandra 3: the driver"
                + " reads no schema from it");
  }

  @Test
  void tablesOfLaterServersMayBeMissing() {
    everything(SchemaOfRows.withKeyspace().table("t"));
    assertThat(log).isEmpty();
  }

  @Test
  void keyspaceOfUnknownStrategyIsKeptFlaggedAndExportedInAComment() {
    SchemaOfRows schema =
        SchemaOfRows.empty()
            .row(
                "keyspaces",
                "keyspace_name",
                "ks",
                "durable_writes",
                true,
                "replication",
                Map.of("class", "com.acme.Everywhere", "factor", "2"))
            .table("t");
    KeyspaceMetadata keyspace = keyspace(schema);
    assertThat(keyspace.problems().toString()).contains("com.acme.Everywhere");
    assertThat(keyspace.replication()).containsEntry("factor", "2");
    assertThat(keyspace.describe()).startsWith("/*\nWarning: Keyspace ks cannot be made anew");
    assertThat(keyspace.describe()).contains("*/\n\nCREATE TABLE ks.t (");
    everything(schema);
    assertThat(log).hasSize(1);
    assertThat(log.get(0)).contains("\"ks\"", "com.acme.Everywhere");
  }

  @Test
  void tablesWithoutARowOfTheirKeyspaceAreKept() {
    KeyspaceMetadata keyspace = keyspace(SchemaOfRows.empty().table("t"));
    assertThat(keyspace.tables()).containsOnlyKeys("t");
    assertThat(keyspace.problems())
        .containsExactly("The server does not tell how it is replicated.");
    assertThat(keyspace.replication()).isEmpty();
  }

  @Test
  void tableWithAnUnknownTypeIsKeptFlaggedAndExportedInAComment() {
    KeyspaceMetadata keyspace =
        keyspace(
            SchemaOfRows.withKeyspace()
                .table("bad")
                .column("bad", "v", "regular", -1, "frozen<no_such_type>")
                .table("good"));
    TableMetadata bad = keyspace.table("bad").orElseThrow();
    assertThat(bad.problems())
        .containsExactly("The type of its column \"v\" is not known: frozen<no_such_type>.");
    assertThat(bad.describe()).startsWith("/*\nWarning: ").endsWith("*/");
    assertThat(bad.column("k").orElseThrow().type().isKnown()).isTrue();
    assertThat(keyspace.table("good").orElseThrow().problems()).isEmpty();
    assertThat(log).hasSize(1);
    assertThat(log.get(0)).contains("\"ks.bad\"", "no_such_type");
  }

  @Test
  void tableWithoutColumnsIsKeptAndFlagged() {
    KeyspaceMetadata keyspace = keyspace(SchemaOfRows.withKeyspace().table("t").clear("columns"));
    assertThat(keyspace.table("t").orElseThrow().problems())
        .containsExactly("The server tells no partition key of it.");
  }

  @Test
  void rowsWithoutANameAreLeftOutAndToldOnce() {
    SchemaOfRows schema =
        SchemaOfRows.withKeyspace()
            .table("t")
            .row("tables", "keyspace_name", "ks", "table_name", null, "comment", "lost")
            .row("indexes", "keyspace_name", null, "table_name", "t", "index_name", "i")
            .row("columns", "keyspace_name", "ks", "table_name", 7);
    assertThat(keyspace(schema).tables()).containsOnlyKeys("t");
    assertThat(keyspace(schema).tables()).containsOnlyKeys("t");
    assertThat(log).hasSize(3).allMatch(line -> line.contains("left out"));
    assertThat(log.toString()).contains("system_schema.tables", "lost");
  }

  @Test
  void cellsOfTheWrongTypeAreTakenForMissing() {
    KeyspaceMetadata keyspace =
        keyspace(
            SchemaOfRows.withKeyspace()
                .table("t", "flags", 7, "extensions", "none", "compaction", 12)
                .row("types", "keyspace_name", "ks", "type_name", "u", "field_names", 1)
                .row(
                    "functions",
                    "keyspace_name",
                    "ks",
                    "function_name",
                    "f",
                    "argument_types",
                    List.of("int"),
                    "argument_names",
                    "none")
                .row("views", "keyspace_name", "ks", "view_name", "v", "where_clause", 1.5));
    assertThat(keyspace.tables()).containsOnlyKeys("t");
    assertThat(keyspace.userTypes().get("u").problems())
        .containsExactly("The server tells no fields of it.");
    assertThat(keyspace.views().get("v").problems()).hasSize(2);
    assertThat(keyspace.functions()).isEmpty();
    assertThat(log.toString()).contains("\"f\" in system_schema.functions of the keyspace \"ks\"");
  }

  @Test
  void changesTellWhatToRead() {
    assertThat(scope(Change.UPDATED, Target.KEYSPACE, "")).isEqualTo(SchemaScope.keyspace("ks"));
    assertThat(scope(Change.CREATED, Target.KEYSPACE, ""))
        .isEqualTo(SchemaScope.wholeKeyspace("ks"));
    assertThat(scope(Change.DROPPED, Target.KEYSPACE, ""))
        .isEqualTo(SchemaScope.wholeKeyspace("ks"));
    assertThat(scope(Change.CREATED, Target.TABLE, "x")).isEqualTo(SchemaScope.table("ks", "x"));
    assertThat(scope(Change.CREATED, Target.TYPE, "x")).isEqualTo(SchemaScope.type("ks", "x"));
    assertThat(scope(Change.DROPPED, Target.FUNCTION, "x"))
        .isEqualTo(SchemaScope.functions("ks", "x"));
    assertThat(scope(Change.DROPPED, Target.AGGREGATE, "x"))
        .isEqualTo(SchemaScope.aggregates("ks", "x"));
    assertThat(scope(Change.UNKNOWN, Target.UNKNOWN, ""))
        .isEqualTo(SchemaScope.wholeKeyspace("ks"));
    assertThat(SchemaScope.of(new SchemaChange(Change.UNKNOWN, Target.UNKNOWN, "", "", List.of())))
        .isEqualTo(SchemaScope.EVERYTHING);
  }

  private static SchemaScope scope(Change change, Target target, String name) {
    return SchemaScope.of(new SchemaChange(change, target, "ks", name, List.of()));
  }
}
