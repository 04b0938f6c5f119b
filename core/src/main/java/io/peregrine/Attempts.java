package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.envelope.ConsistencyPatcher;
import io.peregrine.io.Offer;
import io.peregrine.io.SelectorCounter;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.RetryDecision;
import io.peregrine.policy.SpeculativeExecutionPolicy;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one request, which exists only for one that has more than its first, or may have.
 * The threads of all agents use it; its lock is never held while something is sent or told.
 *
 * <p>The same bytes go to each node. All attempts share one plan, of which each node comes once,
 * and one deadline. What is told to the application is told by the attempt that has claimed to.
 */
final class Attempts {
  private final RequestRouter router;
  private final NodeRouter nodes;
  private final ResponseFuture future;
  private final long deadlineNanos;
  private final long begunNanos;
  private final AttemptHistory history = new AttemptHistory();
  private final SpeculationSchedule speculations;
  private byte @Nullable [] request;
  private @Nullable Pinned pinned;
  private @Nullable QueryPlan plan;

  /** How many have not failed, or are still looking for the node to go on with. */
  private int pending = 1;

  private int retries;
  private boolean claimed;

  /**
   * The attempts of a request whose first is under way, or about to be.
   *
   * @param deadlineNanos when the answer is not waited for any longer
   */
  Attempts(RequestRouter router, ResponseFuture future, long deadlineNanos) {
    this.router = router;
    this.nodes = router.nodes();
    this.future = future;
    this.deadlineNanos = deadlineNanos;
    this.speculations = new SpeculationSchedule(router, future);
    long timeout = future.timeoutNanos();
    this.begunNanos =
        timeout == Offer.NO_TIMEOUT || deadlineNanos == Offer.NO_DEADLINE
            ? router.nanoTime()
            : deadlineNanos - timeout;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** When the first attempt began. */
  long begunNanos() {
    return begunNanos;
  }

  /** The sooner of two timeouts, either of which may be none. */
  static long earlier(long one, long other) {
    if (one == Offer.NO_TIMEOUT || other == Offer.NO_TIMEOUT) {
      return Math.max(one, other);
    }
    return Math.min(one, other);
  }

  /** When other nodes are asked while those before have not answered. */
  SpeculationSchedule speculations() {
    return speculations;
  }

  /** What came of them so far. */
  AttemptHistory history() {
    return history;
  }

  /** Takes the right to complete the future; false if it was taken, or the future is done. */
  synchronized boolean claim() {
    if (claimed || future.isDone()) {
      return false;
    }
    claimed = true;
    return true;
  }

  /** Keeps the bytes for the next attempt, as long as they can be had. */
  synchronized void keep(DirectBuffer buffer, int offset, int length, @Nullable Pinned pinned) {
    if (request == null && length > 0) {
      byte[] copy = new byte[length];
      buffer.getBytes(offset, copy);
      request = copy;
      this.pinned = pinned;
    }
  }

  /**
   * An attempt has failed, and is to be made again.
   *
   * @param node where
   * @param error how
   * @param decision where to make it again
   */
  void onFailed(Node node, DriverException error, RetryDecision decision) {
    boolean again = decision.kind() == RetryDecision.Kind.RETRY_SAME_NODE;
    if (canSend()) {
      history.note(node, error);
      onRetry(decision.consistency());
      goOn(node, again && send(node));
    } else {
      fail(node, error);
    }
  }

  /** An attempt has not reached its node, which is no failure that a policy is asked of. */
  void onNotSent(Node node, DriverException error) {
    if (canSend()) {
      history.note(node, error);
      goOn(node, false);
    } else {
      fail(node, error);
    }
  }

  /**
   * Asks other nodes, unless one is asked already. Only then the attempt that failed is over: if it
   * were before, others that fail meanwhile would think that none is left.
   */
  private void goOn(Node last, boolean sent) {
    if (sent || sendToNext(last)) {
      nodes.count(last, SelectorCounter.RETRIES);
    }
    endFailed();
  }

  /** An attempt has failed, and what follows it is under way; if none is, the request fails. */
  private void endFailed() {
    if (endsLast()) {
      fail(history.lastError());
    }
  }

  /**
   * Ends an attempt, whose error was noted before. One that claims to complete the future need not
   * be ended: nobody else can then.
   *
   * @return whether none is left
   */
  private synchronized boolean endsLast() {
    return --pending == 0;
  }

  private void fail(Node node, DriverException error) {
    if (claim()) {
      history.note(node, error);
      future.completeExceptionally(error);
    }
  }

  private void fail(DriverException error) {
    if (claim()) {
      future.completeExceptionally(error);
    }
  }

  synchronized int retries() {
    return retries;
  }

  private synchronized void onRetry(@Nullable ConsistencyLevel consistency) {
    retries++;
    byte[] request = this.request;
    if (consistency != null && request != null) {
      // Another agent's thread may just be sending the bytes as they were.
      byte[] patched = request.clone();
      ConsistencyPatcher.patch(new UnsafeBuffer(patched), 0, patched.length, consistency);
      this.request = patched;
    }
  }

  /** Whether there are bytes to send, and time for an answer. */
  private boolean canSend() {
    return isWanted() && router.nanoTime() < deadlineNanos;
  }

  /** Whether there are bytes to send, and nobody has an answer. */
  private boolean isWanted() {
    synchronized (this) {
      if (request == null || claimed) {
        return false;
      }
    }
    return !future.isDone();
  }

  /**
   * Sends it to the next node of the plan that takes it.
   *
   * @param last the node that was asked last
   * @return false if there is none
   */
  private boolean sendToNext(Node last) {
    Node node = nextNode(last);
    while (node != null) {
      if (send(node)) {
        return true;
      }
      node = nextNode(node);
    }
    return false;
  }

  private @Nullable Node nextNode(Node last) {
    history.ask(last);
    QueryPlan plan = takePlan();
    if (plan == null) {
      plan = nodes.plan(Itinerary.again(future));
    }
    Node node = nodes.next(plan);
    while (node != null && !history.ask(node)) {
      node = nodes.next(plan);
    }
    putBack(plan);
    return node;
  }

  /** It belongs to one thread at a time; who finds none makes one, and skips what was asked. */
  private synchronized @Nullable QueryPlan takePlan() {
    QueryPlan plan = this.plan;
    this.plan = null;
    return plan;
  }

  private synchronized void putBack(QueryPlan plan) {
    this.plan = plan;
  }

  /** Sends one more attempt, for one that is not over before it knows whether this is under way. */
  private boolean send(Node node) {
    synchronized (this) {
      pending++;
    }
    if (sendPending(node)) {
      return true;
    }
    synchronized (this) {
      pending--;
    }
    return false;
  }

  /** Sends an attempt that counts as under way; if it cannot be sent, why not is noted. */
  private boolean sendPending(Node node) {
    byte[] request;
    Pinned pinned;
    synchronized (this) {
      request = this.request;
      pinned = this.pinned;
    }
    if (request == null) {
      throw new IllegalStateException("there is nothing to send");
    }
    long timeout = earlier(speculations.laterDelay(), router.timeLeft(deadlineNanos));
    long result = nodes.offer(node, new RawRequest(request), future, pinned, timeout);
    if (result == Offer.ACCEPTED || result == Offer.BACK_PRESSURED && sendSoon(node)) {
      history.ask(node);
      return true;
    }
    history.note(node, router.refusal(node, result));
    return false;
  }

  /** The ring is full: it was taken once, so it waits for room, as long as its time lasts. */
  private boolean sendSoon(Node node) {
    return nodes.runSoon(
        node,
        () -> {
          if (canSend()) {
            if (!sendPending(node)) {
              sendToNext(node);
              endFailed();
            }
          } else if (endsLast()) {
            // Its time has run out here, where no deadline of an agent's sees it.
            fail(timedOut(node));
          }
        });
  }

  private OperationTimedOutException timedOut(Node node) {
    return new OperationTimedOutException(
        "Timed out: the request was to be sent again, to "
            + node
            + ", and waited for room in the ring of requests until its time was over; offer fewer"
            + " requests at a time, or give this one a longer timeout. What came of it before: "
            + history.failures(),
        history.errors(),
        node);
  }

  /**
   * The time of one attempt is over before the request's is: another node is asked as well.
   *
   * @param node the node that has not answered yet
   * @return until when to wait for it
   */
  long speculate(Node node) {
    Statement<?> statement = future.statement();
    if (statement == null || !isWanted()) {
      return deadlineNanos;
    }
    int started = speculations.begin();
    if (started == 0) {
      // Another attempt has begun one meanwhile, and the next, if there is one, has its own time.
      return Math.min(speculations.nextBeginsNanos(), deadlineNanos);
    }
    SpeculativeExecutionPolicy policy = future.defaults().retries().speculation();
    if (Verdict.permits(policy, statement, started) && sendToNext(node)) {
      nodes.count(node, SelectorCounter.SPECULATIVE_EXECUTIONS);
    } else {
      speculations.end();
    }
    return deadlineNanos;
  }
}
