package io.peregrine.bench.rig;

import io.peregrine.Cluster;
import io.peregrine.ErrorView;
import io.peregrine.RequestHandler;
import io.peregrine.Session;
import io.peregrine.codec.row.RowCursor;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Peregrine's flyweight road without threads of the driver's: the application's thread runs it, and
 * never sleeps. Where it shares its core with the server it yields. Confined to the thread that
 * opened it.
 */
public final class InvokedDriver implements Driver {
  private final Cluster cluster;
  private final Session session;
  private final TickStatement statement;
  private final TickHandler handler;
  private final OneAnswer oneAnswer = new OneAnswer();

  private InvokedDriver(InetSocketAddress server, Workload workload, Answers answers) {
    cluster = TickCluster.builder(server).invoked().build();
    session = cluster.connect();
    statement = new TickStatement(session, workload.shape());
    handler = new TickHandler(workload.shape(), answers);
  }

  /** Makes them. */
  public static final class Plugin implements Driver.Plugin {
    /** Has no state. */
    public Plugin() {}

    @Override
    public Driver open(InetSocketAddress server, Workload workload, Answers answers) {
      return new InvokedDriver(server, workload, answers);
    }
  }

  /** Keeps the answer for the call that waits for it. */
  private final class OneAnswer implements RequestHandler {
    private long checksum;
    private @Nullable RuntimeException error;
    private boolean isHere;

    @Override
    public void onRows(long correlationId, RowCursor rows) {
      checksum = handler.checksum(rows);
      isHere = true;
    }

    @Override
    public void onError(long correlationId, ErrorView view) {
      error = view.toException();
      isHere = true;
    }
  }

  @Override
  public long execute(long key) {
    OneAnswer answer = oneAnswer;
    answer.isHere = false;
    while (session.offer(statement.bind(key), answer, key) != Session.ACCEPTED) {
      cluster.invoke();
    }
    while (!answer.isHere) {
      if (cluster.invoke() == 0) {
        Thread.yield();
      }
    }
    if (answer.error != null) {
      throw answer.error;
    }
    return answer.checksum;
  }

  @Override
  public boolean send(long key, long token) {
    return session.offer(statement.bind(key), handler, token) == Session.ACCEPTED;
  }

  @Override
  public boolean isPolled() {
    return true;
  }

  @Override
  public void poll(boolean mayWait) {
    cluster.invoke();
  }

  @Override
  public void close() {
    session.close();
    cluster.close();
  }
}
