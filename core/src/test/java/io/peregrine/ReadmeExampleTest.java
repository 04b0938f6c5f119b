package io.peregrine;

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
import io.peregrine.testkit.server.ScriptedServer;
import io.peregrine.testkit.server.ServerTls;
import io.peregrine.testkit.server.TestStores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
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
  private static final Path README = Path.of("..", "README.md");
  private static final String CLASS = "ReadmeExample";
  private static final String TICKS =
      "CREATE TABLE ticks (symbol text, day int, price double, PRIMARY KEY (symbol, day))";

  @TempDir Path folder;

  private RealSession real;
  private URLClassLoader loader;

  @BeforeEach
  void open() {
    real = new RealSession(ProtocolVersion.V5, "readme");
    real.execute(TICKS);
  }

  @AfterEach
  void close() throws IOException {
    real.close();
    loader.close();
  }

  @Test
  void exampleDoesWhatItSays() throws Exception {
    String example = snippet("example");
    assertThat(example.lines()).hasSizeLessThanOrEqualTo(12);
    String body = replaceOnce(example, "\"127.0.0.1\"", "contactPoint");
    body = replaceOnce(body, "\"market\"", "keyspace");
    Method run =
        compile("static void run(java.net.InetSocketAddress contactPoint, String keyspace)", body);
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
  void hotPathDoesWhatItSays() throws Exception {
    real.execute("INSERT INTO ticks (symbol, day, price) VALUES ('ACME', 20261122, 9.75)");
    String signature =
        "static java.util.function.DoubleSupplier run(Session session, PreparedStatement select)";
    String end = "\nif (result != Session.ACCEPTED) { return null; }\nreturn () -> prices.last;";
    Method run = compile(signature, snippet("hot path") + end);
    PreparedStatement select =
        real.session.prepare("SELECT day, price FROM ticks WHERE symbol = ?");
    DoubleSupplier last = (DoubleSupplier) run.invoke(null, real.session, select);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (last.getAsDouble() != 9.75) {
      assertThat(System.nanoTime()).as("no answer").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void callerRunsExampleDoesWhatItSays() throws Exception {
    real.execute("INSERT INTO ticks (symbol, day, price) VALUES ('ACME', 20261122, 9.75)");
    String body = replaceOnce(snippet("caller runs"), "\"market\"", "keyspace");
    // The second answer may take longer than one call of invoke().
    body =
        replaceOnce(body, "\n}", "\n  while (!answered.getAsBoolean()) { session.invoke(); }\n}");
    String signature =
        "static void run(Cluster cluster, String keyspace, RequestHandler prices,"
            + " java.util.function.BooleanSupplier answered)";
    Method run = compile(signature, body);
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
        compile(
            "static void run(java.net.InetSocketAddress contactPoint, Path authorities, Path keys)",
            body);
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

  /** The Java between a marker and the end mark. */
  private static String snippet(String marker) throws IOException {
    Pattern pattern =
        Pattern.compile(
            "<!-- " + marker + " -->\n```java\n(.*?)\n```\n<!-- end -->", Pattern.DOTALL);
    Matcher matcher = pattern.matcher(Files.readString(README).replace("\r\n", "\n"));
    assertThat(matcher.find()).as("%s has a snippet marked '%s'", README, marker).isTrue();
    return matcher.group(1);
  }

  private static String replaceOnce(String text, String what, String by) {
    assertThat(text.split(Pattern.quote(what), -1)).as("%s stands there once", what).hasSize(2);
    return text.replace(what, by);
  }

  private Method compile(String signature, String body) throws Exception {
    String source =
        "import io.peregrine.*;\nimport io.peregrine.codec.row.*;\nimport java.nio.file.Path;\npublic class "
            + CLASS
            + " {\npublic "
            + signature
            + " {\n"
            + body
            + "\n}\n}\n";
    Path file = Files.writeString(folder.resolve(CLASS + ".java"), source);
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    StringWriter messages = new StringWriter();
    PrintWriter out = new PrintWriter(messages, true);
    String classPath = System.getProperty("java.class.path");
    int status =
        javac.run(
            out,
            out,
            "-cp",
            classPath,
            "-d",
            folder.toString(),
            "--release",
            "17",
            "-proc:none",
            file.toString());
    assertThat(status).as("%s in\n%s", messages, source).isZero();
    loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
    for (Method method : loader.loadClass(CLASS).getMethods()) {
      if (method.getName().equals("run")) {
        return method;
      }
    }
    throw new AssertionError("no method run");
  }
}
