package io.peregrine;

import io.peregrine.conductor.OwnerThread;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the servers have recorded of traced requests. Any thread may use it, unless its
 * session belongs to one.
 *
 * <p>Servers write a trace after they have answered. The reader asks for it, and while it is not
 * complete asks again after 3 ms, 6 ms, 12 ms and so on, up to 3 s. No thread sleeps meanwhile. In
 * a caller-runs session the questions go out only while its thread waits, or calls {@link
 * Session#invoke}.
 */
public final class QueryTraceReader {
  private final StatementSender sender;
  private final RequestRouter router;
  private final @Nullable OwnerThread owner;
  private final LongFunction<CompletableFuture<Void>> timer;
  private volatile @Nullable Duration maxWait = Duration.ofSeconds(2);

  /**
   * @param owner the thread that drives the session, or null for the cluster's agents
   * @param timer is done so many ns later, on a thread of the driver's
   */
  QueryTraceReader(
      StatementSender sender,
      RequestRouter router,
      @Nullable OwnerThread owner,
      LongFunction<CompletableFuture<Void>> timer) {
    this.sender = sender;
    this.router = router;
    this.owner = owner;
    this.timer = timer;
  }

  /**
   * How long a trace is waited for, where who reads it does not say: see {@link
   * TraceOptions#maxWait}.
   *
   * @return the time; empty for without limit
   */
  public Optional<Duration> maxWait() {
    return Optional.ofNullable(maxWait);
  }

  /**
   * Sets how long a trace is waited for, where who reads it does not say. It is for what is read
   * from now on in this session, also by {@link ResultSet#queryTraces} and {@link
   * ExecutionInfo#queryTrace}.
   *
   * @param maxWait the time, 2 seconds at first; null to wait without limit
   * @throws IllegalArgumentException if it is not positive
   */
  public void setMaxWait(@Nullable Duration maxWait) {
    TraceOptions.checkMaxWait(maxWait);
    this.maxWait = maxWait;
  }

  /**
   * Reads a trace and waits for it.
   *
   * @param id the trace's id, which came with the answer
   * @return the trace, complete but for events of other nodes that may come yet
   * @throws TraceUnavailableException if it was not complete within {@link #maxWait}
   * @throws io.peregrine.codec.DriverException if it cannot be read; a leaf class says why
   */
  public QueryTrace read(UUID id) {
    return read(id, TraceOptions.defaults());
  }

  /**
   * Reads a trace and waits for it.
   *
   * @param id the trace's id, which came with the answer
   * @param options how long to wait, and for what
   * @return the trace
   * @throws TraceUnavailableException if it was not complete in time
   * @throws io.peregrine.codec.DriverException if it cannot be read; a leaf class says why
   */
  public QueryTrace read(UUID id, TraceOptions options) {
    router.begin("queryTraces().read()");
    return router.patience().await(readAsync(id, options));
  }

  /**
   * Reads a trace.
   *
   * @param id the trace's id, which came with the answer
   * @return the trace, when it is complete; fails with {@link TraceUnavailableException} if it was
   *     not within {@link #maxWait}; may be cancelled
   */
  public CompletableFuture<QueryTrace> readAsync(UUID id) {
    return readAsync(id, TraceOptions.defaults());
  }

  /**
   * Reads a trace.
   *
   * @param id the trace's id, which came with the answer
   * @param options how long to wait, and for what
   * @return the trace; fails with {@link TraceUnavailableException} if it was not complete in time;
   *     may be cancelled
   */
  public CompletableFuture<QueryTrace> readAsync(UUID id, TraceOptions options) {
    Objects.requireNonNull(id, "id");
    return new TracePoll(new SessionMeans(), id, options.in(maxWait)).begin();
  }

  /** Asks by the session, and waits by the conductor's clock. */
  private final class SessionMeans implements TracePoll.Means {
    @Override
    public CompletableFuture<ResultSet> execute(SimpleStatement statement) {
      return sender.sendUntold(statement);
    }

    @Override
    public CompletableFuture<Void> after(long nanos) {
      CompletableFuture<Void> due = timer.apply(nanos);
      // A session that belongs to a thread is asked by that thread only.
      return owner == null ? due : due.thenRunAsync(() -> {}, owner.agent().connections()::run);
    }

    @Override
    public long nanoTime() {
      return router.nanoTime();
    }

    @Override
    public long timeoutNanos() {
      return router.defaults().timeoutNanos();
    }
  }
}
