package io.peregrine.io;

import java.util.ArrayDeque;

/**
 * Requests of the agent's own thread, which do not go through its ring, and those of them that wait
 * for a stream id. Confined to the agent's thread.
 */
final class DirectRequests {
  private final Connection connection;
  private final Exchange exchange;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(1);

  /**
   * One that has not gone yet. Immutable.
   *
   * @param request writes the envelope
   * @param handler is told of the answer
   * @param timeoutNanos how long that may take once it has gone
   */
  private record Waiting(RequestEncoder request, ResponseHandler handler, long timeoutNanos) {}

  DirectRequests(Connection connection, Exchange exchange) {
    this.connection = connection;
    this.exchange = exchange;
  }

  void send(RequestEncoder request, ResponseHandler handler, long timeoutNanos) {
    if (!connection.state().isSending()) {
      exchange.unanswered().refuse(handler);
      return;
    }
    waiting.add(new Waiting(request, handler, timeoutNanos));
    sendWaiting();
  }

  /** Sends what can go now. To be called whenever a stream id may have become free. */
  void sendWaiting() {
    // As a heartbeat does, it takes the one stream id that requests from the ring leave.
    while (!waiting.isEmpty()
        && connection.state().isSending()
        && connection.admission().takeForHeartbeat()) {
      Waiting next = waiting.remove();
      long deadline = RequestProxy.deadline(connection.agent().now(), next.timeoutNanos());
      if (!exchange.send(next.request(), next.handler(), deadline)) {
        exchange.unanswered().refuse(next.handler());
      }
    }
  }

  /** The connection is over. */
  void refuseAll() {
    while (!waiting.isEmpty()) {
      exchange.unanswered().refuse(waiting.remove().handler());
    }
  }
}
