package io.peregrine.bench.rig;

import io.peregrine.Cluster;
import io.peregrine.ErrorView;
import io.peregrine.RequestHandler;
import io.peregrine.Session;
import io.peregrine.codec.row.RowCursor;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Peregrine's flyweight road, with the driver's own threads. To wait for one answer the thread
 * parks, and the handler wakes it. Used by the thread that opened it.
 */
public final class FlyweightDriver implements Driver {
  private final Thread application = Thread.currentThread();
  private final Cluster cluster;
  private final Session session;
  private final TickStatement statement;
  private final TickHandler handler;
  private final OneAnswer oneAnswer = new OneAnswer();

  private FlyweightDriver(InetSocketAddress server, Workload workload, Answers answers) {
    cluster = TickCluster.builder(server).build();
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
      return new FlyweightDriver(server, workload, answers);
    }
  }

  /** Hands the answer to the thread that waits for it. */
  private final class OneAnswer implements RequestHandler {
    private long checksum;
    private @Nullable RuntimeException error;
    private volatile boolean isHere;

    @Override
    public void onRows(long correlationId, RowCursor rows) {
      checksum = handler.checksum(rows);
      handOver();
    }

    @Override
    public void onError(long correlationId, ErrorView view) {
      error = view.toException();
      handOver();
    }

    private void handOver() {
      isHere = true;
      LockSupport.unpark(application);
    }
  }

  @Override
  public long execute(long key) {
    OneAnswer answer = oneAnswer;
    answer.isHere = false;
    while (session.offer(statement.bind(key), answer, key) != Session.ACCEPTED) {
      Thread.yield();
    }
    while (!answer.isHere) {
      LockSupport.park(this);
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
  public void close() {
    session.close();
    cluster.close();
  }
}
