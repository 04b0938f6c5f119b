package io.peregrine.policy;

import io.peregrine.BoundStatement;
import io.peregrine.SimpleStatement;
import io.peregrine.Statement;
import java.time.Duration;
import java.util.Objects;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Asks another node when the answer takes longer than most answers to the same statement do, and
 * keeps within a budget. Any thread may use it, many at once: it holds no lock, and allocates
 * nothing once it knows the statement.
 *
 * <p><b>The delay</b> is a percentile of the latencies that the statement has had lately. A
 * prepared statement has latencies of its own, and so has a text that is not prepared: give it
 * values to bind, so that it comes again. Nothing is known of a batch, for which no other node is
 * asked. As long as a statement has not had enough answers, no other node is asked for it either. A
 * request that nobody answers has no latency, so a node that hangs makes no delay longer.
 *
 * <p><b>The budget</b> is a part of the traffic. Each answered request earns that part of a
 * speculation, whatever statement it executes, and each speculation costs a whole one; a few may be
 * saved up. So if all nodes become slow at once, which more requests would make worse, there are
 * hardly more.
 *
 * <p>One policy may serve several sessions; it has one budget for all then.
 */
public final class PercentileSpeculativeExecutionPolicy implements SpeculativeExecutionPolicy {
  private final int mostAttempts;
  private final NanoClock clock;
  private final SpeculationBudget budget;
  private final KnownStatements statements;

  private PercentileSpeculativeExecutionPolicy(Builder settings) {
    this.mostAttempts = settings.mostAttempts;
    this.clock = settings.clock;
    this.budget = new SpeculationBudget(settings.budgetPercent, settings.burst);
    this.statements =
        new KnownStatements(
            new LatencyWindows.Settings(
                settings.percentile,
                settings.minimumSamples,
                settings.interval.toNanos(),
                settings.shortestDelay.toNanos(),
                settings.longestDelay.toNanos()),
            settings.mostStatements,
            clock.nanoTime());
  }

  /**
   * Begins with what suits most applications: the 99th percentile, and 5 percent of the traffic.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public long nextDelayNanos(@Nullable String keyspace, Statement<?> statement, int started) {
    if (started > mostAttempts) {
      return NONE;
    }
    Object key = key(statement);
    return key == null ? NONE : statements.delayNanos(key, clock.nanoTime());
  }

  @Override
  public boolean permits(Statement<?> statement, int started) {
    return budget.spend();
  }

  @Override
  public void onAnswer(Statement<?> statement, long latencyNanos) {
    budget.earn();
    Object key = key(statement);
    if (key != null) {
      statements.record(key, latencyNanos);
    }
  }

  /** What stays the same while the statement's owner changes it. */
  private static @Nullable Object key(Statement<?> statement) {
    if (statement instanceof BoundStatement bound) {
      return bound.preparedStatement();
    }
    return statement instanceof SimpleStatement simple ? simple.query() : null;
  }

  /** The settings of a policy. Not thread-safe. */
  public static final class Builder {
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final double LEAST_PERCENT = 0.001;
    private static final double ALL = 100;

    private double percentile = 99;
    private int minimumSamples = 1_000;
    private Duration interval = Duration.ofSeconds(5);
    private Duration shortestDelay = Duration.ofMillis(1);
    private Duration longestDelay = Duration.ofSeconds(10);
    private double budgetPercent = 5;
    private int burst = 50;
    private int mostAttempts = 1;
    private int mostStatements = 256;
    private NanoClock clock = SystemNanoClock.INSTANCE;

    private Builder() {}

    /**
     * Sets how many percent of a statement's requests are answered before another node is asked.
     *
     * @param percentile more than 0 and less than 100; 99 by default
     * @return this
     * @throws IllegalArgumentException if it is out of its range
     */
    public Builder percentile(double percentile) {
      if (!(percentile > 0 && percentile < ALL)) {
        throw new IllegalArgumentException(
            "a percentile of " + percentile + "; more than 0 and less than 100 is possible");
      }
      this.percentile = percentile;
      return this;
    }

    /**
     * Sets how many answers to a statement there have to be before another node is asked for it. Of
     * a hundred answers only one is slower than the 99th percentile: take some hundreds at least
     * for that, and some thousands for the 99.9th.
     *
     * @param answers at least 1; 1000 by default
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public Builder minimumSamples(int answers) {
      this.minimumSamples = atLeastOne("samples", answers);
      return this;
    }

    /**
     * Sets how often a statement's delay is found anew. It is found from the latencies since the
     * last time, if they are as many as {@link #minimumSamples} says, and stays as it is until they
     * are.
     *
     * @param interval more than 0, at most an hour; 5 s by default
     * @return this
     * @throws IllegalArgumentException if it is out of its range
     */
    public Builder interval(Duration interval) {
      checkPositive("interval", interval);
      this.interval = interval;
      return this;
    }

    /**
     * Sets how long to wait at least, however fast the answers are.
     *
     * @param delay at least 0, and no longer than the longest; 1 ms by default
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Builder shortestDelay(Duration delay) {
      if (delay.isNegative()) {
        throw new IllegalArgumentException("a delay of " + delay + "; it may not be negative");
      }
      this.shortestDelay = delay;
      return this;
    }

    /**
     * Sets how long to wait at most, however slow the answers are.
     *
     * @param delay more than 0, at most an hour; 10 s by default
     * @return this
     * @throws IllegalArgumentException if it is out of its range
     */
    public Builder longestDelay(Duration delay) {
      checkPositive("longest delay", delay);
      this.longestDelay = delay;
      return this;
    }

    /**
     * Sets how many nodes may be asked beside the first, for each hundred requests that are
     * answered.
     *
     * @param percent 0.001 to 100; 5 by default
     * @return this
     * @throws IllegalArgumentException if it is out of its range
     */
    public Builder budgetPercent(double percent) {
      if (!(percent >= LEAST_PERCENT && percent <= ALL)) {
        throw new IllegalArgumentException(
            "a budget of " + percent + " percent; 0.001 to 100 is possible");
      }
      this.budgetPercent = percent;
      return this;
    }

    /**
     * Sets how much of the budget is saved up while it is not needed, for the moment when a node
     * stands still.
     *
     * @param speculations at least 1; 50 by default
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public Builder burst(int speculations) {
      this.burst = atLeastOne("speculations saved up", speculations);
      return this;
    }

    /**
     * Sets how many nodes are asked for one request after the first, each after the same delay.
     *
     * @param nodes at least 1, which is the default
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public Builder mostAttempts(int nodes) {
      this.mostAttempts = atLeastOne("further nodes", nodes);
      return this;
    }

    /**
     * Sets for how many statements latencies are kept, at some 40 kB each. If there are more, those
     * make room that have not been executed for an {@link #interval}.
     *
     * @param statements at least 1; 256 by default
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public Builder mostStatements(int statements) {
      this.mostStatements = atLeastOne("statements", statements);
      return this;
    }

    /**
     * Sets what the intervals are measured by.
     *
     * @param clock for any thread; the machine's by default
     * @return this
     */
    public Builder clock(NanoClock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Makes a policy, which knows no statement yet and has an empty budget.
     *
     * @return a new policy
     * @throws IllegalArgumentException if the longest delay is shorter than the shortest
     */
    public PercentileSpeculativeExecutionPolicy build() {
      if (longestDelay.compareTo(shortestDelay) < 0) {
        throw new IllegalArgumentException(
            "a longest delay of "
                + longestDelay
                + "; it may not be shorter than the shortest, "
                + shortestDelay);
      }
      return new PercentileSpeculativeExecutionPolicy(this);
    }

    private static int atLeastOne(String what, int count) {
      if (count < 1) {
        throw new IllegalArgumentException(count + " " + what + "; at least 1 is possible");
      }
      return count;
    }

    private static void checkPositive(String what, Duration time) {
      if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "a time of " + time + " (" + what + "); more than 0 and at most PT1H is possible");
      }
    }
  }
}
