package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.io.SelectorAgent;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * The thread that a caller-runs session belongs to, and the session's agent, which this thread
 * runs. Confined to the thread that makes it, but for {@link #close}, {@link #wakeUp}, {@link
 * #isDriving} and what the conductor calls.
 *
 * <p>Whoever runs the agent holds it meanwhile: the owner for a duty cycle, the conductor to close
 * the sockets of an owner that stays away, a closer to end it. Nobody waits to hold it but a
 * closer, and for that the owner is woken.
 */
public final class OwnerThread implements DriverThreads {
  private static final int FREE = 0;
  private static final int HELD = 1;
  private static final int ENDED = 2;

  private static final long STALE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Thread owner = Thread.currentThread();
  private final SelectorAgent agent;
  private final IdleStrategy idleStrategy;
  private final @Nullable DriverThreads others;
  private final NanoClock clock;
  private final ErrorHandler errorHandler;
  private final AgentDriver invoker;
  private final AtomicInteger state = new AtomicInteger(FREE);
  private long arrivedAt;
  private final AtomicLong visits = new AtomicLong();
  private boolean driving;
  private volatile boolean closing;

  /**
   * Makes the calling thread the owner, and starts the agent on it.
   *
   * @param agent the session's selector agent
   * @param idleStrategy what to do when there is nothing to do and the agent does not block itself
   * @param others who has to be driven as well while the owner waits, because nobody else does; or
   *     null
   * @param clock the clock that tells how long the owner was away
   * @param errorHandler is told of faults
   */
  public OwnerThread(
      SelectorAgent agent,
      IdleStrategy idleStrategy,
      @Nullable DriverThreads others,
      NanoClock clock,
      ErrorHandler errorHandler) {
    this.agent = agent;
    this.idleStrategy = idleStrategy;
    this.others = others;
    this.clock = clock;
    this.errorHandler = errorHandler;
    this.arrivedAt = clock.nanoTime();
    this.invoker = new AgentDriver(agent, errorHandler);
    invoker.start();
  }

  /**
   * The owner.
   *
   * @return the thread that may use the session
   */
  public Thread owner() {
    return owner;
  }

  /**
   * The session's agent.
   *
   * @return the agent
   */
  public SelectorAgent agent() {
    return agent;
  }

  /**
   * The owner is about to send something and will wait for the answer: from here on it counts as
   * present. If it was away, it looks first what has happened on the sockets meanwhile: a
   * connection that was lost is better not used.
   */
  public void arrive() {
    for (int idleCount = 0; !state.compareAndSet(FREE, HELD); idleCount++) {
      if (state.get() == ENDED) {
        return;
      }
      OwnThreads.pause(idleCount);
    }
    countVisit();
    letGo();
    long now = clock.nanoTime();
    if (now - arrivedAt > STALE_NANOS) {
      cycle(false);
    }
    arrivedAt = now;
  }

  @Override
  public boolean isDriving() {
    return Thread.currentThread() == owner && driving || others != null && others.isDriving();
  }

  @Override
  public boolean invokes() {
    return true;
  }

  @Override
  public void idle(int idleCount) {
    int work = cycle(false);
    if (others != null) {
      work += others.invoke();
    }
    if (work == 0) {
      OwnThreads.pause(idleCount);
    }
  }

  @Override
  public void drive() {
    int work = cycle(others == null);
    if (others != null) {
      work += others.invoke();
    }
    idleStrategy.idle(work);
  }

  @Override
  public void wakeUp() {
    agent.connections().wakeUp();
  }

  @Override
  public int invoke() {
    return cycle(false);
  }

  private int cycle(boolean parks) {
    if (driving) {
      throw new IllegalStateException("invoke() was called from within a handler");
    }
    if (!state.compareAndSet(FREE, HELD)) {
      // The conductor or a closer has it, for a moment, or the agent has ended.
      Thread.onSpinWait();
      return 0;
    }
    driving = true;
    try {
      agent.parks(parks);
      return invoker.invoke();
    } finally {
      if (closing) {
        // Whoever closes may have given up waiting for a handler of this cycle.
        invoker.close();
      }
      driving = false;
      countVisit();
      letGo();
    }
  }

  private void countVisit() {
    visits.lazySet(visits.get() + 1);
  }

  private void letGo() {
    state.setRelease(invoker.isClosed() ? ENDED : FREE);
  }

  /** How often the owner has come by: for who wants to know whether it still does. */
  long visits() {
    return visits.get();
  }

  /**
   * Does something while the owner cannot run the agent.
   *
   * @param visits how often the owner had come by when it was last seen
   * @return false if it was not done, because the owner has come by since, or is at it
   */
  boolean whileAway(long visits, Runnable task) {
    if (!state.compareAndSet(FREE, HELD)) {
      return false;
    }
    try {
      boolean away = visits == visits();
      if (away) {
        task.run();
      }
      return away;
    } finally {
      letGo();
    }
  }

  /**
   * Ends the agent. If the owner is running it, the owner is woken and ends it; else the calling
   * thread does, and calls the handlers of what was still in flight. Any thread may call it.
   */
  @Override
  public void close() {
    if (isDriving()) {
      throw new IllegalStateException("close() was called from within a handler");
    }
    closing = true;
    agent.connections().closeAgent();
    long begin = System.nanoTime();
    for (int idleCount = 0; state.get() != ENDED; idleCount++) {
      if (state.compareAndSet(FREE, HELD)) {
        end();
      } else if (System.nanoTime() - begin > PATIENCE_NANOS) {
        errorHandler.onError(
            new DriverException(
                "The thread "
                    + owner.getName()
                    + " is in a handler of its caller-runs session, which is ended as soon as the"
                    + " handler returns"));
        return;
      } else {
        OwnThreads.pause(idleCount);
      }
    }
  }

  private void end() {
    boolean ofOwner = Thread.currentThread() == owner;
    if (ofOwner) {
      driving = true;
    }
    try {
      invoker.close();
    } finally {
      if (ofOwner) {
        driving = false;
      }
      state.set(ENDED);
    }
  }
}
