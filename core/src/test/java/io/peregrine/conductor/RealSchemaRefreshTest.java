package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Cluster;
import io.peregrine.PatientCluster;
import io.peregrine.Session;
import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.metadata.ColumnMetadata;
import io.peregrine.metadata.FunctionSignature;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.Keyspaces;
import io.peregrine.metadata.TableMetadata;
import io.peregrine.testkit.cassandra.RealCassandra;
import io.peregrine.testkit.cassandra.SharedCassandra;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Parts of a real server's schema that are read by themselves fit what was known before. */
@RealCassandra
class RealSchemaRefreshTest {
  private static Cluster cluster;
  private static Session session;

  private final SchemaReader reader = new SchemaReader(problem -> {});
  private Keyspaces known = Keyspaces.NONE;

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
    session.execute("DROP KEYSPACE IF EXISTS parts");
    cluster.close();
  }

  @BeforeEach
  void makeAnew() {
    execute(
        "DROP KEYSPACE IF EXISTS parts",
        "CREATE KEYSPACE parts WITH replication ="
            + " {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TYPE parts.inner_type (x int)",
        "CREATE TYPE parts.outer_type (i frozen<inner_type>)",
        "CREATE TABLE parts.t (k int PRIMARY KEY, v frozen<outer_type>, w int)",
        "CREATE TABLE parts.other (k int PRIMARY KEY)",
        "CREATE MATERIALIZED VIEW parts.by_w AS SELECT k, w FROM parts.t"
            + " WHERE w IS NOT NULL AND k IS NOT NULL PRIMARY KEY (w, k)",
        function("f(x int)"),
        function("f(x bigint)"),
        function("plus(x int, y int)"),
        "CREATE AGGREGATE parts.total(int) SFUNC plus STYPE int INITCOND 0");
    known = read(SchemaScope.EVERYTHING);
  }

  private static String function(String head) {
    return "CREATE FUNCTION parts."
        + head
        + " CALLED ON NULL INPUT RETURNS int LANGUAGE java AS 'return 1;'";
  }

  private static void execute(String... statements) {
    List.of(statements).forEach(session::execute);
  }

  private Keyspaces read(SchemaScope scope) {
    return reader.read(text -> RealSchemaTest.ask(session, text), scope, known).join();
  }

  private KeyspaceMetadata before() {
    return known.get("parts").orElseThrow();
  }

  /**
   * Reads a part; all of it, read anew, must be the same, and what did not change the same object.
   */
  private KeyspaceMetadata after(SchemaScope scope) {
    Keyspaces now = read(scope);
    assertThat(now).isEqualTo(read(SchemaScope.EVERYTHING));
    for (KeyspaceMetadata keyspace : known.all().values()) {
      if (!keyspace.name().equals("parts")) {
        assertThat(now.get(keyspace.name()).orElseThrow()).isSameAs(keyspace);
      }
    }
    return now.get("parts").orElseThrow();
  }

  @Test
  void unchangedSchemaStaysTheSameObjects() {
    assertThat(after(SchemaScope.EVERYTHING)).isSameAs(before());
    assertThat(after(SchemaScope.table("parts", "t"))).isSameAs(before());
    assertThat(after(SchemaScope.type("parts", "inner_type"))).isSameAs(before());
    assertThat(after(SchemaScope.keyspace("parts"))).isSameAs(before());
  }

  @Test
  void newIndexIsSeenWithItsTable() {
    execute("CREATE INDEX on_w ON parts.t (w)", "ALTER TABLE parts.t ADD added text");
    KeyspaceMetadata after = after(SchemaScope.table("parts", "t"));
    TableMetadata table = after.table("t").orElseThrow();
    assertThat(table.indexes()).containsOnlyKeys("on_w");
    assertThat(table.column("added").orElseThrow().type().type())
        .isEqualTo(DataType.Primitive.VARCHAR);
    assertThat(after.tables().get("other")).isSameAs(before().tables().get("other"));
    assertThat(after.views().get("by_w")).isSameAs(before().views().get("by_w"));
  }

  @Test
  void tableOrViewThatIsGoneIsDropped() {
    execute("DROP TABLE parts.other");
    assertThat(after(SchemaScope.table("parts", "other")).tables()).containsOnlyKeys("t");
    execute("DROP MATERIALIZED VIEW parts.by_w", "CREATE TABLE parts.other (k int PRIMARY KEY)");
    known = read(SchemaScope.table("parts", "other"));
    assertThat(after(SchemaScope.table("parts", "by_w")).views()).isEmpty();
  }

  @Test
  void viewIsReadUnderItsName() {
    execute("ALTER MATERIALIZED VIEW parts.by_w WITH comment = 'changed'");
    KeyspaceMetadata after = after(SchemaScope.table("parts", "by_w"));
    assertThat(after.views().get("by_w").options()).containsEntry("comment", "changed");
    assertThat(after.viewsOf("t")).containsExactly(after.views().get("by_w"));
  }

  @Test
  void changedTypeIsSeenInWhateverIsMadeOfIt() {
    execute("ALTER TYPE parts.inner_type ADD y text");
    KeyspaceMetadata after = after(SchemaScope.type("parts", "inner_type"));
    ColumnMetadata column = after.tables().get("t").column("v").orElseThrow();
    DataType.UserType outer = (DataType.UserType) column.type().type();
    assertThat(((DataType.UserType) outer.fieldTypes().get(0)).fieldNames())
        .containsExactly("x", "y");
    assertThat(after.tables().get("other")).isSameAs(before().tables().get("other"));
  }

  @Test
  void typesComeAndGo() {
    execute("CREATE TYPE parts.third (x frozen<inner_type>)");
    known = read(SchemaScope.type("parts", "third"));
    assertThat(before().userTypes()).containsOnlyKeys("inner_type", "outer_type", "third");
    execute("DROP TYPE parts.third");
    assertThat(after(SchemaScope.type("parts", "third")).userTypes())
        .containsOnlyKeys("inner_type", "outer_type");
  }

  @Test
  void droppedOverloadGoesAndTheOtherStays() {
    FunctionSignature ofInt = new FunctionSignature("f", List.of("int"));
    execute("DROP FUNCTION parts.f(bigint)");
    KeyspaceMetadata after = after(SchemaScope.functions("parts", "f"));
    assertThat(after.functions()).hasSize(2).containsKey(ofInt);
    assertThat(after.functions().get(ofInt)).isSameAs(before().functions().get(ofInt));
    execute("DROP AGGREGATE parts.total");
    known = read(SchemaScope.functions("parts", "f"));
    assertThat(after(SchemaScope.aggregates("parts", "total")).aggregates()).isEmpty();
  }

  @Test
  void keyspaceAloneKeepsWhatIsInIt() {
    execute("ALTER KEYSPACE parts WITH durable_writes = false");
    KeyspaceMetadata after = after(SchemaScope.keyspace("parts"));
    assertThat(after.isDurable()).isFalse();
    assertThat(after.contents()).isSameAs(before().contents());
    execute("DROP KEYSPACE parts");
    assertThat(read(SchemaScope.keyspace("parts")).get("parts")).isEmpty();
    assertThat(read(SchemaScope.wholeKeyspace("parts")).get("parts")).isEmpty();
  }

  @Test
  void partOfAKeyspaceThatIsNotKnownReadsAllOfIt() {
    Keyspaces now =
        reader
            .read(
                text -> RealSchemaTest.ask(session, text),
                SchemaScope.table("parts", "t"),
                Keyspaces.NONE)
            .join();
    assertThat(now.all()).containsOnlyKeys("parts").containsValue(before());
  }

  @Test
  void replicationAloneIsThatOfEveryKeyspace() {
    Keyspaces now =
        reader
            .read(
                text -> RealSchemaTest.ask(session, text), SchemaScope.REPLICATION, Keyspaces.NONE)
            .join();
    assertThat(now.replication()).isEqualTo(known.replication()).containsKey("parts");
    assertThat(now.get("parts").orElseThrow().tables()).isEmpty();
  }

  @Test
  void virtualTablesAreKnownAndExportedInComments() {
    KeyspaceMetadata views = known.get("system_views").orElseThrow();
    assertThat(views.isVirtual()).isTrue();
    assertThat(known.replication()).doesNotContainKey("system_views").containsKey("system");
    TableMetadata clients = views.table("clients").orElseThrow();
    assertThat(clients.isVirtual()).isTrue();
    assertThat(clients.primaryKey())
        .extracting(ColumnMetadata::name)
        .containsExactly("address", "port");
    assertThat(views.tables().values())
        .allSatisfy(
            table -> assertThat(table.problems()).containsExactly("It is a virtual table."));
    String statements = views.describe().replaceAll("(?s)/\\*.*?\\*/", "").strip();
    assertThat(statements).isEmpty();
    assertThat(known.describe()).contains("CREATE TABLE system_views.clients (");
    assertThat(read(SchemaScope.table("system_views", "clients"))).isEqualTo(known);
  }

  @Test
  void columnsStandInTheOrderOfSelectAll() {
    execute(
        "CREATE TABLE parts.wide (z int, y int, b list<int>, a int, s int static,"
            + " l set<int> static, \"A\" int, c frozen<list<int>>, PRIMARY KEY (z, y))");
    TableMetadata wide = after(SchemaScope.table("parts", "wide")).table("wide").orElseThrow();
    ColumnDefinitions selected = session.execute("SELECT * FROM parts.wide").columnDefinitions();
    assertThat(wide.columns()).hasSize(selected.size());
    for (int i = 0; i < selected.size(); i++) {
      assertThat(wide.columns().get(i).name()).isEqualTo(selected.name(i));
      assertThat(wide.columns().get(i).type().type()).isEqualTo(selected.type(i));
    }
  }

  @Test
  void schemaOfMoreRowsThanAPageComesWhole() {
    String columns =
        IntStream.range(0, 2_000).mapToObj(i -> "c" + i + " int").collect(Collectors.joining(", "));
    for (String table : List.of("x", "y", "z")) {
      execute("CREATE TABLE parts." + table + " (k int PRIMARY KEY, " + columns + ")");
    }
    KeyspaceMetadata after = after(SchemaScope.wholeKeyspace("parts"));
    for (String table : List.of("x", "y", "z")) {
      assertThat(after.table(table).orElseThrow().columns()).hasSize(2_001);
    }
  }
}
