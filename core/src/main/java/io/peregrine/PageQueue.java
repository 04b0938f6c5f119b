package io.peregrine;

import io.peregrine.codec.DriverException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Pages on their way from an agent's thread to who takes them, and how they end. One thread at a
 * time takes; any thread may end it, and the first end counts.
 */
final class PageQueue {
  /**
   * Why no page follows. Immutable.
   *
   * @param error what went wrong, or null
   */
  record End(@Nullable DriverException error) {}

  /**
   * A page. It belongs to who takes it.
   *
   * @param rows the page
   * @param info what is told of it
   * @param isLast whether no other page follows
   */
  record Arrival(ResultPage rows, ExecutionInfo info, boolean isLast) {}

  /** The last page is there. */
  static final End COMPLETE = new End(null);

  /** Nobody wants more; pages that were not taken are dropped. */
  static final End CANCELLED = new End(null);

  private final Queue<Arrival> pages = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable End> end = new AtomicReference<>();
  private final AtomicReference<@Nullable CompletableFuture<Void>> waiting =
      new AtomicReference<>();
  private volatile long taken;

  /** Puts a page; for the agent's thread. */
  void put(Arrival arrival) {
    pages.add(arrival);
  }

  /** Tells who waits that there is something; to be called when all is done that belongs to it. */
  void signal() {
    CompletableFuture<Void> waiting = this.waiting.getAndSet(null);
    if (waiting != null) {
      waiting.complete(null);
    }
  }

  /**
   * Ends it, behind the pages that were put.
   *
   * @return false if it has ended already
   */
  boolean end(End end) {
    return this.end.compareAndSet(null, end);
  }

  /** How it has ended; null if it has not. There may be pages to take yet. */
  @Nullable End end() {
    return end.get();
  }

  /** Takes the next page; null if there is none now. */
  @Nullable Arrival take() {
    if (end.get() == CANCELLED) {
      pages.clear();
      return null;
    }
    Arrival arrival = pages.poll();
    if (arrival != null) {
      taken = taken + 1;
    }
    return arrival;
  }

  /** How many pages were taken. */
  long taken() {
    return taken;
  }

  /** Completes when there may be a page, or the end: at once, if there is. */
  CompletableFuture<Void> arrival() {
    CompletableFuture<Void> arrival = new CompletableFuture<>();
    waiting.set(arrival);
    if (!pages.isEmpty() || end.get() != null) {
      arrival.complete(null);
    }
    return arrival;
  }
}
