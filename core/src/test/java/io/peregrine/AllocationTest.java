package io.peregrine;

import static io.peregrine.testkit.server.Cells.bigint;
import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.Cells.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.CannedServer;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.RowsBuilder;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole road of a request, from {@code offer} to the cells in the handler, over sockets. More
 * than 128 descriptors are open, because the JDK boxes those above 127 in its selector.
 */
@ExtendWith(LeakCheck.class)
@Timeout(300)
class AllocationTest {
  private static final Columns KEY = Columns.of("ks", "ticks").and("id", DataType.BIGINT);
  private static final Columns COLUMNS =
      Columns.of("ks", "ticks")
          .and("id", DataType.BIGINT)
          .and("size", DataType.INT)
          .and("symbol", DataType.VARCHAR)
          .and("seen", DataType.BIGINT);
  private static final int ROUND = 100_000;
  private static final int LEAST_ROUNDS = 5;
  private static final int QUIET_ROUNDS = 5;
  private static final int MOST_ROUNDS = 40;
  private static final int MOST_MEASUREMENTS = 3;
  private static final int WINDOW = 512;
  private static final int SOCKETS = 140;

  /**
   * What all requests together may cost a thread that is not theirs. When the VM compiles a method
   * it first resolves the classes of its signature, on the thread that asked for it, and makes a
   * String and its bytes for each name: seen with TLABs off, 900 bytes, below SocketChannel.write
   * only. A method that is called once a batch may be due for that after any warm-up, and a class
   * that has to be loaded for it costs some 7,000 bytes. One object of 16 bytes for every thousand
   * requests would be 16,000 bytes.
   */
  private static final long ALLOWED_BYTES = 10_000;

  /** Reads all cells. */
  private static final class Summing implements RequestHandler {
    private final AtomicLong done;
    private long sum;

    private Summing(AtomicLong done) {
      this.done = done;
    }

    @Override
    public void onRows(long correlationId, RowCursor rows) {
      while (rows.next()) {
        sum += rows.getLong(0) + rows.getInt(1) + rows.valueLength(2) + rows.getLong(3);
      }
      done.lazySet(done.get() + 1);
    }

    @Override
    public void onError(long correlationId, ErrorView error) {
      sum = Long.MIN_VALUE / 2;
      done.lazySet(done.get() + 1);
    }
  }

  /** Reads all cells too: with one class alone, the JIT could see through the call. */
  private static final class Checking implements RequestHandler {
    private final AtomicLong done;
    private long wrong;

    private Checking(AtomicLong done) {
      this.done = done;
    }

    @Override
    public void onRows(long correlationId, RowCursor rows) {
      boolean right =
          rows.next()
              && rows.getLong(0) == 7
              && rows.getInt(1) == 8
              && firstByte(rows) == 'A'
              && rows.getLong(3) == 9
              && !rows.next();
      wrong += right ? 0 : 1;
      done.lazySet(done.get() + 1);
    }

    private static int firstByte(RowCursor rows) {
      DirectBuffer buffer = rows.buffer();
      return buffer.getByte(rows.valueOffset(2));
    }

    @Override
    public void onError(long correlationId, ErrorView error) {
      wrong++;
      done.lazySet(done.get() + 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"V5, 1000000", "V4, 300000"})
  void flyweightRoadAllocatesNothing(ProtocolVersion version, int requests) throws Exception {
    List<ServerSocketChannel> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < SOCKETS; i++) {
        sockets.add(ServerSocketChannel.open());
      }
      useWhatTheRoadOnlyNames(version);
      measure(version, requests);
    } finally {
      CloseHelper.closeAll(sockets);
    }
  }

  /**
   * A class that the road names and does not need is loaded when the VM compiles the road, by the
   * selector's thread: seen, 7 KB for BufferLease. So each is needed once before.
   */
  private static void useWhatTheRoadOnlyNames(ProtocolVersion version) {
    String select = "SELECT id FROM ks.ticks WHERE id = ?";
    try (Scene scene = Scene.open(version)) {
      scene.server.define(select, KEY, KEY, 0);
      assertThat(scene.session.execute("x".repeat(1_000_000)).all()).isEmpty();
      BoundStatement bound = scene.session.prepare(select).bind(1L);
      scene.server.forgetPrepared();
      assertThat(scene.session.execute(BatchStatement.logged().add(bound)).all()).isEmpty();
      scene.server.forgetPrepared();
      Answers answers = new Answers();
      scene.session.offer(bound, answers, 1);
      assertThat(answers.take().error()).isNull();
    }
  }

  private static void measure(ProtocolVersion version, int requests) {
    var row = RowsBuilder.rows(COLUMNS).row(bigint(7), int32(8), text("ACME"), bigint(9));
    var answer = version == ProtocolVersion.V5 ? row.buildWithoutMetadata() : row.build();
    try (CannedServer server =
            CannedServer.builder().answer(answer).prepared(KEY, COLUMNS, 0).start();
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(server.address())
                .protocolVersion(version)
                .idle(Idle.SELECT)
                .build();
        Session session = cluster.connect()) {
      BoundStatement statement =
          session.prepare("SELECT id, size, symbol, seen FROM ks.ticks WHERE id = ?").bind();
      AtomicLong done = new AtomicLong();
      Summing summing = new Summing(done);
      Checking checking = new Checking(done);
      AllocationProbe selector = probe("peregrine-selector");
      AllocationProbe conductor = probe("peregrine-conductor");
      AllocationProbe application = AllocationProbe.of(Thread.currentThread());
      int before = 0;
      long[] bytes;
      int measured = 0;
      do {
        before += warmUp(session, statement, summing, checking, before);
        // What counts is measured anew: no quiet round is picked out of it.
        selector.start();
        conductor.start();
        application.start();
        offer(session, statement, summing, checking, before, requests);
        bytes =
            new long[] {
              application.allocatedBytes(), selector.allocatedBytes(), conductor.allocatedBytes()
            };
        before += requests;
        // What a busy machine makes rare may come for the first time only now, and the VM compiles
        // the road again for it.
      } while (Arrays.stream(bytes).max().orElseThrow() >= ALLOWED_BYTES
          && ++measured < MOST_MEASUREMENTS);
      assertThat(bytes[0]).as("the application's thread").isLessThan(ALLOWED_BYTES);
      assertThat(bytes[1]).as("the selector's thread").isLessThan(ALLOWED_BYTES);
      assertThat(bytes[2]).as("the conductor's thread").isLessThan(ALLOWED_BYTES);
      assertThat(summing.sum).isEqualTo((long) before / 2 * (7 + 8 + 4 + 9));
      assertThat(checking.wrong).isZero();
      server.assertNoViolations();
    }
  }

  /** Until the VM has compiled the road, and loaded for that what the road only names. */
  private static int warmUp(
      Session session,
      BoundStatement statement,
      Summing summing,
      Checking checking,
      int doneBefore) {
    AllocationProbe selector = probe("peregrine-selector");
    AllocationProbe application = AllocationProbe.of(Thread.currentThread());
    int requests = 0;
    int quiet = 0;
    for (int round = 0; round < LEAST_ROUNDS || quiet < QUIET_ROUNDS; round++) {
      assertThat(round)
          .as("rounds of warm-up, none of them without allocation")
          .isLessThan(MOST_ROUNDS);
      selector.start();
      application.start();
      offer(session, statement, summing, checking, doneBefore + requests, ROUND);
      requests += ROUND;
      long allocated = application.allocatedBytes() + selector.allocatedBytes();
      quiet = allocated == 0 ? quiet + 1 : 0;
    }
    return requests;
  }

  private static AllocationProbe probe(String thread) {
    List<Thread> threads = AllocationProbe.threadsNamed(thread);
    assertThat(threads).hasSize(1);
    return AllocationProbe.of(threads.get(0));
  }

  private static void offer(
      Session session,
      BoundStatement statement,
      Summing even,
      Checking odd,
      int doneBefore,
      int requests) {
    AtomicLong done = even.done;
    int offered = 0;
    while (offered < requests) {
      if (doneBefore + offered - done.get() < WINDOW) {
        statement.setLong(0, offered);
        if (session.offer(statement, (offered & 1) == 0 ? even : odd, offered) >= 0) {
          offered++;
        }
      } else {
        pause();
      }
    }
    while (done.get() < doneBefore + requests) {
      pause();
    }
  }

  private static void pause() {
    if (Thread.currentThread().isInterrupted()) {
      throw new AssertionError("not all requests were answered in time");
    }
    Thread.onSpinWait();
  }
}
