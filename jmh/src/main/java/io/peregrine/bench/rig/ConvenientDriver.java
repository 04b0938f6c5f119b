package io.peregrine.bench.rig;

import io.peregrine.Cluster;
import io.peregrine.ConnectOptions;
import io.peregrine.ResultSet;
import io.peregrine.Row;
import io.peregrine.Session;
import java.net.InetSocketAddress;

/**
 * Peregrine's convenient API: {@code execute} and {@code executeAsync}. Used by the thread that
 * opened it; answers to {@link #send} come on the driver's thread, or on this one if it runs the
 * session itself.
 */
public final class ConvenientDriver implements Driver {
  private final Cluster cluster;
  private final Session session;
  private final TickStatement statement;
  private final Shape shape;
  private final Answers answers;

  private final boolean callerRuns;

  private ConvenientDriver(
      InetSocketAddress server, Workload workload, Answers answers, boolean callerRuns) {
    this.answers = answers;
    this.callerRuns = callerRuns;
    shape = workload.shape();
    cluster = TickCluster.builder(server).build();
    session = callerRuns ? cluster.connect(ConnectOptions.callerRuns()) : cluster.connect();
    statement = new TickStatement(session, shape);
  }

  /** Makes drivers with threads of their own. */
  public static final class Plugin implements Driver.Plugin {
    /** Has no state. */
    public Plugin() {}

    @Override
    public Driver open(InetSocketAddress server, Workload workload, Answers answers) {
      return new ConvenientDriver(server, workload, answers, false);
    }
  }

  /** Makes drivers that run on the caller's thread. */
  public static final class CallerRunsPlugin implements Driver.Plugin {
    /** Has no state. */
    public CallerRunsPlugin() {}

    @Override
    public Driver open(InetSocketAddress server, Workload workload, Answers answers) {
      return new ConvenientDriver(server, workload, answers, true);
    }
  }

  @Override
  public boolean isPolled() {
    return callerRuns;
  }

  @Override
  public void poll(boolean mayWait) {
    session.invoke();
  }

  @Override
  public long execute(long key) {
    return checksum(session.execute(statement.bind(key)));
  }

  @Override
  public boolean send(long key, long token) {
    session
        .executeAsync(statement.bind(key))
        .whenComplete(
            (rows, error) -> {
              if (error != null) {
                answers.onFailure(error.toString());
              } else {
                answers.onAnswer(token, checksum(rows));
              }
            });
    return true;
  }

  @Override
  public void close() {
    session.close();
    cluster.close();
  }

  private long checksum(ResultSet rows) {
    long sum = 0;
    for (int left = rows.availableWithoutFetching(); left > 0; left--) {
      Row row = rows.one();
      if (row != null) {
        sum += shape == Shape.SCAN ? numbers(row) : tick(row);
      }
    }
    return sum;
  }

  private static long tick(Row row) {
    String venue = row.getString(3);
    return Ticks.tick(
        row.getInt(0), row.getLong(1), row.getDouble(2), venue == null ? 0 : Ticks.text(venue));
  }

  private static long numbers(Row row) {
    return Ticks.numbers(row.getInt(0), row.getInt(1), row.getLong(2), row.getDouble(3));
  }
}
