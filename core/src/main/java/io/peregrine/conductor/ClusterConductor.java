package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.metadata.Pace;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.agrona.concurrent.NanoClock;

/**
 * The loop of everything that is not on the way of a request: it runs what others ask for, and what
 * is due. One thread at a time runs it; {@link #run} may be called from any thread.
 */
public final class ClusterConductor implements Agent {
  private static final long LONGEST_PARK_NANOS = 1_000_000_000L;

  private final ManyToOneConcurrentLinkedQueue<Runnable> commands =
      new ManyToOneConcurrentLinkedQueue<>();
  private final PriorityQueue<Due> schedule = new PriorityQueue<>(Comparator.comparing(Due::at));
  private final NanoClock clock;
  private final ErrorHandler errorHandler;
  private final boolean parks;
  private final Pace pace;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final PendingAnswers answers = new PendingAnswers(this);
  private volatile Thread thread = Thread.currentThread();
  private boolean ending;

  /**
   * What is to be done at some time.
   *
   * @param at when, by the clock, in ns
   * @param task what
   */
  private record Due(long at, Runnable task) {}

  /**
   * A conductor that does not run yet.
   *
   * @param clock tells when something is due
   * @param errorHandler is told when a task throws
   * @param parks whether a duty cycle with nothing to do waits until there is
   */
  public ClusterConductor(NanoClock clock, ErrorHandler errorHandler, boolean parks) {
    this.clock = clock;
    this.errorHandler = errorHandler;
    this.parks = parks;
    // On a thread that has other things to do as well, nobody would be served meanwhile.
    pace = parks ? new RestingPace(clock, LockSupport::parkNanos) : Pace.UNBROKEN;
  }

  /**
   * Runs a task on the conductor's thread, soon; once the conductor has ended, tasks are dropped.
   *
   * @param task what to do; must not block
   */
  public void run(Runnable task) {
    commands.offer(task);
    LockSupport.unpark(thread);
  }

  /**
   * When the loop has ended.
   *
   * @return done then; what was asked for and not run by then never will be
   */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /**
   * What it was asked for, and will answer.
   *
   * @return the same each time, for any thread
   */
  PendingAnswers answers() {
    return answers;
  }

  /**
   * At what to do what takes long.
   *
   * @return with rests, if the conductor has a thread of its own
   */
  Pace pace() {
    return pace;
  }

  /**
   * Runs a task later. Only for the conductor's thread.
   *
   * @param delayNanos how much later, in ns
   * @param task what to do; must not block
   */
  void runLater(long delayNanos, Runnable task) {
    long now = clock.nanoTime();
    long at = now + delayNanos;
    schedule.add(new Due(delayNanos > 0 && at < now ? Long.MAX_VALUE : at, task));
  }

  /**
   * Fails a future if it is not done in time. For any thread.
   *
   * @param future what is waited for
   * @param nanos how long, in ns
   * @param error makes what it fails with then
   */
  void failLater(CompletableFuture<?> future, long nanos, Supplier<DriverException> error) {
    run(
        () ->
            runLater(
                nanos,
                () -> {
                  if (!future.isDone()) {
                    future.completeExceptionally(error.get());
                  }
                }));
  }

  /** The time that deadlines are counted by, in ns. */
  long nanoTime() {
    return clock.nanoTime();
  }

  /** Ends the loop after what has been asked for before. */
  public void end() {
    run(() -> ending = true);
  }

  @Override
  public void onStart() {
    thread = Thread.currentThread();
  }

  @Override
  public int doWork() {
    int work = 0;
    for (Runnable task = commands.poll(); task != null; task = commands.poll()) {
      guarded(task);
      work++;
    }
    if (ending) {
      throw new AgentTerminationException("closed", true);
    }
    long now = clock.nanoTime();
    for (Due next = schedule.peek(); next != null && next.at() <= now; next = schedule.peek()) {
      schedule.remove();
      guarded(next.task());
      work++;
    }
    if (work == 0 && parks) {
      Due next = schedule.peek();
      LockSupport.parkNanos(
          this, next == null ? LONGEST_PARK_NANOS : Math.min(LONGEST_PARK_NANOS, next.at() - now));
    }
    return work;
  }

  @Override
  public void onClose() {
    schedule.clear();
    ended.complete(null);
  }

  @Override
  public String roleName() {
    return "peregrine-conductor";
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      errorHandler.onError(e);
    }
  }
}
