package io.peregrine;

import io.peregrine.io.Offer;
import io.peregrine.io.Response;
import io.peregrine.metadata.Replicas;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The result of a request that is under way, or of one of its pages. Any thread may use it.
 *
 * <p>It completes on a thread of the driver, and runs there what was attached to it without an
 * executor: such code must not block. It fails with a {@link io.peregrine.codec.DriverException}. A
 * thread of the driver that waited for it would wait for itself, so there it refuses to be waited
 * for with {@link BlockingCallException}.
 */
public final class ResponseFuture extends PendingAnswer<ResultSet, ResponseFuture> {
  private static final Logger LOG = LoggerFactory.getLogger(ResponseFuture.class);

  private final @Nullable Statement<?> statement;
  private final RequestDefaults defaults;
  private final long timeoutNanos;
  private final boolean idempotent;
  private @Nullable Replicas replicas;
  private @Nullable Attempts attempts;

  // Written before it completes, by the thread that completes it.
  private @Nullable Node coordinator;
  private int requestBytes;
  private int responseBytes;
  private long durationNanos;
  private boolean schemaAgreed = true;
  private @Nullable ExecutionInfo streamed;

  /**
   * @param statement what is executed; null if it is none of the application's
   * @param timeoutNanos how long the answer may take, in ns; 0 for as long as it takes
   * @param idempotent whether it does no harm to execute it twice
   */
  ResponseFuture(
      RequestRouter router,
      @Nullable Statement<?> statement,
      RequestDefaults defaults,
      long timeoutNanos,
      boolean idempotent) {
    super(router);
    this.statement = statement;
    this.defaults = defaults;
    this.timeoutNanos = timeoutNanos;
    this.idempotent = idempotent;
  }

  /** A future for the page behind the one that this has brought. */
  ResponseFuture next() {
    ResponseFuture next =
        new ResponseFuture(router(), statement, defaults, timeoutNanos, idempotent);
    next.replicas = replicas;
    return next;
  }

  /**
   * What is executed.
   *
   * @return the statement that was given, which its owner may have changed since
   */
  public @Nullable Statement<?> statement() {
    return statement;
  }

  @Override
  public ExecutionInfo executionInfo() {
    checkDone("executionInfo()");
    ExecutionInfo streamed = this.streamed;
    if (streamed != null) {
      return streamed;
    }
    Attempts attempts = this.attempts;
    return new ExecutionInfo(
        statement,
        router().traces(),
        new AnswerFacts(coordinator, requestBytes, responseBytes, durationNanos),
        attempts == null ? AnswerDetails.NONE : attempts.history().details(),
        attempts,
        isSchemaAgreed());
  }

  /**
   * Whether all nodes know of the change, if the request has changed the schema.
   *
   * @return false if they did not come to know it in time, or if the request is not done yet or has
   *     failed
   */
  public boolean isSchemaAgreed() {
    return isDone() && !isCompletedExceptionally() && schemaAgreed;
  }

  /**
   * Whether the server has more rows than this page.
   *
   * @return true if another page can be fetched; false as well if the request has failed
   * @throws IllegalStateException if the request is not done yet
   */
  public boolean hasMorePages() {
    checkDone("hasMorePages()");
    return !isCompletedExceptionally() && join().hasMorePages();
  }

  /**
   * Asks for the page behind this one, without waiting. Its time begins anew.
   *
   * @return that page, in a future of its own, to which nothing is attached yet
   * @throws QueryExhaustedException if this is the last page
   * @throws IllegalStateException if this page is not there yet
   */
  public ResponseFuture fetchNextPage() {
    if (!hasMorePages()) {
      throw new QueryExhaustedException("This was the last page; ask hasMorePages() before");
    }
    return join().fetchNextPage();
  }

  @Override
  ResponseFuture self() {
    return this;
  }

  RequestDefaults defaults() {
    return defaults;
  }

  long timeoutNanos() {
    return timeoutNanos;
  }

  /** Whether it does no harm to execute it twice: it says so, or is known to write nothing. */
  boolean isIdempotent() {
    Statement<?> statement = this.statement;
    return idempotent || statement != null && statement.isRead();
  }

  /** Which nodes have what it asks for; null if nobody wanted to know. */
  @Nullable Replicas replicas() {
    return replicas;
  }

  void replicas(@Nullable Replicas replicas) {
    this.replicas = replicas;
  }

  @Nullable Attempts attempts() {
    return attempts;
  }

  /** What keeps the attempts apart, from now on. */
  Attempts requiredAttempts(long deadlineNanos) {
    Attempts attempts = this.attempts;
    if (attempts == null) {
      attempts = new Attempts(router(), this, deadlineNanos);
      this.attempts = attempts;
    }
    return attempts;
  }

  /**
   * How long the first node has before another is asked as well.
   *
   * @param left how long the answer may take from now on, in ns; 0 for as long as it takes
   * @return that time in ns, or what is left if no other node is to be asked
   */
  long firstTimeout(long left) {
    Statement<?> statement = this.statement;
    RetrySettings retries = defaults.retries();
    if (!retries.speculates() || !idempotent || statement == null) {
      return left;
    }
    Attempts attempts =
        requiredAttempts(left == Offer.NO_TIMEOUT ? Offer.NO_DEADLINE : router().nanoTime() + left);
    return Attempts.earlier(attempts.speculations().firstDelay(), left);
  }

  /** When the answer is not waited for any longer, whatever the deadline of one attempt is. */
  long deadline(long deadlineNanos) {
    Attempts attempts = this.attempts;
    return attempts == null ? deadlineNanos : attempts.deadlineNanos();
  }

  /**
   * Takes the right to complete it. To be asked before anything is written here.
   *
   * @return false if another attempt has done so
   */
  boolean claim() {
    Attempts attempts = this.attempts;
    return attempts == null ? !isDone() : attempts.claim();
  }

  /** The answer is here, to an attempt that was offered at some time. */
  void onAnswer(Node coordinator, int requestBytes, int responseBytes, Response response) {
    this.coordinator = coordinator;
    this.requestBytes = requestBytes;
    this.responseBytes = responseBytes;
    this.durationNanos = response.receivedNanos() - response.offeredNanos();
    Statement<?> statement = this.statement;
    RetrySettings retries = defaults.retries();
    if (statement != null && retries.speculates()) {
      Attempts attempts = this.attempts;
      long latency =
          attempts == null ? durationNanos : response.receivedNanos() - attempts.begunNanos();
      try {
        retries.speculation().onAnswer(statement, latency);
      } catch (Throwable e) {
        LOG.warn("A speculative execution policy threw; the request is not touched", e);
      }
    }
  }

  /** It is about to be completed with a page that came in a stream. */
  void streamed(ExecutionInfo info) {
    streamed = info;
  }

  void schemaAgreed(boolean agreed) {
    schemaAgreed = agreed;
  }

  QueryTraceReader traces() {
    return router().traces();
  }
}
