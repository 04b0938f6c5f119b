package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that go to the replicas of their keys, on three nodes, with a key of two columns. */
@ExtendWith(LeakCheck.class)
@Timeout(180)
class RoutingAllocationTest {
  private static final String SELECT = "SELECT v FROM t WHERE a = ? AND b = ?";
  private static final Columns KEY =
      Columns.of("ks", "t").and("a", DataType.INT).and("b", DataType.BIGINT);
  private static final int ROUND = 2_000;
  private static final int WINDOW = 64;
  private static final int QUIET_ROUNDS = 3;
  private static final int MOST_ROUNDS = 60;
  private static final int MOST_MEASUREMENTS = 3;
  private static final int MEASURED_ROUNDS = 10;

  /** As in AllocationTest: what the VM may need for itself. 16 bytes a request would be 320,000. */
  private static final long ALLOWED_BYTES = 10_000;

  private final AtomicLong done = new AtomicLong();
  private final RequestHandler handler =
      new RequestHandler() {
        @Override
        public void onRows(long correlationId, RowCursor rows) {
          done.lazySet(done.get() + 1);
        }

        @Override
        public void onError(long correlationId, ErrorView error) {
          throw new AssertionError(error.message());
        }
      };

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void findingTheReplicaAllocatesNothing(boolean invoked) {
    try (RoutingScene scene =
        RoutingScene.open(3, 2, builder -> invoked ? builder.invoked() : builder)) {
      BoundStatement statement = scene.prepare(SELECT, KEY, Columns.NONE, 0, 1).bind();
      AllocationProbe application = AllocationProbe.of(Thread.currentThread());
      AllocationProbe selector = invoked ? application : selector();
      long allocated;
      int measured = 0;
      do {
        int quiet = 0;
        for (int round = 0; quiet < QUIET_ROUNDS; round++) {
          assertThat(round).as("rounds of warm-up, none quiet").isLessThan(MOST_ROUNDS);
          application.start();
          selector.start();
          round(scene, statement, invoked);
          quiet = application.allocatedBytes() + selector.allocatedBytes() == 0 ? quiet + 1 : 0;
        }
        application.start();
        selector.start();
        for (int i = 0; i < MEASURED_ROUNDS; i++) {
          round(scene, statement, invoked);
        }
        allocated = Math.max(application.allocatedBytes(), selector.allocatedBytes());
      } while (allocated >= ALLOWED_BYTES && ++measured < MOST_MEASUREMENTS);
      assertThat(allocated).isLessThan(ALLOWED_BYTES);
      assertThat(scene.executed(statement.preparedStatement())).doesNotContain(0);
    }
  }

  private static AllocationProbe selector() {
    List<Thread> threads = AllocationProbe.threadsNamed("peregrine-selector");
    assertThat(threads).hasSize(1);
    return AllocationProbe.of(threads.get(0));
  }

  private void round(RoutingScene scene, BoundStatement statement, boolean invoked) {
    long end = done.get() + ROUND;
    for (long offered = done.get(); done.get() < end; ) {
      if (offered < end && offered - done.get() < WINDOW) {
        statement.setInt(0, (int) offered).setLong(1, offered * offered);
        if (scene.session.offer(statement, handler, offered) == Session.ACCEPTED) {
          offered++;
        }
      } else if (invoked) {
        scene.cluster.invoke();
      } else {
        Thread.onSpinWait();
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new AssertionError("not all requests were answered in time");
      }
    }
  }
}
