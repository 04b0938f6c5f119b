package io.peregrine;

import static io.peregrine.ReadmeCode.replaceOnce;
import static io.peregrine.ReadmeCode.snippet;
import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.response.AuthSuccess;
import com.datastax.oss.protocol.internal.response.Authenticate;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.cassandra.RealCassandra;
import io.peregrine.testkit.cassandra.SharedCassandra;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.ScriptedServer;
import io.peregrine.testkit.server.ServerTls;
import io.peregrine.testkit.server.TestStores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles and runs what the README shows. Two words are replaced: the contact point, and the
 * keyspace, so that no server's own keyspace is touched.
 */
@RealCassandra
class ReadmeExampleTest {
  private static final String TICKS =
      "CREATE TABLE ticks (symbol text, day int, price double, PRIMARY KEY (symbol, day))";

  @TempDir Path folder;

  private RealSession real;
  private ReadmeCode code;

  @BeforeEach
  void open() throws IOException {
    code = new ReadmeCode(folder);
    real = new RealSession(ProtocolVersion.V5, "readme");
    real.execute(TICKS);
  }

  @AfterEach
  void close() throws IOException {
    real.close();
    code.close();
  }

  @Test
  void firstExampleDoesWhatItSays() throws Exception {
    String example = snippet("first");
    assertThat(example.lines()).hasSizeLessThanOrEqualTo(12);
    String body = replaceOnce(example, "\"127.0.0.1\"", "contactPoint");
    body = replaceOnce(body, "\"market\"", "keyspace");
    Method run =
        code.compile("void run(java.net.InetSocketAddress contactPoint, String keyspace)", body);
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      InetSocketAddress contactPoint = SharedCassandra.server().contactPoint();
      run.invoke(null, contactPoint, real.keyspace);
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("20261122: 9.75", "1 row");
  }

  @Test
  void hotPathExampleDoesWhatItSays() throws Exception {
    real.execute("INSERT INTO ticks (symbol, day, price) VALUES ('ACME', 20261122, 9.75)");
    String signature =
        "java.util.function.DoubleSupplier run(Session session, PreparedStatement select)";
    String end = "\nif (result != Session.ACCEPTED) { return null; }\nreturn () -> prices.last;";
    Method run = code.compile(signature, snippet("hot path") + end);
    PreparedStatement select =
        real.session.prepare("SELECT day, price FROM ticks WHERE symbol = ?");
    DoubleSupplier last = (DoubleSupplier) run.invoke(null, real.session, select);
    Waiting.until("the answer", Duration.ofSeconds(20), () -> last.getAsDouble() == 9.75);
  }

  @Test
  void callerRunsExampleDoesWhatItSays() throws Exception {
    real.execute("INSERT INTO ticks (symbol, day, price) VALUES ('ACME', 20261122, 9.75)");
    String body = replaceOnce(snippet("caller runs"), "\"market\"", "keyspace");
    // The second answer may take longer than one call of invoke().
    body =
        replaceOnce(body, "\n}", "\n  while (!answered.getAsBoolean()) { session.invoke(); }\n}");
    String signature =
        "void run(Cluster cluster, String keyspace, RequestHandler prices,"
            + " java.util.function.BooleanSupplier answered)";
    Method run = code.compile(signature, body);
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Answers prices = new Answers();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      BooleanSupplier answered = () -> prices.size() > 0;
      run.invoke(null, real.cluster, real.keyspace, prices, answered);
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines()).containsExactly("9.75");
    assertThat(prices.take().rows()).isEqualTo(List.of(List.of(9.75)));
  }

  @Test
  void securityExampleDoesWhatItSays() throws Exception {
    Path authorities = folder.resolve("authorities.pem");
    StoreFiles.write("PEM", TestStores.store("authority"), authorities);
    Path keys = TestStores.copy("client", folder.resolve("client.p12"));
    String body = replaceOnce(snippet("security"), "\"db1.example.com\"", "contactPoint");
    body = replaceOnce(body, "Path.of(\"authorities.pem\")", "authorities");
    body = replaceOnce(body, "Path.of(\"client.p12\")", "keys");
    Method run =
        code.compile(
            "void run(java.net.InetSocketAddress contactPoint, Path authorities, Path keys)", body);
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (ScriptedServer server =
        ScriptedServer.builder().tls(ServerTls.of("server").mutual()).start()) {
      server.on(opcode(Opcode.STARTUP), new Authenticate("PasswordAuthenticator"));
      server.on(opcode(Opcode.AUTH_RESPONSE), new AuthSuccess(null));
      server.on(
          query("SELECT release_version FROM system.local"),
          rows(Columns.of("system", "local").and("release_version", DataType.VARCHAR))
              .row(text("5.0.9"))
              .build());
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      run.invoke(null, server.address(), authorities, keys);
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines()).containsExactly("5.0.9");
  }

  @Test
  void recordsExampleDoesWhatItSays() throws Exception {
    real.execute("ALTER TABLE ticks ADD side text");
    real.execute("INSERT INTO ticks (symbol, day, price) VALUES ('ACME', 20261123, 0.5)");
    Method run = code.compile("void run(Cluster cluster, Session session)", snippet("records"));
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      run.invoke(null, real.cluster, real.session);
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "Tick[day=20261122, price=Cents[cents=975], side=Optional[BUY]]",
            "Tick[day=20261123, price=Cents[cents=50], side=Optional.empty]");
  }

  @Test
  void columnsExampleDoesWhatItSays() throws Exception {
    real.execute("INSERT INTO ticks (symbol, day, price) VALUES ('ACME', 20261122, 9.75)");
    real.execute("INSERT INTO ticks (symbol, day, price) VALUES ('ACME', 20261123, 0.5)");
    real.execute("INSERT INTO ticks (symbol, day, price) VALUES ('ACME', 20261124, 0.25)");
    Method run =
        code.compile("void run(Session session, BoundStatement select)", snippet("columns"));
    BoundStatement select =
        real.session.prepare("SELECT price FROM ticks WHERE symbol = ?").bind("ACME");
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      run.invoke(null, real.session, select.setPageSize(2));
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("2 prices", "1 prices");
  }

  @Test
  void metadataExampleDoesWhatItSays() throws Exception {
    String body = snippet("metadata").replace("\"market\"", "keyspace");
    Method run =
        code.compile(
            "List<Node> run(Cluster cluster, String keyspace, java.nio.ByteBuffer routingKey)",
            body + "\nreturn replicas;");
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    Object replicas;
    try {
      ByteBuffer key = ByteBuffer.wrap("ACME".getBytes(StandardCharsets.UTF_8));
      replicas = run.invoke(null, real.cluster, real.keyspace, key);
    } finally {
      System.setOut(out);
    }
    assertThat(replicas).isEqualTo(real.cluster.nodes());
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .startsWith("CREATE TABLE " + real.keyspace + ".ticks (");
  }

  @Test
  void graphExampleDoesWhatItSays() throws Exception {
    String body = replaceOnce(snippet("graph"), "\"127.0.0.1\"", "contactPoint");
    Method run = code.compile("void run(java.net.InetSocketAddress contactPoint)", body);
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (ScriptedServer server = ScriptedServer.start()) {
      String vertex =
          "{'result':{'id':7,'label':'person','type':'vertex',"
              + "'properties':{'name':[{'id':8,'value':'bob'}]}}}";
      server.on(
          query("g.V().has('name', who).out('knows')"),
          rows(Columns.of("", "").and("gremlin", DataType.VARCHAR))
              .row(text(vertex.replace('\'', '"')))
              .build());
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      run.invoke(null, server.address());
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines()).containsExactly("person 7: bob");
  }

  @Test
  void speculationExampleDoesWhatItSays() throws Exception {
    String body = replaceOnce(snippet("speculation"), "\"127.0.0.1\"", "contactPoint");
    body = replaceOnce(body, "\"market\"", "keyspace");
    Method run =
        code.compile("void run(java.net.InetSocketAddress contactPoint, String keyspace)", body);
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      run.invoke(null, SharedCassandra.server().contactPoint(), real.keyspace);
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).startsWith("answered by ");
  }

  @Test
  void agentsExampleDoesWhatItSays() throws Exception {
    Method run = code.compile("ClusterBuilder run()", "return " + snippet("agents") + "\n    ;");
    ClusterBuilder builder = (ClusterBuilder) run.invoke(null);
    try (Cluster cluster =
            builder.addContactPoint(SharedCassandra.server().contactPoint()).build();
        Session session = cluster.connect()) {
      assertThat(session.execute("SELECT release_version FROM system.local").all()).hasSize(1);
      assertThat(cluster.agents()).hasSize(2);
      Observations.until(
          "a connection for each agent",
          () ->
              session.poolState().values().stream().allMatch(pool -> pool.openConnections() == 2));
      assertThat(session.poolState()).hasSize(1);
    }
  }

  @Test
  void watchExampleDoesWhatItSays() throws Exception {
    String body = replaceOnce(snippet("watch"), "\"/dev/shm/orders-cassandra\"", "directory");
    Method run = code.compile("Cluster run(String directory)", body + "\nreturn cluster;");
    Path directory = folder.resolve("orders");
    try (Cluster cluster = (Cluster) run.invoke(null, directory.toString())) {
      assertThat(cluster.isClosed()).isFalse();
      assertThat(directory).isNotEmptyDirectory();
    }
  }

  @Test
  void everyExampleIsRun() throws IOException {
    List<String> tests =
        Arrays.stream(ReadmeExampleTest.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(Method::getName)
            .toList();
    assertThat(ReadmeCode.names())
        .hasSizeGreaterThan(7)
        .doesNotHaveDuplicates()
        .allSatisfy(name -> assertThat(tests).as(name).contains(testOf(name)));
  }

  /** The test of an example: {@code hotPathExampleDoesWhatItSays} for {@code hot path}. */
  private static String testOf(String name) {
    StringBuilder test = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      boolean first = i > 0 && name.charAt(i - 1) == ' ';
      char c = name.charAt(i);
      if (c != ' ') {
        test.append(first ? Character.toUpperCase(c) : c);
      }
    }
    return test + "ExampleDoesWhatItSays";
  }
}
