package io.peregrine;

import io.peregrine.conductor.FailedFuture;
import io.peregrine.io.Nanos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads one trace: asks for its session until that is complete, each time after a longer while,
 * then for its events. Its steps come one after the other, each on the thread that ends the one
 * before.
 */
final class TracePoll {
  static final long FIRST_WHILE_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
  private static final int MOST_DOUBLINGS = 10;
  private static final String SESSION = "SELECT * FROM system_traces.sessions WHERE session_id = ?";
  private static final String EVENTS = "SELECT * FROM system_traces.events WHERE session_id = ?";

  private final Means means;
  private final UUID id;
  private final TraceOptions options;
  private final long begin;
  private final long maxWaitNanos;
  private final CompletableFuture<QueryTrace> trace = new CompletableFuture<>();
  private int polls;
  private String found = "nothing of it was there";

  /** How it asks, and waits. */
  interface Means {
    /** Executes a statement. */
    CompletableFuture<ResultSet> execute(SimpleStatement statement);

    /** Is done after a while, in ns, on a thread that may execute; fails if there is none left. */
    CompletableFuture<Void> after(long nanos);

    /** The time that {@link #after} goes by. */
    long nanoTime();

    /** How long an answer may take otherwise, in ns; 0 for as long as it takes. */
    long timeoutNanos();
  }

  TracePoll(Means means, UUID id, TraceOptions options) {
    this.means = means;
    this.id = id;
    this.options = options;
    Duration maxWait = options.maxWait();
    this.maxWaitNanos = maxWait == null ? Long.MAX_VALUE : Nanos.of(maxWait);
    this.begin = means.nanoTime();
  }

  /** Asks for the first time; only this may throw what a statement that cannot be sent throws. */
  CompletableFuture<QueryTrace> begin() {
    askForSession();
    return trace;
  }

  private void askForSession() {
    polls++;
    execute(SESSION).whenComplete((rows, error) -> guarded(error, () -> onSession(rows.one())));
  }

  private void onSession(@Nullable Row session) {
    if (session == null || options.waitsForComplete() && session.isNull("duration")) {
      found = session == null ? "nothing of it was there" : "it had no duration yet";
      askAgain();
    } else {
      List<TraceEvent> events = new ArrayList<>();
      execute(EVENTS)
          .whenComplete((rows, error) -> guarded(error, () -> onEvents(session, events, rows)));
    }
  }

  private void onEvents(Row session, List<TraceEvent> events, ResultSet page) {
    while (page.availableWithoutFetching() > 0) {
      Row row = page.one();
      if (row != null) {
        events.add(TraceEvent.of(row));
      }
    }
    if (page.hasMorePages()) {
      page.fetchNextPage()
          .whenComplete((rows, error) -> guarded(error, () -> onEvents(session, events, rows)));
    } else {
      trace.complete(new QueryTrace(id, session, events));
    }
  }

  private void askAgain() {
    long left = timeLeft();
    if (left <= 0) {
      trace.completeExceptionally(unavailable(null));
      return;
    }
    long pause = FIRST_WHILE_NANOS << Math.min(polls - 1, MOST_DOUBLINGS);
    means
        .after(Math.min(pause, left))
        .whenComplete((done, error) -> guarded(error, this::askUnlessLate));
  }

  private void askUnlessLate() {
    if (timeLeft() <= 0) {
      trace.completeExceptionally(unavailable(null));
    } else {
      askForSession();
    }
  }

  private CompletableFuture<ResultSet> execute(String query) {
    SimpleStatement statement =
        SimpleStatement.of(query, id).setConsistency(options.consistency()).setIdempotent(true);
    long timeout = means.timeoutNanos();
    long left = timeLeft();
    if (left != Long.MAX_VALUE && (timeout <= 0 || left < timeout)) {
      statement.setTimeout(Duration.ofNanos(Math.max(1, left)));
    }
    return means.execute(statement);
  }

  private long timeLeft() {
    return maxWaitNanos == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : maxWaitNanos - (means.nanoTime() - begin);
  }

  /** Takes a step, unless the one before has failed, or nobody waits for the trace any more. */
  private void guarded(@Nullable Throwable error, Runnable step) {
    if (trace.isDone()) {
      return;
    }
    try {
      if (error == null) {
        step.run();
      } else {
        onError(FailedFuture.cause(error));
      }
    } catch (RuntimeException e) {
      trace.completeExceptionally(e);
    }
  }

  private void onError(Throwable error) {
    if (error instanceof BackPressureException) {
      found = "the driver was full";
      askAgain();
    } else if (error instanceof OperationTimedOutException && timeLeft() <= 0) {
      trace.completeExceptionally(unavailable(error));
    } else {
      trace.completeExceptionally(error);
    }
  }

  private TraceUnavailableException unavailable(@Nullable Throwable cause) {
    return new TraceUnavailableException(
        "The trace "
            + id
            + " was not available within "
            + maxWaitNanos / 1e9
            + " seconds: "
            + (cause == null ? found : "the last question was not answered")
            + ", in "
            + polls
            + " attempts. Give a longer maxWait, or take what there is: waitForComplete(false)",
        cause);
  }
}
