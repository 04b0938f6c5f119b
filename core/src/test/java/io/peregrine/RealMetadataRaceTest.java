package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.cassandra.RealCassandra;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The table of a real Cassandra is altered while others read it: a few times, or for as long as
 * {@code -Dmetadata.minutes} says.
 */
@RealCassandra
@Timeout(value = 2, unit = TimeUnit.HOURS)
class RealMetadataRaceTest {
  private static final int ALTERATIONS = 16;
  private static final long NANOS =
      TimeUnit.MINUTES.toNanos(Integer.getInteger("metadata.minutes", 0)) / 2;
  private static final int ROWS = 5;
  private static final int COLUMNS = 3;
  private static final int IN_FLIGHT = 16;

  private final AtomicLong pages = new AtomicLong();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong givenUp = new AtomicLong();
  private final AtomicLong timedOut = new AtomicLong();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void rowsAreReadByTheColumnsThatTheyHaveWhileTheTableIsAltered(ProtocolVersion version)
      throws InterruptedException {
    try (RealSession real = new RealSession(version, "race")) {
      real.execute("CREATE TABLE t (k int, r int, c0 int, PRIMARY KEY (k, r))");
      PreparedStatement select = real.session.prepare("SELECT * FROM t WHERE k = ?");
      List<Thread> readers =
          List.of(
              new Thread(() -> readPages(real.session, select), "reads pages"),
              new Thread(() -> readWhereItLies(real.session, select), "reads where it lies"));
      readers.forEach(Thread::start);
      long alterations;
      try {
        alterations = alter(real);
      } finally {
        over = true;
        for (Thread reader : readers) {
          reader.join();
        }
      }
      if (NANOS > 0) {
        System.out.printf(
            "%s: %d alterations, %s pages, %s answers to handlers, %s given up as unprepared, %s"
                + " timed out%n",
            version, alterations, pages, answers, givenUp, timedOut);
      }
      assertThat(failures).isEmpty();
      assertThat(pages.get()).isGreaterThan(alterations);
      assertThat(answers.get()).isGreaterThan(alterations);
    }
  }

  /** Columns come and go, and each has its own number in it for as long as it is there. */
  private long alter(RealSession real) {
    Deque<Integer> present = new ArrayDeque<>(List.of(0));
    long begin = System.nanoTime();
    int alterations = 0;
    while (failures.isEmpty()
        && (NANOS == 0 ? alterations < ALTERATIONS : System.nanoTime() - begin < NANOS)) {
      int column = ++alterations;
      if (!isDone(() -> real.execute("ALTER TABLE t ADD c" + column + " " + type(column)))) {
        continue;
      }
      String update = "UPDATE t SET c" + column + " = ? WHERE k = 1 AND r = ";
      for (int row = 0; row < ROWS; row++) {
        String one = update + row;
        isDone(() -> real.execute(one, value(column)));
      }
      present.add(column);
      if (present.size() > COLUMNS) {
        int eldest = present.remove();
        isDone(() -> real.execute("ALTER TABLE t DROP c" + eldest));
      }
    }
    return alterations;
  }

  /** A server that is short of time may not answer; what it has done then is as good as not. */
  private boolean isDone(Runnable request) {
    try {
      request.run();
      return true;
    } catch (DriverException e) {
      if (!isWantOfTime(e)) {
        throw e;
      }
      timedOut.incrementAndGet();
      return false;
    }
  }

  private static boolean isWantOfTime(Throwable error) {
    return error instanceof OperationTimedOutException
        || error instanceof ReadTimeoutException
        || error instanceof WriteTimeoutException;
  }

  private void onError(Throwable error) {
    if (error instanceof UnpreparedException) {
      // It has met two alterations.
      givenUp.incrementAndGet();
    } else if (isWantOfTime(error)) {
      timedOut.incrementAndGet();
    } else {
      failures.add(error);
    }
  }

  private static String type(int column) {
    return List.of("int", "bigint", "text").get(column % 3);
  }

  private static Object value(int column) {
    return switch (column % 3) {
      case 0 -> column;
      case 1 -> (long) column;
      default -> "text " + column;
    };
  }

  private void readPages(Session session, PreparedStatement select) {
    while (!over && failures.isEmpty()) {
      try {
        ResultSet result =
            session.execute(select.bind(1).setPageSize(2).setTimeout(Duration.ofSeconds(30)));
        pages.incrementAndGet();
        while (true) {
          List<String> names = names(result.columnDefinitions());
          for (int left = result.availableWithoutFetching(); left > 0; left--) {
            Row row = result.one();
            List<Object> cells = new ArrayList<>();
            for (int i = 0; row != null && i < names.size(); i++) {
              cells.add(row.getObject(i));
            }
            check(names, cells);
          }
          if (!result.hasMorePages()) {
            break;
          }
          result = RealSession.await(result.fetchNextPage());
          pages.incrementAndGet();
        }
      } catch (Throwable t) {
        onError(t);
      }
    }
  }

  private void readWhereItLies(Session session, PreparedStatement select) {
    Semaphore room = new Semaphore(IN_FLIGHT);
    RequestHandler handler =
        new RequestHandler() {
          @Override
          public void onRows(long correlationId, RowCursor rows) {
            room.release();
            answers.incrementAndGet();
            try {
              List<String> names = names(rows.columnDefinitions());
              while (rows.next()) {
                List<Object> cells = new ArrayList<>();
                for (int i = 0; i < names.size(); i++) {
                  cells.add(rows.getObject(i));
                }
                check(names, cells);
              }
            } catch (Throwable t) {
              failures.add(t);
            }
          }

          @Override
          public void onError(long correlationId, ErrorView error) {
            room.release();
            RealMetadataRaceTest.this.onError(error.toException());
          }
        };
    BoundStatement bound = select.bind(1).setTimeout(Duration.ofSeconds(30));
    while (!over && failures.isEmpty()) {
      room.acquireUninterruptibly();
      if (session.offer(bound, handler, 0) != Session.ACCEPTED) {
        room.release();
        Thread.onSpinWait();
      }
    }
    room.acquireUninterruptibly(IN_FLIGHT);
  }

  private static List<String> names(ColumnDefinitions columns) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      names.add(columns.name(i));
    }
    return names;
  }

  /** A cell says by itself which column it is of. */
  private static void check(List<String> names, List<Object> cells) {
    assertThat(cells).hasSameSizeAs(names);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Object cell = cells.get(i);
      if (name.equals("k")) {
        assertThat(cell).isEqualTo(1);
      } else if (name.equals("r")) {
        assertThat(cell).isIn(0, 1, 2, 3, 4);
      } else if (cell != null) {
        assertThat(cell).as(name).isEqualTo(value(Integer.parseInt(name.substring(1))));
      }
    }
  }
}
