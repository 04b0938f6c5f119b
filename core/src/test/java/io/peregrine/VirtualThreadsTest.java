package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.leak.VirtualThreads;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;

/** Virtual threads as the application's threads: who waits gives the carrier away. */
@ExtendWith(LeakCheck.class)
@EnabledForJreRange(min = JRE.JAVA_21)
@Timeout(120)
class VirtualThreadsTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final int THREADS = 500;
  private static final int WARM_UP = 0;

  /** Waits while its class is initialised, which no virtual thread can do but on its carrier. */
  private static final class Pinning {
    private static final long MADE_AT = wait1Millisecond();

    private static long wait1Millisecond() {
      LockSupport.parkNanos(1_000_000);
      return System.nanoTime();
    }
  }

  @Test
  void threadThatKeepsItsCarrierIsSeen() {
    try (VirtualThreads threads = new VirtualThreads()) {
      AtomicInteger ended = new AtomicInteger();
      threads.start(() -> ended.addAndGet(Pinning.MADE_AT == 0 ? 2 : 1));
      threads.join();
      assertThat(threads.pinned()).anyMatch(stack -> stack.contains("wait1Millisecond"));
      assertThat(ended).hasValue(1);
    }
  }

  @Test
  void moreThreadsThanCarriersWaitAtTheSameTime() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("held"), held);
      AtomicInteger answered = new AtomicInteger();
      nonePinnedBy(
          i -> {
            scene.session.execute(i == WARM_UP ? "q" : "held");
            answered.incrementAndGet();
          },
          () -> {
            Observations.until("all requests", () -> held.size() == THREADS);
            held.releaseAll(Void.INSTANCE);
          });
      assertThat(answered).hasValue(1 + THREADS);
    }
  }

  @Test
  void noThreadKeepsItsCarrierWhateverItWaitsFor() {
    // Few may be in flight, so that most wait for room as well.
    try (Scene scene =
        Scene.open(ProtocolVersion.V5, builder -> builder.maxRequestsPerConnection(8))) {
      scene.server.define(SELECT, KEY, VALUE, 0);
      scene.server.on(execute(SELECT), e -> e.reply(rows(VALUE).row(int32(7))));
      scene.server.on(
          query("paged"),
          e ->
              e.reply(
                  ((Query) e.request().message()).options.pagingState == null
                      ? rows(VALUE).row(int32(1)).pagingState((byte) 1)
                      : rows(VALUE).row(int32(2))));
      scene.server.on(query(TraceTables.SESSION), e -> e.reply(TraceTables.complete()));
      scene.server.onFirst(2, query(TraceTables.SESSION), e -> e.reply(TraceTables.nothing()));
      scene.server.on(query(TraceTables.EVENTS), e -> e.reply(TraceTables.events()));
      AtomicInteger rows = new AtomicInteger();
      nonePinnedBy(
          i -> {
            PreparedStatement select = scene.session.prepare(SELECT);
            rows.addAndGet(scene.session.execute(select.bind(i)).all().size());
            for (Row row : scene.session.execute("paged")) {
              rows.addAndGet(row.getInt(0) == 0 ? 0 : 1);
            }
            if (i % 100 == 0) {
              scene.session.queryTraces().read(TraceTables.ID);
              Concurrent.execute(scene.session, List.of(SimpleStatement.of("q")));
            }
          },
          () -> {});
      assertThat(rows).hasValue(3 * (1 + THREADS));
    }
  }

  /**
   * Runs a task on many virtual threads, and before on this one: loading a class keeps a carrier.
   */
  private static void nonePinnedBy(IntConsumer task, Runnable meanwhile) {
    task.accept(WARM_UP);
    try (VirtualThreads threads = new VirtualThreads()) {
      for (int i = 1; i <= THREADS; i++) {
        int number = i;
        threads.start(() -> task.accept(number));
      }
      meanwhile.run();
      threads.join();
      assertThat(threads.pinned()).isEmpty();
    }
  }
}
