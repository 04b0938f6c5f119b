package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.request.Execute;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.server.Exchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A statement in use while its table is altered: one random order of requests, alterations and
 * answers, of which any may be late. Confined to the test's thread, but for {@link #arrive}.
 */
final class MetadataRace {
  private final Random random;
  private final Session session;
  private final String text;
  private final AlteredTable table;
  private final Queue<Exchange> arriving = new ConcurrentLinkedQueue<>();
  private final List<Exchange> waiting = new ArrayList<>();
  private final List<Runnable> underWay = new ArrayList<>();
  private final Map<String, AlteredTable.Answer> meant = new HashMap<>();
  private final Map<String, Integer> unknown = new HashMap<>();
  private final List<Asked> asked = new ArrayList<>();
  private final List<Paged> paged = new ArrayList<>();
  private final List<CompletableFuture<PreparedStatement>> preparing = new ArrayList<>();
  private @Nullable BoundStatement bound;

  /** One request and what the application has seen of its answer. */
  private static final class Asked implements RequestHandler {
    private final int number;
    private final int page;
    private @Nullable List<String> names;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();
    private @Nullable Throwable error;
    private int answers;

    private Asked(int number, int page) {
      this.number = number;
      this.page = page;
    }

    private String key() {
      return number + "." + page;
    }

    @Override
    public void onRows(long correlationId, RowCursor cursor) {
      answers++;
      names = namesOf(cursor.columnDefinitions());
      while (cursor.next()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 0; i < cursor.columnCount(); i++) {
          row.add(cursor.getObject(i));
        }
        rows.add(row);
      }
    }

    @Override
    public void onError(long correlationId, ErrorView view) {
      answers++;
      error = view.toException();
    }

    private void onResult(@Nullable ResultSet result, @Nullable Throwable failure) {
      answers++;
      error = failure;
      if (result == null) {
        return;
      }
      names = namesOf(result.columnDefinitions());
      // Not more than are here: the next page is asked for on its own.
      for (int left = result.availableWithoutFetching(); left > 0; left--) {
        Row taken = result.one();
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
          row.add(taken == null ? "no row" : taken.getObject(i));
        }
        rows.add(row);
      }
    }

    private static List<String> namesOf(ColumnDefinitions columns) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        names.add(columns.name(i));
      }
      return names;
    }
  }

  private record Paged(Asked first, ResultSet result) {}

  /**
   * @param id tells it from those that run beside it
   * @param seed tells its text from all others'
   */
  MetadataRace(int id, Session session, long seed) {
    this.session = session;
    this.random = new Random(seed);
    this.text = "SELECT * FROM race_" + seed + " WHERE k = ? -- " + id;
    this.table = new AlteredTable(id, random);
  }

  AlteredTable table() {
    return table;
  }

  /** A request has come to the server. For the server's threads. */
  void arrive(Exchange exchange) {
    arriving.add(exchange);
  }

  /** The application does something, or nothing. */
  void ask() {
    if (preparing.isEmpty()) {
      preparing.add(session.prepareAsync(text));
    }
    PreparedStatement prepared = preparing.get(0).getNow(null);
    if (prepared == null) {
      return;
    }
    BoundStatement bound = this.bound;
    if (bound == null || random.nextInt(4) == 0) {
      bound = prepared.bind().setTimeout(Duration.ZERO);
      this.bound = bound;
    }
    switch (random.nextInt(8)) {
      case 0 -> {
        prepared.doubt();
        preparing.add(session.prepareAsync(text));
      }
      case 1 -> {
        if (!paged.isEmpty()) {
          Paged page = paged.remove(random.nextInt(paged.size()));
          ask(new Asked(page.first().number, page.first().page + 1), page.result().fetchNextPage());
        }
      }
      case 2, 3, 4 -> {
        Asked request = new Asked(asked.size(), 0);
        asked.add(request);
        assertThat(session.offer(bound.setInt(0, request.number), request, 0))
            .isEqualTo(Session.ACCEPTED);
      }
      default -> {
        Asked request = new Asked(asked.size(), 0);
        ask(request, session.executeAsync(bound.setInt(0, request.number)));
      }
    }
  }

  private void ask(Asked request, ResponseFuture future) {
    asked.add(request);
    future.whenComplete(
        (result, error) -> {
          request.onResult(result, error);
          if (result != null && result.hasMorePages() && request.page < 2) {
            paged.add(new Paged(request, result));
          }
        });
  }

  /** The server alters, answers, and sends answers, in any order. */
  void serve() {
    takeArrived();
    for (int i = random.nextInt(5); i >= 0; i--) {
      int dice = random.nextInt(8);
      if (dice < 2) {
        table.alter();
      } else if (dice < 5 && !waiting.isEmpty()) {
        answer(waiting.remove(random.nextInt(waiting.size())));
      } else if (!underWay.isEmpty()) {
        underWay.remove(random.nextInt(underWay.size())).run();
      }
    }
  }

  /** The server answers and sends all that is left. */
  void finish() {
    takeArrived();
    while (!waiting.isEmpty()) {
      answer(waiting.remove(random.nextInt(waiting.size())));
    }
    while (!underWay.isEmpty()) {
      underWay.remove(random.nextInt(underWay.size())).run();
    }
  }

  private void takeArrived() {
    for (Exchange next = arriving.poll(); next != null; next = arriving.poll()) {
      waiting.add(next);
    }
  }

  private void answer(Exchange exchange) {
    AlteredTable.Answer answer;
    if (exchange.request().message() instanceof Execute execute) {
      String key =
          execute.options.positionalValues.get(0).getInt(0) + "." + AlteredTable.page(execute);
      answer = table.execute(execute, exchange.request().version());
      if (answer.names() == null) {
        unknown.merge(key, 1, Integer::sum);
      } else {
        assertThat(meant.put(key, answer)).as("answered before").isNull();
      }
    } else {
      answer = table.prepare();
    }
    underWay.add(() -> exchange.reply(answer.message()));
  }

  boolean isOver() {
    return preparing.stream().allMatch(CompletableFuture::isDone)
        && asked.stream().allMatch(request -> request.answers > 0);
  }

  /** Each request was answered once, and by the columns of its own answer. */
  void check() {
    preparing.forEach(future -> assertThat(future).isCompleted());
    for (Asked request : asked) {
      assertThat(request.answers).isEqualTo(1);
      AlteredTable.Answer answer = meant.get(request.key());
      if (answer == null) {
        // A server that forgets a statement as often as it is told may be given up.
        assertThat(request.error).isInstanceOf(UnpreparedException.class);
        assertThat(unknown.get(request.key())).isGreaterThan(1);
      } else {
        assertThat(request.error).isNull();
        assertThat(request.names).isEqualTo(answer.names());
        assertThat(request.rows).isEqualTo(answer.rows());
      }
    }
  }
}
