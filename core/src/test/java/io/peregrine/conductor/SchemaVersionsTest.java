package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DataType;
import io.peregrine.metadata.ColumnMetadata;
import io.peregrine.metadata.GraphLabel;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.Keyspaces;
import io.peregrine.metadata.TableMetadata;
import io.peregrine.metadata.UserTypeMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What servers of several versions and makes have in their schema tables. */
class SchemaVersionsTest {
  private final List<String> log = new ArrayList<>();

  private KeyspaceMetadata keyspace(SchemaOfRows schema) {
    return new SchemaReader(log::add)
        .read(schema, SchemaScope.EVERYTHING, Keyspaces.NONE)
        .join()
        .get("ks")
        .orElseThrow();
  }

  private TableMetadata table(SchemaOfRows schema) {
    return keyspace(schema).table("t").orElseThrow();
  }

  private static List<String> columns(TableMetadata table) {
    return table.columns().stream().map(ColumnMetadata::toString).toList();
  }

  @Test
  void chancesOfReadRepairBelongToServersBeforeCassandra4() {
    TableMetadata before =
        table(SchemaOfRows.withKeyspace().table("t", "dclocal_read_repair_chance", 0.1));
    assertThat(before.describe()).contains("dclocal_read_repair_chance = 0.1");
    TableMetadata after =
        table(
            SchemaOfRows.withKeyspace()
                .table("t", "dclocal_read_repair_chance", 0.0, "read_repair", "BLOCKING"));
    assertThat(after.describe())
        .isEqualTo("CREATE TABLE ks.t (\n    k int PRIMARY KEY\n) WITH read_repair = 'BLOCKING';");
  }

  @Test
  void optionsThatTheDriverDoesNotKnowArePassedOnInOrder() {
    TableMetadata table =
        table(
            SchemaOfRows.withKeyspace()
                .table(
                    "t",
                    "zeal",
                    7,
                    "nodesync",
                    Map.of("enabled", "true", "deadline_target_sec", "10"),
                    "cdc",
                    true,
                    "absent",
                    null,
                    "warmth",
                    1.5,
                    "flags",
                    Set.of("compound")));
    assertThat(table.options()).containsOnlyKeys("cdc", "nodesync", "warmth", "zeal");
    assertThat(table.describe())
        .endsWith(
            ") WITH cdc = true\n"
                + "    AND nodesync = {'deadline_target_sec': '10', 'enabled': 'true'}\n"
                + "    AND warmth = 1.5\n"
                + "    AND zeal = 7;");
  }

  @Test
  void staticCompactTableShowsNoneOfTheColumnsOfTheStorageEngine() {
    TableMetadata table =
        table(
            SchemaOfRows.withKeyspace()
                .table("t", "flags", null)
                .column("t", "column1", "clustering", 0, "text")
                .column("t", "value", "regular", -1, "blob")
                .column("t", "v", "static", -1, "text"));
    assertThat(columns(table)).containsExactly("k int", "v text");
    assertThat(table.isCompactStorage()).isTrue();
    assertThat(table.describe())
        .contains("k int PRIMARY KEY,\n    v text\n) WITH COMPACT STORAGE;");
  }

  @Test
  void denseCompactTableShowsNoEmptyValue() {
    TableMetadata table =
        table(
            SchemaOfRows.withKeyspace()
                .table("t", "flags", Set.of("dense"))
                .column("t", "c", "clustering", 0, "int")
                .column("t", "value", "regular", -1, "empty"));
    assertThat(columns(table)).containsExactly("k int", "c int");
    assertThat(table.describe()).contains("COMPACT STORAGE\n    AND CLUSTERING ORDER BY (c ASC)");
  }

  @Test
  void superColumnsAreExportedInAComment() {
    TableMetadata table =
        table(
            SchemaOfRows.withKeyspace()
                .table("t", "flags", Set.of("super", "dense"))
                .column("t", "column1", "clustering", 0, "text")
                .column("t", "", "regular", -1, "map<text, blob>"));
    assertThat(table.isCqlCompatible()).isFalse();
    assertThat(table.describe()).startsWith("/*\nWarning: Table ks.t").contains("super columns");
  }

  @Test
  void triggersFollowTheirTable() {
    TableMetadata table =
        table(
            SchemaOfRows.withKeyspace()
                .table("t")
                .row(
                    "triggers",
                    "keyspace_name",
                    "ks",
                    "table_name",
                    "t",
                    "trigger_name",
                    "Audit",
                    "options",
                    Map.of("class", "com.acme.It'sTrigger")));
    assertThat(table.triggers().get("Audit").className()).isEqualTo("com.acme.It'sTrigger");
    assertThat(table.describe())
        .endsWith(";\n\nCREATE TRIGGER \"Audit\" ON ks.t USING 'com.acme.It''sTrigger';");
  }

  @Test
  void rowLevelAccessOfDseFollowsItsTable() {
    ByteBuffer column = ByteBuffer.wrap("Owner".getBytes(StandardCharsets.UTF_8));
    TableMetadata table =
        table(
            SchemaOfRows.withKeyspace()
                .table("t", "extensions", Map.of("DSE_RLACA", column, "other", column)));
    assertThat(table.attachments().extensions()).containsOnlyKeys("DSE_RLACA", "other");
    assertThat(table.describe()).endsWith(";\n\nRESTRICT ROWS ON ks.t USING \"Owner\";");
    assertThat(table.describe()).doesNotContain("extensions");
  }

  @Test
  void graphOfDseHasVerticesAndEdges() {
    SchemaOfRows schema =
        SchemaOfRows.empty()
            .row(
                "keyspaces",
                "keyspace_name",
                "ks",
                "durable_writes",
                true,
                "graph_engine",
                "Core",
                "replication",
                Map.of("class", "SimpleStrategy", "replication_factor", "1"))
            .table("person", "comment", "")
            .table("t")
            .row("vertices", "keyspace_name", "ks", "table_name", "person", "label_name", "Person")
            .row(
                "edges",
                "keyspace_name",
                "ks",
                "table_name",
                "t",
                "label_name",
                "wrote",
                "from_table",
                "person",
                "from_label",
                "Person",
                "from_partition_key_columns",
                List.of("k"),
                "from_clustering_columns",
                List.of(),
                "to_table",
                "software",
                "to_label",
                "software",
                "to_partition_key_columns",
                List.of("a", "b"),
                "to_clustering_columns",
                List.of("C"));
    KeyspaceMetadata keyspace = keyspace(schema);
    assertThat(keyspace.describeAlone()).endsWith("  AND graph_engine = 'Core';");
    assertThat(keyspace.tables().get("person").attachments().graphLabel())
        .contains(new GraphLabel.Vertex("Person"));
    assertThat(keyspace.tables().get("person").describe())
        .endsWith(") WITH comment = ''\n    AND VERTEX LABEL \"Person\";");
    assertThat(table(schema).describe())
        .endsWith(") WITH EDGE LABEL wrote FROM \"Person\"(k) TO software((a, b), \"C\");");
  }

  @Test
  void functionsOfDsePromiseThings() {
    SchemaOfRows schema =
        SchemaOfRows.withKeyspace()
            .row(
                "functions",
                "keyspace_name",
                "ks",
                "function_name",
                "f",
                "argument_types",
                List.of("frozen<list<int>>"),
                "argument_names",
                List.of("A"),
                "return_type",
                "int",
                "language",
                "java",
                "body",
                "return '$$';",
                "called_on_null_input",
                false,
                "deterministic",
                true,
                "monotonic_on",
                List.of("A"));
    assertThat(keyspace(schema).functions().values().iterator().next().describe())
        .isEqualTo(
            "CREATE FUNCTION ks.f(\"A\" list<int>)\n    RETURNS NULL ON NULL INPUT\n"
                + "    RETURNS int\n    DETERMINISTIC\n    MONOTONIC ON \"A\"\n    LANGUAGE java\n"
                + "    AS 'return ''$$'';';");
  }

  @Test
  void typesOfDseAreKnown() {
    TableMetadata table =
        table(
            SchemaOfRows.withKeyspace()
                .table("t")
                .column("t", "p", "regular", -1, "'PointType'")
                .column(
                    "t", "r", "regular", -1, "'org.apache.cassandra.db.marshal.DateRangeType'"));
    assertThat(table.column("p").orElseThrow().type().type()).isEqualTo(DataType.DseType.POINT);
    assertThat(table.column("r").orElseThrow().type().type())
        .isEqualTo(DataType.DseType.DATE_RANGE);
    assertThat(table.describe()).contains("p 'PointType'");
  }

  @Test
  void maskWithAnArgumentThatIsNoLiteralIsFlagged() {
    SchemaOfRows schema =
        SchemaOfRows.withKeyspace()
            .table("t")
            .row(
                "column_masks",
                "keyspace_name",
                "ks",
                "table_name",
                "t",
                "column_name",
                "k",
                "function_keyspace",
                "ks",
                "function_name",
                "hide",
                "function_argument_types",
                List.of("text", "int", "list<int>"),
                "function_argument_values",
                Arrays.asList("it's", "", "00"),
                "function_argument_nulls",
                List.of(false, true, false));
    TableMetadata table = table(schema);
    assertThat(columns(table)).containsExactly("k int MASKED WITH ks.hide('it''s', null, ?)");
    assertThat(table.problems()).containsExactly("How its column \"k\" is masked is not known.");
  }

  @Test
  void typesThatContainThemselvesOrNestTooDeepAreFlagged() {
    SchemaOfRows schema = SchemaOfRows.withKeyspace();
    type(schema, "a", "frozen<b>");
    type(schema, "b", "list<frozen<a>>");
    for (int i = 0; i < 500; i++) {
      type(schema, "t" + (1000 + i), i == 499 ? "int" : "frozen<t" + (1001 + i) + ">");
      type(schema, "u" + (1000 + i), i == 0 ? "int" : "frozen<u" + (999 + i) + ">");
    }
    Map<String, UserTypeMetadata> types = keyspace(schema).userTypes();
    assertThat(types.get("b").problems()).hasSize(1);
    assertThat(types.get("t1499").problems()).isEmpty();
    assertThat(types.get("u1000").problems()).isEmpty();
    assertThat(types.get("u1063").problems()).isEmpty();
    assertThat(types.get("u1064").problems()).hasSize(1);
    assertThat(keyspace(schema).describe()).contains("CREATE TYPE ks.u1063");
  }

  private static void type(SchemaOfRows schema, String name, String fieldType) {
    schema.row(
        "types",
        "keyspace_name",
        "ks",
        "type_name",
        name,
        "field_names",
        List.of("f"),
        "field_types",
        List.of(fieldType));
  }
}
