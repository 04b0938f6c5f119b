package io.peregrine.io;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/**
 * How requests of one connection end that are not answered: they are late, lost, or were never
 * sent, and each handler is told once. Confined to the agent's thread.
 */
final class Unanswered {
  private final SelectorAgent agent;
  private final Connection connection;
  private final InFlightRequests inFlight;
  private final ExchangeRecorder recorder;
  private final FailureWriter failures;

  Unanswered(
      SelectorAgent agent,
      Connection connection,
      InFlightRequests inFlight,
      ExchangeRecorder recorder) {
    this.agent = agent;
    this.connection = connection;
    this.inFlight = inFlight;
    this.recorder = recorder;
    this.failures = new FailureWriter(agent, connection, inFlight);
  }

  /** Says of a request why it is not answered. */
  FailureWriter failures() {
    return failures;
  }

  /** Fails the requests whose time is over, so many at a time that the others do not wait long. */
  void expire(long now) {
    InFlightRequests inFlight = this.inFlight;
    int left = agent.context().drainLimit();
    int id = inFlight.nextExpired(0, now);
    while (id >= 0) {
      long next = nextDeadline(id);
      if (next > now) {
        inFlight.postpone(id, next);
      } else {
        agent.counters().add(SelectorCounter.TIMEOUTS, 1);
        settle(id, RequestFailure.Kind.TIMED_OUT, null);
      }
      left--;
      id = left == 0 ? StreamIdAllocator.NONE : inFlight.nextExpired(id, now);
    }
    inFlight.findEarliestDeadline();
    if (inFlight.orphans().count() > agent.context().maxOrphans()) {
      connection.drain(connection.errors().drained(agent.context().maxOrphans()));
    }
  }

  /** Fails everything; the connection is over. */
  void failAll(DriverException cause) {
    RequestFailure.Kind kind =
        agent.isClosed() ? RequestFailure.Kind.CLOSED : RequestFailure.Kind.CONNECTION_LOST;
    for (int id = 0; id < inFlight.limit(); id++) {
      if (inFlight.isWaiting(id) || inFlight.isStream(id)) {
        settle(id, kind, cause);
      } else if (inFlight.isOrphan(id)) {
        freeOrphan(id);
      }
    }
  }

  /** The stream id of a request that has timed out is of use again. */
  void freeOrphan(int id) {
    recorder.onOrphanFreed();
    inFlight.free(id);
    connection.admission().end();
  }

  /** A request that was not sent, because of the connection. */
  void refuse(ResponseHandler handler) {
    RequestFailure.Kind kind =
        agent.isClosed()
            ? RequestFailure.Kind.CLOSED
            : connection.state().isSending()
                ? RequestFailure.Kind.BUSY
                : RequestFailure.Kind.NOT_CONNECTED;
    report(failures.unsent(kind), handler, 0, null, null);
  }

  /** Asks whether a request that is late is to be waited for on. */
  private long nextDeadline(int id) {
    return nextDeadline(
        failures.sent(id, RequestFailure.Kind.TIMED_OUT, null),
        inFlight.handler(id),
        inFlight.correlationId(id),
        inFlight.attachment(id),
        inFlight.pinned(id));
  }

  /** Asks whether a request that is late is to be waited for on, or sent after all. */
  long nextDeadline(
      RequestFailure late,
      ResponseHandler handler,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    long passed = late.deadlineNanos();
    try {
      long next = handler.onDeadline(late, correlationId, attachment, pinned);
      return next == ResponseHandler.NO_LONGER ? passed : next;
    } catch (Throwable t) {
      recorder.onHandlerError(t);
      return passed;
    }
  }

  private void settle(int id, RequestFailure.Kind kind, @Nullable Throwable cause) {
    InFlightRequests inFlight = this.inFlight;
    ResponseHandler handler = inFlight.handler(id);
    Object attachment = inFlight.attachment(id);
    Object pinned = inFlight.pinned(id);
    long correlationId = inFlight.correlationId(id);
    int handle = inFlight.retained(id);
    BufferLease lease = inFlight.lease(id);
    recorder.onFailed(kind, inFlight.sentAt(id));
    RequestFailure failure = failures.sent(id, kind, cause);
    if (kind == RequestFailure.Kind.TIMED_OUT) {
      inFlight.orphan(id, agent.now());
    } else {
      inFlight.release(id);
      connection.admission().end();
    }
    report(failure, handler, correlationId, attachment, pinned);
    agent.retention().giveBack(handle, lease);
  }

  /** Tells a handler. */
  void report(
      RequestFailure failure,
      ResponseHandler handler,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    agent.onReport();
    try {
      handler.onFailure(failure, correlationId, attachment, pinned);
    } catch (Throwable t) {
      recorder.onHandlerError(t);
    }
  }
}
