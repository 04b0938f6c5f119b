package io.peregrine.conductor;

import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has the list of nodes read again as long as some of them do not tell all of themselves: one that
 * joins may be listed before its id and its tokens are, and nothing says when they are. Confined to
 * the conductor's thread.
 *
 * <p>It is read after a second or two, then ever later, and after some minutes no more: what a node
 * has left behind in the list would never tell more.
 */
final class UnfinishedNodes {
  private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_DOUBLINGS = 5;
  private static final int MOST_READINGS = 10;

  private final ClusterConductor conductor;
  private final Consumer<String> log;
  private final Runnable reading;
  private Set<Object> known = Set.of();
  private int readings;
  private @Nullable Object again;

  /**
   * All is told.
   *
   * @param log is told that the list is read again
   * @param reading reads it
   */
  UnfinishedNodes(ClusterConductor conductor, Consumer<String> log, Runnable reading) {
    this.conductor = conductor;
    this.log = log;
    this.reading = reading;
  }

  /**
   * The list was read.
   *
   * @param unfinished which nodes do not tell all of themselves
   */
  void onRead(Set<Object> unfinished) {
    if (unfinished.isEmpty()) {
      again = null;
    } else if (!known.containsAll(unfinished)) {
      log.accept(
          "Nodes that do not tell their host_id or tokens yet are asked about again for some"
              + " minutes: "
              + unfinished.size());
      readings = 0;
      readLater();
    } else if (again == null && readings < MOST_READINGS) {
      readLater();
    }
    known = unfinished;
  }

  private void readLater() {
    long window = Math.min(LONGEST_NANOS, FIRST_NANOS << Math.min(readings, MOST_DOUBLINGS));
    Object mine = new Object();
    again = mine;
    conductor.runLater(
        window / 2 + ThreadLocalRandom.current().nextLong(window / 2),
        () -> {
          if (again == mine) {
            again = null;
            readings++;
            reading.run();
          }
        });
  }
}
