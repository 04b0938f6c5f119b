package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.prepare;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ScriptedCluster;
import io.peregrine.testkit.server.ScriptedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Nodes forget statements, go and come back while several threads send requests by several agents.
 */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class PoolsUnderLoadTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final int THREADS = 2;
  private static final int MOST = 2_000_000;
  private static final int IN_FLIGHT = 256;

  /** How often each request's handler was called, and what with. */
  private static final class Ends implements RequestHandler {
    private final AtomicIntegerArray calls = new AtomicIntegerArray(MOST);
    private int allBefore;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();
    private final AtomicReference<@Nullable String> unexpected = new AtomicReference<>();

    @Override
    public void onRows(long correlationId, RowCursor rows) {
      answered.incrementAndGet();
      calls.incrementAndGet((int) correlationId);
    }

    @Override
    public void onError(long correlationId, ErrorView error) {
      if (error.isFromServer() || error.code() == ErrorView.MALFORMED_ANSWER) {
        unexpected.set(error.message());
      }
      firstFailure.compareAndSet(null, error.message());
      failed.incrementAndGet();
      calls.incrementAndGet((int) correlationId);
    }

    boolean isEndedUpTo(int end) {
      while (allBefore < end && calls.get(allBefore) > 0) {
        allBefore++;
      }
      return allBefore == end;
    }

    int ended() {
      return answered.get() + failed.get();
    }
  }

  private static List<Thread> load(
      Session session, PreparedStatement select, Ends ends, AtomicInteger next, AtomicBoolean end) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Thread thread =
          new Thread(
              () -> {
                BoundStatement request = select.bind(1);
                while (!end.get()) {
                  if (next.get() - ends.ended() < IN_FLIGHT && next.get() < MOST - THREADS) {
                    int id = next.getAndIncrement();
                    while (session.offer(request, ends, id) != Session.ACCEPTED) {
                      Thread.yield();
                    }
                  }
                }
              },
              "load " + i);
      thread.start();
      threads.add(thread);
    }
    return threads;
  }

  @Test
  void eachRequestEndsOnceWhateverTheNodesDo() throws Exception {
    try (ScriptedCluster nodes = ScriptedCluster.start(3);
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(nodes.address(0))
                .selectorAgents(2)
                .connectionsPerNode(2)
                .build();
        Session session = cluster.connect(ConnectOptions.defaults().waitForAllPools(true))) {
      for (ScriptedServer server : nodes.servers()) {
        server.define(SELECT, KEY, VALUE, 0);
      }
      PreparedStatement select = session.prepare(SELECT);
      Ends ends = new Ends();
      AtomicInteger next = new AtomicInteger();
      AtomicBoolean end = new AtomicBoolean();
      List<Thread> threads = load(session, select, ends, next, end);
      for (int round = 0; round < 30; round++) {
        ScriptedServer server = nodes.server(round % 3);
        nodes.servers().forEach(each -> each.observed().forgetRequests());
        server.forgetPrepared();
        server.observed().awaitRequests(1, prepare(SELECT));
        // A request may meet this once and not twice: those of now end before the next time.
        int begun = next.get();
        while (!ends.isEndedUpTo(begun)) {
          Thread.yield();
        }
      }
      assertThat(ends.firstFailure.get()).isNull();
      for (int index = 2; index > 0; index--) {
        nodes.server(index).goDown();
        awaitConnected(session, 2);
        nodes.server(index).forgetPrepared();
        nodes.server(index).startListening();
        awaitConnected(session, 3);
      }
      end.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      while (ends.ended() < next.get()) {
        Thread.yield();
      }
      for (int i = 0; i < next.get(); i++) {
        assertThat(ends.calls.get(i)).isEqualTo(1);
      }
      assertThat(ends.unexpected.get()).isNull();
      assertThat(ends.answered.get()).isGreaterThan(ends.failed.get());
      nodes.assertNoViolations();
    }
  }

  private static void awaitConnected(Session session, int nodes) {
    while (session.connectedNodes().size() != nodes) {
      Thread.yield();
    }
  }
}
