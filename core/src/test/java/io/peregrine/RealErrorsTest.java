package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.cassandra.RealCassandra;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The errors that a real Cassandra gives, each as the exception that stands for it. */
@RealCassandra
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = ProtocolVersion.class,
    names = {"V4", "V5"})
class RealErrorsTest {
  private static RealSession real;

  @Parameter ProtocolVersion version;

  @BeforeParameterizedClassInvocation
  static void open(ProtocolVersion version) {
    real = new RealSession(version, "errors");
    real.execute("CREATE TABLE kv (k int PRIMARY KEY, v int)");
  }

  @AfterParameterizedClassInvocation
  static void close() {
    real.close();
  }

  private static <E extends Throwable> E failure(Class<E> type, String query, Object... values) {
    E error = catchThrowableOfType(type, () -> real.execute(query, values));
    assertThat(error).as(query).isNotNull();
    return error;
  }

  @Test
  void syntaxErrorQuotesTheServer() {
    SyntaxException error = failure(SyntaxException.class, "SELEC v FROM kv");
    assertThat(error.code()).isEqualTo(ErrorCode.SYNTAX_ERROR);
    assertThat(error.serverMessage()).contains("SELEC");
    assertThatThrownBy(() -> real.session.prepare("SELECT FROM"))
        .isInstanceOf(SyntaxException.class);
  }

  @Test
  void invalidQueryNamesWhatIsWrong() {
    assertThat(failure(InvalidQueryException.class, "SELECT v FROM nothing").serverMessage())
        .contains("nothing");
    assertThat(failure(InvalidQueryException.class, "SELECT x FROM kv").serverMessage())
        .contains("x");
    failure(InvalidQueryException.class, "SELECT v FROM kv WHERE v = 1");
    failure(InvalidQueryException.class, "INSERT INTO kv (k, v) VALUES (?, ?)", 1, "no int");
    failure(InvalidQueryException.class, "INSERT INTO kv (k, v) VALUES (?, ?)", 1);
    failure(InvalidQueryException.class, "USE nowhere");
    assertThatThrownBy(() -> real.session.prepare("SELECT v FROM nothing"))
        .isInstanceOf(InvalidQueryException.class);
  }

  @Test
  void whatExistsAlreadyIsNamed() {
    AlreadyExistsException table =
        failure(AlreadyExistsException.class, "CREATE TABLE kv (k int PRIMARY KEY)");
    assertThat(table.keyspace()).isEqualTo(real.keyspace);
    assertThat(table.table()).isEqualTo("kv");
    AlreadyExistsException keyspace =
        failure(
            AlreadyExistsException.class,
            "CREATE KEYSPACE "
                + real.keyspace
                + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    assertThat(keyspace.keyspace()).isEqualTo(real.keyspace);
    assertThat(keyspace.table()).isEmpty();
  }

  @Test
  void wrongConfigurationIsItsOwnError() {
    failure(
        ConfigurationException.class,
        "CREATE KEYSPACE never WITH replication = {'class': 'NoStrategy'}");
  }

  @Test
  void tooFewReplicasAreCounted() {
    PreparedStatement insert = real.session.prepare("INSERT INTO kv (k, v) VALUES (?, ?)");
    UnavailableException error =
        catchThrowableOfType(
            UnavailableException.class,
            () -> real.session.execute(insert.bind(1, 1).setConsistency(ConsistencyLevel.THREE)));
    assertThat(error.consistency()).isEqualTo(ConsistencyLevel.THREE);
    assertThat(error.required()).isEqualTo(3);
    assertThat(error.alive()).isEqualTo(1);
  }

  @Test
  void functionThatThrowsIsNamedWithItsArguments() {
    real.execute(
        "CREATE FUNCTION unlucky (x int, y text) RETURNS NULL ON NULL INPUT RETURNS int LANGUAGE"
            + " java AS 'throw new RuntimeException(\"no luck with \" + x);'");
    real.execute("INSERT INTO kv (k, v) VALUES (13, 13)");
    FunctionFailureException error =
        failure(FunctionFailureException.class, "SELECT unlucky(v, 'a') FROM kv WHERE k = 13");
    assertThat(error.keyspace()).isEqualTo(real.keyspace);
    assertThat(error.function()).isEqualTo("unlucky");
    assertThat(error.argumentTypes()).containsExactly("int", "text");
    assertThat(error.serverMessage()).contains("no luck with 13");
  }

  @Test
  void errorIsReadInPlaceOnTheFlyweightRoad() {
    CompletableFuture<String> seen = new CompletableFuture<>();
    RequestHandler handler =
        new RequestHandler() {
          @Override
          public void onRows(long correlationId, RowCursor rows) {
            seen.complete("rows");
          }

          @Override
          public void onError(long correlationId, ErrorView error) {
            seen.complete(
                correlationId
                    + " "
                    + error.isFromServer()
                    + " "
                    + (error.code() == ErrorCode.ALREADY_EXISTS)
                    + " "
                    + error.serverError().table());
          }
        };
    SimpleStatement again = SimpleStatement.of("CREATE TABLE kv (k int PRIMARY KEY)");
    assertThat(real.session.offer(again, handler, 42)).isEqualTo(Session.ACCEPTED);
    assertThat(RealSession.await(seen)).isEqualTo("42 true true kv");
  }

  @Test
  void failedRequestsLeaveTheConnectionAsItWas() {
    for (int i = 0; i < 50; i++) {
      failure(InvalidQueryException.class, "SELECT v FROM nothing");
      assertThat(real.execute("SELECT v FROM kv WHERE k = ?", -1).all()).isEmpty();
    }
    assertThat(real.session.connectedNodes()).hasSize(1);
  }
}
