package io.peregrine.io;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.Opcode;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * What is counted, timed and remembered of one connection's requests and answers. Confined to the
 * agent's thread, but for {@link #flightRecords}.
 */
final class ExchangeRecorder {
  private static final long UNTIMED = Long.MIN_VALUE;

  private final SelectorAgent agent;
  private final Connection connection;
  private final SelectorCounters counters;
  private final NanoClock clock;
  private final ServerErrors serverErrors;
  private final @Nullable LatencyRecorder latencies;
  private volatile @Nullable FlightRecorder flight;
  private long readAt;

  /** Not counted yet: that is done once for many. */
  private int requests;

  private int responses;

  ExchangeRecorder(SelectorAgent agent, Connection connection) {
    this.agent = agent;
    this.connection = connection;
    this.counters = agent.counters();
    this.clock = agent.context().clock();
    this.serverErrors = new ServerErrors(counters);
    this.latencies = agent.latencies();
  }

  /** A handler has thrown. */
  void onHandlerError(Throwable error) {
    counters.add(SelectorCounter.HANDLER_ERRORS, 1);
    agent.onFault(error);
  }

  /** There is something to record from now on. */
  void open() {
    if (flight == null) {
      flight = agent.flightRecorders().open(connection);
    }
  }

  /** A request has gone into the send buffer. */
  void onSent(DirectBuffer envelope, int offset, long offeredAt) {
    requests++;
    long now = agent.now();
    LatencyRecorder latencies = this.latencies;
    if (latencies != null) {
      latencies.onSent(now - offeredAt);
    }
    FlightRecorder flight = this.flight;
    if (flight != null) {
      flight.onRequest(envelope, offset, offeredAt, now);
    }
  }

  /** Bytes are about to be read. The duty cycle's time would be that of before its writes. */
  void onRead(boolean midEnvelope) {
    FlightRecorder flight = this.flight;
    if (flight != null || latencies != null) {
      long now = clock.nanoTime();
      readAt = now;
      if (flight != null) {
        flight.onRead(now, midEnvelope);
      }
    }
  }

  /** An envelope has come; nothing of it has been checked yet. */
  void onEnvelope(DirectBuffer envelope, int offset) {
    FlightRecorder flight = this.flight;
    if (flight != null) {
      flight.onEnvelope(envelope, offset);
    }
  }

  /** All requests of a duty cycle are in the send buffer. */
  void onDrained() {
    int requests = this.requests;
    if (requests > 0) {
      this.requests = 0;
      counters.add(SelectorCounter.REQUESTS, requests);
    }
  }

  /** The envelope answers a request. */
  void onAnswer(Response response, long offeredAt, long sentAt) {
    LatencyRecorder latencies = this.latencies;
    if (latencies != null) {
      latencies.onAnswered(readAt - sentAt);
    }
    onNextAnswer(response, offeredAt, sentAt);
  }

  /** The envelope belongs to a request that has had answers before, which say how long it took. */
  void onNextAnswer(Response response, long offeredAt, long sentAt) {
    responses++;
    FlightRecorder flight = this.flight;
    if (flight != null) {
      flight.onAnswer(offeredAt, sentAt);
    }
    if (response.opcode() == Opcode.ERROR) {
      serverErrors.count(response);
    }
  }

  /** A handler is about to be called; what is returned is for {@link #afterHandler}. */
  long beforeHandler() {
    LatencyRecorder latencies = this.latencies;
    return latencies != null && latencies.samples() ? clock.nanoTime() : UNTIMED;
  }

  void afterHandler(long begin) {
    LatencyRecorder latencies = this.latencies;
    if (begin != UNTIMED && latencies != null) {
      latencies.onHandled(clock.nanoTime() - begin);
    }
  }

  /** The envelope is dealt with. */
  void onEnvelopeDone() {
    FlightRecorder flight = this.flight;
    if (flight != null) {
      flight.onEnvelopeDone();
    }
  }

  /** All envelopes of a read are dealt with. */
  void onReadDone() {
    countResponses();
    FlightRecorder flight = this.flight;
    if (flight != null) {
      flight.onReadDone(clock.nanoTime());
    }
  }

  private void countResponses() {
    int responses = this.responses;
    if (responses > 0) {
      this.responses = 0;
      counters.add(SelectorCounter.RESPONSES, responses);
    }
  }

  /** The bytes at hand are no envelopes, or a wrong one. */
  void onUnreadable() {
    FlightRecorder flight = this.flight;
    if (flight != null) {
      flight.onUnreadable();
    }
  }

  /** A request in flight has failed; if it timed out, its stream id is an orphan from now on. */
  void onFailed(RequestFailure.Kind kind, long sentAt) {
    counters.add(SelectorCounter.FAILED_REQUESTS, 1);
    if (kind == RequestFailure.Kind.TIMED_OUT) {
      counters.add(SelectorCounter.ORPHANS, 1);
      LatencyRecorder latencies = this.latencies;
      if (latencies != null) {
        latencies.onAnswered(agent.now() - sentAt);
      }
    }
  }

  /** An orphan's stream id is free again. */
  void onOrphanFreed() {
    counters.add(SelectorCounter.ORPHANS, -1);
  }

  @Nullable FlightRecords flightRecords() {
    FlightRecorder flight = this.flight;
    return flight == null ? null : flight.copy(clock.nanoTime());
  }

  /** The connection is over. */
  void close(DriverException cause) {
    onDrained();
    countResponses();
    boolean byError = ConnectionErrors.isError(cause);
    if (byError) {
      counters.add(SelectorCounter.CONNECTION_ERRORS, 1);
    }
    FlightRecorder flight = this.flight;
    if (flight != null) {
      this.flight = null;
      agent.flightRecorders().close(flight, cause, byError);
    }
  }
}
