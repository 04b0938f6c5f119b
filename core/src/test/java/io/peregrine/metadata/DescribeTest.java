package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.metadata.ColumnMetadata.Kind;
import io.peregrine.metadata.TableMetadata.Trait;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The CQL that makes each part of a schema. */
class DescribeTest {
  private static final CqlType INT = CqlType.parse("int", name -> null);
  private static final CqlType UNKNOWN = CqlType.parse("no_such", name -> null);
  private static final KeyspaceSettings SIMPLE =
      new KeyspaceSettings(
          Map.of("class", "org.apache.cassandra.locator.SimpleStrategy", "replication_factor", "1"),
          true);

  private static ColumnMetadata column(String name, Kind kind) {
    return new ColumnMetadata(name, kind, INT);
  }

  private static TableMetadata table(String name, ColumnMetadata... columns) {
    return new TableMetadata(
        "ks", name, List.of(columns), Map.of(), Set.of(), TableAttachments.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain, plain",
        "a1_b, a1_b",
        "Mixed, \"Mixed\"",
        "_a, \"_a\"",
        "1a, \"1a\"",
        "a b, \"a b\"",
        "a\"b, \"a\"\"b\"",
        "\u00e9t\u00e9, \"\u00e9t\u00e9\"",
        "`a\nb`, `\"a\nb\"`",
        "``, \"\"",
        "select, \"select\"",
        "order, \"order\"",
        "with, \"with\"",
        "values, values",
        "text, text"
      })
  void namesAreQuotedIfTheyMustBe(String name, String quoted) {
    assertThat(CqlNames.quoted(name)).isEqualTo(quoted);
  }

  @Test
  void keyspaceSaysHowItIsReplicated() {
    assertThat(new KeyspaceMetadata("ks", SIMPLE, KeyspaceContents.NONE).describe())
        .isEqualTo(
            "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy',"
                + " 'replication_factor': '1'}  AND durable_writes = true;");
    KeyspaceSettings network =
        new KeyspaceSettings(
            Map.of("west", "2", "class", "NetworkTopologyStrategy", "East's", "3/1"), false);
    assertThat(new KeyspaceMetadata("Ks", network, KeyspaceContents.NONE).describe())
        .isEqualTo(
            "CREATE KEYSPACE \"Ks\" WITH replication = {'class': 'NetworkTopologyStrategy',"
                + " 'East''s': '3/1', 'west': '2'}  AND durable_writes = false;");
  }

  @Test
  void singleKeyStandsWithItsColumnAndOthersApart() {
    ColumnMetadata key = column("K", Kind.PARTITION_KEY);
    assertThat(table("t", key).describe())
        .isEqualTo("CREATE TABLE ks.t (\n    \"K\" int PRIMARY KEY\n);");
    ColumnMetadata clustering = new ColumnMetadata("c", Kind.CLUSTERING, INT, true, null);
    assertThat(table("t", key, clustering, column("s", Kind.STATIC)).describe())
        .isEqualTo(
            "CREATE TABLE ks.t (\n    \"K\" int,\n    c int,\n    s int static,\n"
                + "    PRIMARY KEY (\"K\", c)\n) WITH CLUSTERING ORDER BY (c DESC);");
    assertThat(table("t", key, column("b", Kind.PARTITION_KEY), clustering).describe())
        .contains("PRIMARY KEY ((\"K\", b), c)");
  }

  @Test
  void commentsInCommentsDoNotEndThem() {
    TableMetadata table =
        new TableMetadata(
            "ks",
            "t",
            List.of(column("k", Kind.PARTITION_KEY)),
            Map.of("comment", "DROP */ KEYSPACE"),
            EnumSet.of(Trait.VIRTUAL),
            TableAttachments.NONE);
    assertThat(table.describe()).startsWith("/*").endsWith("*/").contains("DROP * / KEYSPACE");
    assertThat(table.describe().indexOf("*/")).isEqualTo(table.describe().length() - 2);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "v, v",
        "Mixed, \"Mixed\"",
        "\"Mixed\", \"Mixed\"",
        "keys(m), keys(m)",
        "values(\"M\"), values(\"M\")",
        "entries(M), entries(\"M\")",
        "full(f), full(f)",
        "keys, keys",
        "order, \"order\""
      })
  void targetOfAnIndexIsQuotedIfItMustBe(String target, String quoted) {
    IndexMetadata index = new IndexMetadata("ks", "t", "i", "COMPOSITES", Map.of("target", target));
    assertThat(index.describe()).isEqualTo("CREATE INDEX i ON ks.t (" + quoted + ");");
  }

  @Test
  void indexWithoutTargetOrClassIsFlagged() {
    assertThat(new IndexMetadata("ks", "t", "i", "KEYS", Map.of()).describe()).startsWith("/*");
    assertThat(new IndexMetadata("ks", "t", "i", "CUSTOM", Map.of("target", "v")).problems())
        .containsExactly("The server does not tell its class.");
  }

  @Test
  void everythingStandsBehindWhatItNeeds() {
    Map<String, UserTypeMetadata> types = new TreeMap<>();
    add(types, "a", "list<frozen<z>>");
    add(types, "m", "map<int, frozen<tuple<frozen<a>>>>");
    add(types, "c", "vector<frozen<m>, 2>");
    add(types, "z", "int");
    Map<FunctionSignature, FunctionMetadata> functions = new TreeMap<>();
    for (String argument : List.of("int", "bigint")) {
      FunctionSignature signature = new FunctionSignature("f", List.of(argument, "int"));
      functions.put(
          signature,
          new FunctionMetadata(
              "ks",
              signature,
              List.of("x", "y"),
              INT,
              new FunctionMetadata.Definition(true, "java", "return 1;", false, false, List.of())));
    }
    FunctionSignature total = new FunctionSignature("total", List.of("int"));
    AggregateMetadata aggregate =
        new AggregateMetadata(
            "ks", total, new AggregateMetadata.State("f", INT, "0"), "", INT, false);
    ColumnMetadata key = column("k", Kind.PARTITION_KEY);
    ViewMetadata view = view("a_view", "t", key);
    KeyspaceMetadata keyspace =
        new KeyspaceMetadata(
            "ks",
            SIMPLE,
            new KeyspaceContents(
                Map.of("t", table("t", key), "u", table("u", key)),
                Map.of("a_view", view, "lost", view("lost", "gone", key)),
                types,
                functions,
                Map.of(total, aggregate)));
    assertThat(keyspace.describe().lines().filter(line -> line.startsWith("CREATE")).toList())
        .extracting(line -> line.replaceAll("CREATE (MATERIALIZED )?(\\w+) (\\S+).*", "$2 $3"))
        .containsExactly(
            "KEYSPACE ks",
            "TYPE ks.z",
            "TYPE ks.a",
            "TYPE ks.m",
            "TYPE ks.c",
            "FUNCTION ks.f(x",
            "FUNCTION ks.f(x",
            "AGGREGATE ks.total(int)",
            "TABLE ks.t",
            "VIEW ks.a_view",
            "TABLE ks.u",
            "VIEW ks.lost");
  }

  private static void add(Map<String, UserTypeMetadata> types, String name, String field) {
    // Each is made of those before it, or of z.
    UserTypeMetadata z = new UserTypeMetadata("ks", "z", List.of("f"), List.of(INT));
    CqlType type =
        CqlType.parse(field, used -> used.equals("z") ? z.type() : types.get(used).type());
    types.put(name, new UserTypeMetadata("ks", name, List.of("f"), List.of(type)));
  }

  private static ViewMetadata view(String name, String base, ColumnMetadata column) {
    return new ViewMetadata(
        "ks",
        name,
        List.of(column),
        Map.of("default_time_to_live", 0, "comment", ""),
        new ViewMetadata.Query(base, false, "k IS NOT NULL"));
  }

  @Test
  void viewSaysOfWhichTableItIsAndNotWhenItsRowsExpire() {
    assertThat(view("v", "T", column("k", Kind.PARTITION_KEY)).describe())
        .isEqualTo(
            "CREATE MATERIALIZED VIEW ks.v AS\n    SELECT k\n    FROM ks.\"T\"\n"
                + "    WHERE k IS NOT NULL\n    PRIMARY KEY (k) WITH comment = '';");
  }

  @Test
  void whatIsNotKnownIsTold() {
    FunctionSignature signature = new FunctionSignature("f", List.of());
    assertThat(
            new AggregateMetadata(
                    "ks",
                    signature,
                    new AggregateMetadata.State("", UNKNOWN, null),
                    "",
                    UNKNOWN,
                    false)
                .problems())
        .hasSize(2);
    assertThat(new UserTypeMetadata("ks", "t", List.of("f"), List.of(UNKNOWN)).problems())
        .containsExactly("The type of its field \"f\" is not known: no_such.");
    assertThat(new TriggerMetadata("ks", "t", "x", Map.of()).problems()).hasSize(1);
  }

  @Test
  void signaturesTellOverloadsApart() {
    FunctionSignature ofInt = new FunctionSignature("f", List.of("int", "text"));
    assertThat(ofInt)
        .hasToString("f(int,text)")
        .isNotEqualTo(new FunctionSignature("f", List.of("int")));
    assertThat(ofInt).isGreaterThan(new FunctionSignature("f", List.of("bigint")));
    assertThatThrownBy(
            () ->
                new FunctionMetadata(
                    "ks",
                    ofInt,
                    List.of("x"),
                    INT,
                    new FunctionMetadata.Definition(true, "java", "", false, false, List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("f(int,text)");
  }

  @Test
  void keyspacesAreReplacedAndRemovedInCopies() {
    KeyspaceMetadata one = new KeyspaceMetadata("one", SIMPLE, KeyspaceContents.NONE);
    KeyspaceMetadata virtual =
        new KeyspaceMetadata(
            "virtual", new KeyspaceSettings(Map.of(), true, true, ""), KeyspaceContents.NONE);
    Keyspaces both = Keyspaces.NONE.with(virtual).with(one);
    assertThat(both).isEqualTo(Keyspaces.of(List.of(one, virtual))).hasToString("[one, virtual]");
    assertThat(both.replication()).containsOnlyKeys("one");
    assertThat(both.without("one").all()).containsOnlyKeys("virtual");
    assertThat(both.without("none")).isSameAs(both);
    assertThat(both.get("one")).containsSame(one);
    assertThat(both.describe()).startsWith("CREATE KEYSPACE one").endsWith("*/");
  }
}
