package io.peregrine;

import io.peregrine.codec.DriverException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Executes many statements, some of them at the same time. The calling thread does it, and waits;
 * it takes the statements one by one, none before there is room for it.
 *
 * <p>Each has the timeout that it would have by itself. While the driver is full, the next one
 * waits for one of those under way to end.
 */
public final class Concurrent {
  private final Session session;
  private final ConcurrentOptions options;
  private final List<@Nullable ExecutionResult> results = new ArrayList<>();
  private final Object lock = new Object();
  private int inFlight;
  private @Nullable DriverException firstError;
  private CompletableFuture<Void> ended = new CompletableFuture<>();

  private Concurrent(Session session, ConcurrentOptions options) {
    this.session = session;
    this.options = options;
  }

  /**
   * Executes statements, at most 100 at once; the first error ends all.
   *
   * @param session the session
   * @param statements the statements; the iterator may give the same object again with other values
   * @return the results in the statements' order
   * @throws IllegalArgumentException if the cluster does not know a profile
   * @throws DriverException the first error
   */
  public static List<ExecutionResult> execute(
      Session session, Iterable<? extends Statement<?>> statements) {
    return execute(session, statements, ConcurrentOptions.defaults());
  }

  /**
   * Executes statements.
   *
   * @param session the session
   * @param statements the statements; the iterator may give the same object again with other values
   * @param options how many at once, with what options, and what an error means
   * @return the results in the statements' order
   * @throws IllegalArgumentException if the cluster does not know a profile
   * @throws DriverException the first error, unless errors are collected
   */
  public static List<ExecutionResult> execute(
      Session session, Iterable<? extends Statement<?>> statements, ConcurrentOptions options) {
    session.patience().checkMayWait("Concurrent.execute()");
    return new Concurrent(session, options).run(statements.iterator());
  }

  private List<ExecutionResult> run(Iterator<? extends Statement<?>> statements) {
    try {
      while (!hasFailed() && statements.hasNext()) {
        awaitLess(options.concurrency());
        if (!hasFailed()) {
          begin(statements.next());
        }
      }
    } finally {
      awaitLess(1);
    }
    DriverException error = firstError;
    if (error != null && options.isFailFast()) {
      error.setStackTrace(new Throwable().getStackTrace());
      throw error;
    }
    List<ExecutionResult> all = new ArrayList<>(results.size());
    for (ExecutionResult result : results) {
      if (result != null) {
        all.add(result);
      }
    }
    return all;
  }

  private void begin(Statement<?> statement) {
    int place;
    synchronized (lock) {
      place = results.size();
      results.add(null);
      inFlight++;
    }
    offer(statement, place);
  }

  private void offer(Statement<?> statement, int place) {
    ResponseFuture future;
    try {
      future = session.sender().sendWhenThereIsRoom(statement, options.requestOptions());
    } catch (DriverException e) {
      end(place, null, e);
      return;
    } catch (RuntimeException e) {
      // The call is wrong, not this one statement; but what is under way is waited for.
      end(place, null, e);
      throw e;
    }
    future.whenComplete((result, error) -> end(place, result, error));
  }

  private void end(int place, @Nullable ResultSet result, @Nullable Throwable error) {
    CompletableFuture<Void> told;
    synchronized (lock) {
      DriverException failure = error == null ? null : Patience.unwrapped(error);
      results.set(place, new ExecutionResult(result, failure));
      if (failure != null && firstError == null) {
        firstError = failure;
      }
      inFlight--;
      told = ended;
      ended = new CompletableFuture<>();
    }
    told.complete(null);
  }

  private boolean hasFailed() {
    synchronized (lock) {
      return options.isFailFast() && firstError != null;
    }
  }

  /** Waits until fewer statements are under way. */
  private void awaitLess(int than) {
    while (true) {
      CompletableFuture<Void> next;
      synchronized (lock) {
        if (inFlight < than) {
          return;
        }
        next = ended;
      }
      session.patience().await(next);
    }
  }
}
