package io.peregrine.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.CannedServer;
import io.peregrine.testkit.server.Observations;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class ThreadsTest {
  private static final CqlRequest QUERY = new CqlRequest("SELECT v FROM ks.t WHERE k = 1");

  private CannedServer server;

  @BeforeEach
  void startServer() {
    server = CannedServer.start(Void.INSTANCE);
  }

  @AfterEach
  void stopServer() {
    server.close();
    server.assertNoViolations();
  }

  /** Counts the calls for each correlation id; any thread may read once its writers are done. */
  private static final class Counting implements ResponseHandler {
    private final byte[] calls;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile int total;

    Counting(int requests) {
      calls = new byte[requests];
    }

    private synchronized void count(long correlationId) {
      calls[(int) correlationId]++;
      total = total + 1;
    }

    @Override
    public void onResponse(
        Response response,
        long correlationId,
        @Nullable Object attachment,
        @Nullable Object pinned) {
      count(correlationId);
    }

    @Override
    public void onFailure(
        RequestFailure failure,
        long correlationId,
        @Nullable Object attachment,
        @Nullable Object pinned) {
      failures.incrementAndGet();
      count(correlationId);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void everyHandlerOfManyProducersIsCalledExactlyOnce(ProtocolVersion version) throws Exception {
    int producers = 4;
    int each = 50_000;
    Counting counting = new Counting(producers * each);
    try (RunningAgent agent = new RunningAgent(new SelectorContext())) {
      List<Connection> connections = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        connections.add(agent.connect(server.address(), version));
      }
      List<Thread> threads = new ArrayList<>();
      for (int p = 0; p < producers; p++) {
        int first = p * each;
        Connection connection = connections.get(p % connections.size());
        Thread thread =
            new Thread(
                () -> {
                  for (int i = first; i < first + each; i++) {
                    while (QUERY.offer(connection, counting, i, 60_000_000_000L)
                        != Offer.ACCEPTED) {
                      Thread.yield();
                    }
                  }
                },
                "peregrine-test-producer-" + p);
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join(Observations.BOUND.toMillis());
      }
      RunningAgent.await("the answers", () -> counting.total >= producers * each);
      assertThat(counting.calls).containsOnly(1);
      assertThat(counting.failures).hasValue(0);
      assertThat(connections).allSatisfy(c -> assertThat(c.inFlight()).isZero());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void sleepingAgentIsWokenByEveryRequest(ProtocolVersion version) throws Exception {
    Semaphore answered = new Semaphore(0);
    ResponseHandler releasing =
        new ResponseHandler() {
          @Override
          public void onResponse(
              Response response,
              long correlationId,
              @Nullable Object attachment,
              @Nullable Object pinned) {
            answered.release();
          }

          @Override
          public void onFailure(
              RequestFailure failure,
              long correlationId,
              @Nullable Object attachment,
              @Nullable Object pinned) {}
        };
    try (RunningAgent agent = new RunningAgent(new SelectorContext())) {
      Connection connection = agent.connect(server.address(), version);
      for (int i = 0; i < 10_000; i++) {
        assertThat(QUERY.offer(connection, releasing, i)).isEqualTo(Offer.ACCEPTED);
        assertThat(answered.tryAcquire(Observations.BOUND.toMillis(), TimeUnit.MILLISECONDS))
            .as("round trip %d", i)
            .isTrue();
      }
    }
  }

  @Test
  void sleepingAgentIsWokenByADeadline() {
    Counting counting = new Counting(1);
    try (io.peregrine.testkit.server.ScriptedServer silent =
            io.peregrine.testkit.server.ScriptedServer.start();
        RunningAgent agent = new RunningAgent(new SelectorContext())) {
      Connection connection = agent.connect(silent.address(), ProtocolVersion.V5);
      silent.goSilent();
      QUERY.offer(connection, counting, 0, 5_000_000);
      RunningAgent.await("the timeout", () -> counting.total == 1);
      assertThat(counting.failures).hasValue(1);
    }
  }

  @Test
  void sleepingAgentIsWokenByCommands() {
    for (int i = 0; i < 100; i++) {
      try (RunningAgent agent = new RunningAgent(new SelectorContext())) {
        agent.connect(server.address(), ProtocolVersion.V5);
      }
    }
  }

  @Test
  void producersThatRaceWithTheCloseLoseNoHandlerCall() throws Exception {
    for (int round = 0; round < 150; round++) {
      Counting counting = new Counting(1_000_000);
      AtomicInteger accepted = new AtomicInteger();
      CountDownLatch begun = new CountDownLatch(2);
      List<Thread> threads = new ArrayList<>();
      try (RunningAgent agent =
          new RunningAgent(new SelectorContext().requestRingCapacity(4096).leaseLimit(1 << 20))) {
        Connection connection = agent.connect(server.address(), ProtocolVersion.V4);
        CqlRequest[] requests = {QUERY, new CqlRequest(new byte[600], true)};
        for (int p = 0; p < 2; p++) {
          CqlRequest request = requests[p];
          Thread thread =
              new Thread(
                  () -> {
                    long outcome = Offer.ACCEPTED;
                    while (outcome != Offer.CLOSED) {
                      int id = accepted.getAndIncrement();
                      outcome = request.offer(connection, counting, id);
                      while (outcome != Offer.ACCEPTED && outcome != Offer.CLOSED) {
                        Thread.onSpinWait();
                        outcome = request.offer(connection, counting, id);
                      }
                      if (outcome == Offer.CLOSED) {
                        counting.count(id);
                      }
                      begun.countDown();
                    }
                  },
                  "peregrine-test-producer-" + p);
          threads.add(thread);
          thread.start();
        }
        begun.await();
        agent.end();
        for (Thread thread : threads) {
          thread.join(Observations.BOUND.toMillis());
          assertThat(thread.isAlive()).isFalse();
        }
        RunningAgent.await("a call for each request", () -> counting.total >= accepted.get());
        for (int i = 0; i < accepted.get(); i++) {
          assertThat(counting.calls[i]).isEqualTo((byte) 1);
        }
        assertThat(connection.inFlight()).isZero();
      }
    }
  }
}
