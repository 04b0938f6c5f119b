package io.peregrine;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.cassandra.SharedCassandra;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * A session on the shared server, in one protocol version and with a keyspace of its own. Confined
 * to the test's thread.
 */
final class RealSession implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  final Cluster cluster;
  final Session session;
  final String keyspace;
  final ProtocolVersion version;

  /** Makes the keyspace anew, under a name that tells test and version apart. */
  RealSession(ProtocolVersion version, String name) {
    this(version, name, Compression.NONE);
  }

  RealSession(ProtocolVersion version, String name, Compression compression) {
    this.version = version;
    this.keyspace = name + "_v" + version.code();
    this.cluster =
        patient(SharedCassandra.server().contactPoint())
            .protocolVersion(version)
            .compression(compression)
            .build();
    try (Session first = cluster.connect()) {
      first.execute("DROP KEYSPACE IF EXISTS " + keyspace);
      first.execute(
          "CREATE KEYSPACE "
              + keyspace
              + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    }
    this.session = cluster.connect(keyspace);
  }

  /** A cluster that is not in a hurry: on a busy machine real servers take their time. */
  static ClusterBuilder patient(InetSocketAddress contactPoint) {
    Duration patience = Duration.ofSeconds(PATIENCE_SECONDS);
    return PatientCluster.builder()
        .addContactPoint(contactPoint)
        .requestTimeout(patience)
        .maxSchemaAgreementWait(patience);
  }

  ResultSet execute(String query, Object... values) {
    return session.execute(query, values);
  }

  /** The only row of a result that must have exactly one. */
  Row row(Statement<?> statement) {
    ResultSet result = session.execute(statement);
    Row row = result.one();
    if (row == null || result.one() != null) {
      throw new AssertionError("not one row from " + statement);
    }
    return row;
  }

  Row row(String query, Object... values) {
    return row(SimpleStatement.of(query, values));
  }

  /** Takes the flyweight road: what {@code read} makes of the rows where they lie. */
  <T> T offer(Statement<?> statement, Function<RowCursor, T> read) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    RequestHandler handler =
        new RequestHandler() {
          @Override
          public void onRows(long correlationId, RowCursor rows) {
            try {
              answer.complete(read.apply(rows));
            } catch (Throwable t) {
              answer.completeExceptionally(t);
            }
          }

          @Override
          public void onError(long correlationId, ErrorView error) {
            answer.completeExceptionally(error.toException());
          }
        };
    long result = session.offer(statement, handler, 0);
    while (result == Session.BACK_PRESSURED || result == Session.BUSY) {
      Thread.onSpinWait();
      result = session.offer(statement, handler, 0);
    }
    if (result != Session.ACCEPTED) {
      throw new AssertionError("not accepted: " + result);
    }
    return await(answer);
  }

  static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no answer", e);
    }
  }

  @Override
  public void close() {
    session.execute("DROP KEYSPACE IF EXISTS " + keyspace);
    cluster.close();
  }
}
