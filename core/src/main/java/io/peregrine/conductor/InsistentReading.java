package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads something of the cluster that nobody waits for, so that nobody else would ask again: what
 * cannot be read is read again within the window for such events, then ever later, and each second
 * time another node is asked. Confined to the conductor's thread.
 *
 * <p>That it cannot be read is told once, until it can; who is to ask another node tells that each
 * time.
 */
final class InsistentReading {
  private static final long SHORTEST_WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Even where events may wait longer: what was told is known to be wrong by now. */
  private static final long LONGEST_WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final int MOST_DOUBLINGS = 10;

  private final ClusterConductor conductor;
  private final Consumer<String> log;
  private final String what;
  private final long windowNanos;
  private final Supplier<CompletableFuture<Void>> reading;
  private final Consumer<DriverException> askAnother;
  private int failures;
  private @Nullable Object again;

  /**
   * A reading that has not failed.
   *
   * @param log is told that it fails
   * @param what is read; begins a sentence
   * @param windowNanos over how long events of this are spread, in ns
   * @param reading reads it
   * @param askAnother is told that it is time to ask another node, and why
   */
  InsistentReading(
      ClusterConductor conductor,
      Consumer<String> log,
      String what,
      long windowNanos,
      Supplier<CompletableFuture<Void>> reading,
      Consumer<DriverException> askAnother) {
    this.conductor = conductor;
    this.log = log;
    this.what = what;
    this.windowNanos = Math.max(SHORTEST_WINDOW_NANOS, Math.min(LONGEST_WINDOW_NANOS, windowNanos));
    this.reading = reading;
    this.askAnother = askAnother;
  }

  /** Reads it now. */
  void read() {
    reading.get().whenComplete((done, error) -> onRead(error));
  }

  /**
   * It was read, or a part of it was not.
   *
   * @param error why not, or null if all of it was read
   */
  void onRead(@Nullable Throwable error) {
    if (error == null) {
      failures = 0;
      again = null;
    } else if (again == null) {
      // Of those who share a reading, only the first counts.
      onFailure(FailedFuture.cause(error));
    }
  }

  private void onFailure(Throwable cause) {
    failures++;
    long window = Math.min(LONGEST_NANOS, windowNanos << Math.min(failures - 1, MOST_DOUBLINGS));
    long delay = window / 2 + ThreadLocalRandom.current().nextLong(window / 2);
    if (failures == 1) {
      log.accept(
          what
              + " could not be read, and is read again in "
              + TimeUnit.NANOSECONDS.toMillis(delay)
              + " ms: "
              + cause.getMessage());
    }
    Object mine = new Object();
    again = mine;
    conductor.runLater(
        delay,
        () -> {
          if (again == mine) {
            again = null;
            read();
          }
        });
    if (failures % 2 == 0) {
      askAnother.accept(
          new DriverException(what + " could not be read twice: " + cause.getMessage(), cause));
    }
  }
}
