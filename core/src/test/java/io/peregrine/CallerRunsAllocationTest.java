package io.peregrine;

import static io.peregrine.testkit.server.Cells.bigint;
import static io.peregrine.testkit.server.Cells.int32;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.CannedServer;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.RowsBuilder;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The whole road of a request on one thread, from {@code offer} to the cells in the handler. More
 * than 128 descriptors are open, because the JDK boxes those above 127 in its selector.
 */
@ExtendWith(LeakCheck.class)
@Timeout(300)
class CallerRunsAllocationTest {
  private static final Columns KEY = Columns.of("ks", "ticks").and("id", DataType.BIGINT);
  private static final Columns COLUMNS =
      Columns.of("ks", "ticks").and("id", DataType.BIGINT).and("size", DataType.INT);
  private static final int ROUND = 50_000;
  private static final int BURST = 50;
  private static final int QUIET_ROUNDS = 5;
  private static final int MOST_ROUNDS = 40;
  private static final int MOST_MEASUREMENTS = 3;
  private static final int MEASURED_ROUNDS = 6;
  private static final int SOCKETS = 140;

  /**
   * For what the VM does late, in {@link #MEASURED_ROUNDS} together: see {@link AllocationTest}.
   */
  private static final long ALLOWED_BYTES = 10_000;

  private static final class Summing implements RequestHandler {
    private long answers;
    private long sum;

    @Override
    public void onRows(long correlationId, RowCursor rows) {
      answers++;
      while (rows.next()) {
        sum += rows.getLong(0) + rows.getInt(1);
      }
    }

    @Override
    public void onError(long correlationId, ErrorView error) {
      answers++;
      sum = Long.MIN_VALUE / 2;
    }
  }

  /** How a request is offered. */
  private interface Offer {
    long offer(Session session, BoundStatement statement, RequestHandler handler, long id);
  }

  @ParameterizedTest
  @EnumSource(
      value = Idle.class,
      names = {"SELECT", "BUSY_SPIN"})
  void offerAndInvokeAllocateNothing(Idle idle) throws Exception {
    measure(idle, Session::offer);
  }

  @Test
  void offerWithOptionsAllocatesNothing() throws Exception {
    RequestOptions options =
        RequestOptions.builder()
            .profile(ExecutionProfile.builder().consistency(ConsistencyLevel.QUORUM).build())
            .timeout(Duration.ofSeconds(7))
            .idempotent(true)
            .customPayload(Map.of("a", ByteBuffer.wrap(new byte[] {1})))
            .build();
    measure(
        Idle.BUSY_SPIN,
        (session, statement, handler, id) -> {
          // So that they are put together anew for each request.
          statement.setTimestamp(id);
          return session.offer(statement, options, handler, id);
        });
  }

  private static void measure(Idle idle, Offer offer) throws Exception {
    List<ServerSocketChannel> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < SOCKETS; i++) {
        sockets.add(ServerSocketChannel.open());
      }
      measureWithSockets(idle, offer);
    } finally {
      CloseHelper.closeAll(sockets);
    }
  }

  private static void measureWithSockets(Idle idle, Offer offer) {
    var row = RowsBuilder.rows(COLUMNS).row(bigint(7), int32(8)).buildWithoutMetadata();
    try (CannedServer server =
            CannedServer.builder().answer(row).prepared(KEY, COLUMNS, 0).start();
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(server.address())
                .connectionsPerNode(3)
                .build();
        Session session = cluster.connect(ConnectOptions.callerRuns().idle(idle))) {
      BoundStatement statement = session.prepare("SELECT id, size FROM ticks WHERE id = ?").bind();
      Summing handler = new Summing();
      AllocationProbe thread = AllocationProbe.of(Thread.currentThread());
      int rounds = 0;
      long allocated;
      int measured = 0;
      do {
        int most = rounds + MOST_ROUNDS;
        for (int quiet = 0; quiet < QUIET_ROUNDS; rounds++) {
          assertThat(rounds).as("rounds of warm-up, none quiet").isLessThan(most);
          thread.start();
          round(session, statement, handler, offer);
          quiet = thread.allocatedBytes() == 0 ? quiet + 1 : 0;
        }
        thread.start();
        for (int i = 0; i < MEASURED_ROUNDS; i++, rounds++) {
          round(session, statement, handler, offer);
        }
        allocated = thread.allocatedBytes();
      } while (allocated >= ALLOWED_BYTES && ++measured < MOST_MEASUREMENTS);
      assertThat(allocated).isLessThan(ALLOWED_BYTES);
      assertThat(handler.sum).isEqualTo((long) rounds * ROUND * (7 + 8));
      server.assertNoViolations();
    }
  }

  private static void round(
      Session session, BoundStatement statement, Summing handler, Offer offer) {
    long end = handler.answers + ROUND;
    for (long offered = handler.answers; offered < end; ) {
      for (int i = 0; i < BURST; i++, offered++) {
        statement.setLong(0, offered);
        if (offer.offer(session, statement, handler, offered) != Session.ACCEPTED) {
          throw new AssertionError("refused");
        }
      }
      while (handler.answers < offered) {
        if (Thread.currentThread().isInterrupted()) {
          throw new AssertionError("not all requests were answered in time");
        }
        session.invoke();
      }
    }
  }
}
