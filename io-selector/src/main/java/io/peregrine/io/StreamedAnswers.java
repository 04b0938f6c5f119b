package io.peregrine.io;

import io.peregrine.codec.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * Requests that many envelopes answer, on one connection. Confined to the agent's thread.
 *
 * <p>A request without this costs nothing for it: its stream id is found before a stream's would
 * be.
 */
final class StreamedAnswers {
  private final Connection connection;
  private final SelectorAgent agent;
  private final Exchange exchange;
  private final InFlightRequests inFlight;

  StreamedAnswers(Connection connection, Exchange exchange, InFlightRequests inFlight) {
    this.connection = connection;
    this.agent = connection.agent();
    this.exchange = exchange;
    this.inFlight = inFlight;
  }

  /** The request is in the send buffer. */
  void onSent(int id) {
    inFlight.stream(id);
    try {
      ((StreamHandler) inFlight.handler(id)).onSent(connection, id, inFlight.attachment(id));
    } catch (Throwable t) {
      exchange.recorder().onHandlerError(t);
    }
  }

  /** An envelope has come, the last or not. */
  void onAnswer(int id, Response response) {
    InFlightRequests inFlight = this.inFlight;
    ResponseHandler handler = inFlight.handler(id);
    Object attachment = inFlight.attachment(id);
    Object pinned = inFlight.pinned(id);
    long correlationId = inFlight.correlationId(id);
    int handle = inFlight.retained(id);
    BufferLease lease = inFlight.lease(id);
    boolean last = isLast(inFlight.streamHandler(id), response);
    exchange.wrapRequest(id, handle, lease);
    record(id, response);
    if (last) {
      inFlight.release(id);
      connection.admission().end();
    } else {
      awaitNext(id, inFlight.timeoutNanos(id));
    }
    long begin = exchange.recorder().beforeHandler();
    try {
      handler.onResponse(response, correlationId, attachment, pinned);
    } catch (Throwable t) {
      exchange.recorder().onHandlerError(t);
    } finally {
      if (last) {
        agent.retention().giveBack(handle, lease);
      }
    }
    exchange.recorder().afterHandler(begin);
  }

  private void record(int id, Response response) {
    long offeredAt = inFlight.offeredAt(id);
    long sentAt = inFlight.sentAt(id);
    if (inFlight.countAnswer(id) == 0) {
      exchange.recorder().onAnswer(response, offeredAt, sentAt);
    } else {
      exchange.recorder().onNextAnswer(response, offeredAt, sentAt);
    }
  }

  /** Whether the late answer of an orphan is one of many, and not the last. */
  boolean goesOn(int id, Response response) {
    StreamHandler handler = inFlight.streamHandler(id);
    return handler != null && !isLast(handler, response);
  }

  void awaitNext(int id, long timeoutNanos) {
    if (inFlight.isStream(id)) {
      long deadline = RequestProxy.deadline(agent.now(), timeoutNanos);
      inFlight.deadline(id, deadline);
      agent.expectDeadline(deadline);
    }
  }

  private static boolean isLast(@Nullable StreamHandler handler, Response response) {
    if (handler == null || response.opcode() == Opcode.ERROR) {
      return true;
    }
    try {
      return handler.isLast(response);
    } catch (Throwable t) {
      // Who reads it meets the fault again, and says so. More may follow.
      return false;
    }
  }
}
