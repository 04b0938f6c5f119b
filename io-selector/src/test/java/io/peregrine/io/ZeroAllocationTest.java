package io.peregrine.io;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.CannedServer;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ScriptedServer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class ZeroAllocationTest {
  private static final int IDLE_CONNECTIONS = 140;
  private static final int WARM_UP = 300_000;
  private static final int ROUNDS = 20;
  private static final int MOST_MEASUREMENTS = 3;
  private static final int ROUND = 50_000;
  private static final long LATE_BYTES = 5_000;
  private static final long TIMEOUT_NANOS = 60_000_000_000L;
  private static final CqlRequest QUERY = new CqlRequest("SELECT v FROM ks.t WHERE k = 1");

  @TempDir Path folder;

  private long sum;
  private long next;
  private volatile long answers;
  private volatile long failures;

  /** Two classes, so that no inlining hides what the call really costs. */
  private abstract class Summing implements ResponseHandler {
    @Override
    public void onFailure(
        RequestFailure failure,
        long correlationId,
        @Nullable Object attachment,
        @Nullable Object pinned) {
      failures = failures + 1;
    }
  }

  private final class First extends Summing {
    @Override
    public void onResponse(
        Response response,
        long correlationId,
        @Nullable Object attachment,
        @Nullable Object pinned) {
      sum += response.opcode() + correlationId;
      answers = answers + 1;
    }
  }

  private final class Second extends Summing {
    @Override
    public void onResponse(
        Response response,
        long correlationId,
        @Nullable Object attachment,
        @Nullable Object pinned) {
      sum += response.body().remaining() + response.requestLength();
      answers = answers + 1;
    }
  }

  private final ResponseHandler first = new First();
  private final ResponseHandler second = new Second();

  /** So few in flight that the warm-up has seen the busiest moment. */
  private static SelectorContext context() {
    return new SelectorContext().maxInFlight(256);
  }

  /** All of it is counted, timed and recorded while it is measured. */
  private static void assertObserved(SelectorAgent agent, long requests) {
    Histogram queue = LatencyRecorder.histogram();
    Histogram server = LatencyRecorder.histogram();
    Histogram handler = LatencyRecorder.histogram();
    Objects.requireNonNull(agent.latencies()).drainTo(queue, server, handler);
    assertThat(queue.getTotalCount()).isGreaterThanOrEqualTo(requests);
    assertThat(server.getTotalCount()).isGreaterThanOrEqualTo(requests);
    assertThat(handler.getTotalCount()).isGreaterThan(requests / 64);
    assertThat(agent.flightRecords().stream().mapToLong(FlightRecords::carried).sum())
        .isGreaterThanOrEqualTo(2 * requests);
  }

  private void offer(Connection connection, long from, long to) {
    for (long i = from; i < to; i++) {
      ResponseHandler handler = (i & 1) == 0 ? first : second;
      while (QUERY.offer(connection, handler, i, TIMEOUT_NANOS) != Offer.ACCEPTED) {
        Thread.yield();
      }
    }
  }

  private void awaitAnswers(long count) {
    RunningAgent.await("the answers", () -> answers + failures >= count);
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void aMillionRequestsAllocateNothingOnEitherThread(ProtocolVersion version) {
    try (CannedServer server = CannedServer.start(Void.INSTANCE);
        CountersFile file = CountersFile.create(folder, "cluster");
        RunningAgent agent = new RunningAgent(context().countersFile(file))) {
      for (int i = 0; i < IDLE_CONNECTIONS; i++) {
        agent.connect(server.address(), version);
      }
      Connection connection = agent.connect(server.address(), version);
      offer(connection, 0, WARM_UP);
      awaitAnswers(WARM_UP);

      AllocationProbe ofAgent = AllocationProbe.of(agent.thread);
      AllocationProbe ofOfferer = AllocationProbe.of(Thread.currentThread());
      next = WARM_UP;
      assertNothing(
          ROUND,
          () -> {
            long[] handled = new long[ROUNDS];
            long[] offered = new long[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
              ofAgent.start();
              ofOfferer.start();
              offer(connection, next, next + ROUND);
              offered[round] = ofOfferer.allocatedBytes();
              next += ROUND;
              awaitAnswers(next);
              handled[round] = ofAgent.allocatedBytes();
            }
            return new long[][] {offered, handled};
          });
      assertThat(failures).isZero();
      assertThat(sum).isPositive();
      assertThat(file.path()).exists();
      assertObserved(agent.agent, next);
    }
  }

  /**
   * Nothing in nearly every round, and next to nothing in all, of each thread: when the compiler
   * takes a decision back, a few objects that it had optimised away come to life, once. On a busy
   * machine it may be long about it, or meet later what makes it do so; then all is measured anew.
   */
  private static void assertNothing(int requests, Supplier<long[][]> measurement) {
    long[][] threads = measurement.get();
    for (int i = 1; i < MOST_MEASUREMENTS && !isNothing(threads); i++) {
      threads = measurement.get();
    }
    assertThat(isNothing(threads))
        .as("bytes in rounds of %d requests: %s", requests, Arrays.deepToString(threads))
        .isTrue();
  }

  private static boolean isNothing(long[][] threads) {
    return Arrays.stream(threads)
        .allMatch(
            rounds ->
                Arrays.stream(rounds).filter(bytes -> bytes == 0).count() >= ROUNDS * 3 / 4
                    && Arrays.stream(rounds).sum() < LATE_BYTES);
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void agentOnItsCallersThreadAllocatesNothing(ProtocolVersion version) {
    try (CannedServer server = CannedServer.start(Void.INSTANCE);
        CountersFile file = CountersFile.create(folder, "cluster");
        InvokedAgent agent = new InvokedAgent(context().countersFile(file))) {
      for (int i = 0; i < IDLE_CONNECTIONS; i++) {
        agent.connect(server.address(), version);
      }
      Connection connection = agent.connect(server.address(), version).connection;
      offerAndDrive(agent.agent, connection, QUERY, 0, WARM_UP);
      AllocationProbe probe = AllocationProbe.of(Thread.currentThread());
      next = WARM_UP;
      assertNothing(
          ROUND,
          () -> {
            long[] allocated = new long[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
              probe.start();
              offerAndDrive(agent.agent, connection, QUERY, next, next + ROUND);
              allocated[round] = probe.allocatedBytes();
              next += ROUND;
            }
            return new long[][] {allocated};
          });
      assertThat(failures).isZero();
      assertThat(file.path()).exists();
      assertObserved(agent.agent, next);
    }
  }

  @ParameterizedTest
  @CsvSource({"V4, LZ4", "V4, SNAPPY", "V5, LZ4"})
  void compressionAllocatesNothing(ProtocolVersion version, Compression compression) {
    int warmUp = 100_000;
    int requests = 5_000;
    CqlRequest query = new CqlRequest("SELECT " + "v, ".repeat(100) + "w FROM ks.t WHERE k = 1");
    Columns columns = Columns.of("ks", "t").and("v", DataType.VARCHAR);
    try (ScriptedServer server = ScriptedServer.builder().compressions("lz4", "snappy").start();
        InvokedAgent agent = new InvokedAgent(context())) {
      server.on(queryStartingWith("SELECT"), rows(columns).row(text("v".repeat(400))).build());
      Connection connection = agent.connect(server.address(), version, compression).connection;
      while (next < warmUp) {
        offerAndDrive(agent.agent, connection, query, next, next + requests);
        next += requests;
        server.observed().forgetRequests();
      }
      long written = agent.count(SelectorCounter.BYTES_WRITTEN);
      AllocationProbe probe = AllocationProbe.of(Thread.currentThread());
      assertNothing(
          requests,
          () -> {
            long[] allocated = new long[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
              probe.start();
              offerAndDrive(agent.agent, connection, query, next, next + requests);
              allocated[round] = probe.allocatedBytes();
              next += requests;
              server.observed().forgetRequests();
            }
            return new long[][] {allocated};
          });
      assertThat(failures).isZero();
      assertThat(agent.count(SelectorCounter.BYTES_WRITTEN) - written)
          .isLessThan((next - warmUp) * 100L);
    }
  }

  private void offerAndDrive(
      SelectorAgent agent, Connection connection, CqlRequest query, long from, long to) {
    long next = from;
    while (answers < to) {
      for (int i = 0; i < 32 && next < to; i++) {
        ResponseHandler handler = (next & 1) == 0 ? first : second;
        if (query.offer(connection, handler, next, TIMEOUT_NANOS) == Offer.ACCEPTED) {
          next++;
        }
      }
      agent.doWork();
    }
  }
}
