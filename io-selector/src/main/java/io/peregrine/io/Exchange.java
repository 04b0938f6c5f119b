package io.peregrine.io;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Requests and their answers on one connection: stream ids out, stream ids back, every handler
 * called once. Confined to the agent's thread.
 */
final class Exchange implements EnvelopeSink {
  private static final int EVENT_STREAM = -1;

  /** A server could send them without end, and to tell of one takes longer than to read it. */
  private static final int MOST_STRAYS_TOLD = 64;

  private final SelectorAgent agent;
  private final Connection connection;
  private final ConnectionListener listener;
  private final SelectorCounters counters;
  private final RetainedRequests retention;
  private final InFlightRequests inFlight;
  private final EnvelopeHeaderFlyweight header = new EnvelopeHeaderFlyweight();
  private final Response response;
  private final ExchangeRecorder recorder;
  private final Unanswered unanswered;
  private final StreamedAnswers streams;
  private int strays;

  Exchange(SelectorAgent agent, Connection connection, ConnectionListener listener) {
    this.agent = agent;
    this.connection = connection;
    this.listener = listener;
    this.counters = agent.counters();
    this.retention = agent.retention();
    this.inFlight = new InFlightRequests(connection.admission().streamIds());
    this.response = new Response(connection);
    this.recorder = new ExchangeRecorder(agent, connection);
    this.unanswered = new Unanswered(agent, connection, inFlight, recorder);
    this.streams = new StreamedAnswers(connection, this, inFlight);
  }

  /** A message of the driver's own: not from the ring; false if it cannot go. */
  boolean send(RequestEncoder message, ResponseHandler handler, long deadline) {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    int length = message.encode(connection.version(), buffer, 0);
    int id = inFlight.open(handler, null, null, 0);
    inFlight.times(id, agent.now(), agent.now(), deadline);
    EnvelopeHeaderFlyweight.putStreamId(buffer, 0, id);
    boolean taken = connection.channel().sendBuffer().append(buffer, 0, length);
    if (taken) {
      agent.expectDeadline(deadline);
      recorder.onSent(buffer, 0, agent.now());
      connection.touch();
      if (message.isStreamed()) {
        streams.onSent(id);
      }
    } else {
      inFlight.release(id);
      connection.admission().end();
    }
    // It may have been a password.
    buffer.setMemory(0, length, (byte) 0);
    return taken;
  }

  /** A request from the ring. */
  void onRequest(
      int type,
      MutableDirectBuffer buffer,
      int index,
      ResponseHandler handler,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    long correlationId = buffer.getLong(index + RequestDescriptor.CORRELATION_ID);
    long offeredAt = buffer.getLong(index + RequestDescriptor.OFFERED_AT);
    long deadline = buffer.getLong(index + RequestDescriptor.DEADLINE);
    BufferLease lease = null;
    Object pin = pinned;
    if (pinned instanceof LeasedRequest leased) {
      lease = leased.lease();
      pin = leased.pinned();
    }
    if (deadline <= agent.now()) {
      RequestFailure late =
          unanswered.failures().unsent(RequestFailure.Kind.TIMED_OUT, type, lease, buffer, index);
      deadline = unanswered.nextDeadline(late, handler, correlationId, attachment, pin);
    }
    RequestFailure.Kind refusal = refusal(deadline);
    int id = StreamIdAllocator.NONE;
    if (refusal == null) {
      id = inFlight.open(handler, attachment, pin, correlationId);
      inFlight.times(id, offeredAt, agent.now(), deadline);
      if (lease != null) {
        appendLeased(id, type, lease, offeredAt);
      } else if (!append(id, type, buffer, index + RequestDescriptor.ENVELOPE)) {
        refusal = RequestFailure.Kind.BUSY;
      }
    }
    if (refusal != null) {
      if (id != StreamIdAllocator.NONE) {
        inFlight.release(id);
      }
      connection.admission().end();
      unanswered.report(
          unanswered.failures().unsent(refusal, type, lease, buffer, index),
          handler,
          correlationId,
          attachment,
          pin);
      if (lease != null) {
        lease.giveBack();
      }
      return;
    }
    agent.expectDeadline(deadline);
    if (lease == null) {
      recorder.onSent(buffer, index + RequestDescriptor.ENVELOPE, offeredAt);
    }
    connection.touch();
    if ((type & RequestDescriptor.STREAMED) != 0) {
      streams.onSent(id);
    }
  }

  private RequestFailure.@Nullable Kind refusal(long deadline) {
    if (agent.isClosed()) {
      return RequestFailure.Kind.CLOSED;
    }
    if (!connection.state().isSending()) {
      return RequestFailure.Kind.NOT_CONNECTED;
    }
    if (deadline <= agent.now()) {
      counters.add(SelectorCounter.TIMEOUTS, 1);
      return RequestFailure.Kind.TIMED_OUT;
    }
    return null;
  }

  private boolean append(int id, int type, MutableDirectBuffer buffer, int offset) {
    EnvelopeHeaderFlyweight.putStreamId(buffer, offset, id);
    int length = FailureWriter.lengthOf(buffer, offset);
    if (!connection.channel().sendBuffer().append(buffer, offset, length)) {
      return false;
    }
    if ((type & RequestDescriptor.REPEATABLE) != 0) {
      int handle = retention.keep(buffer, offset, length);
      if (handle == RetainedRequests.NONE) {
        counters.add(SelectorCounter.UNKEPT_REQUESTS, 1);
      }
      inFlight.retain(id, handle, length);
    }
    return true;
  }

  private void appendLeased(int id, int type, BufferLease lease, long offeredAt) {
    inFlight.retain(id, lease);
    EnvelopeHeaderFlyweight.putStreamId(lease.buffer(), 0, id);
    connection.channel().sendBuffer().append(lease);
    recorder.onSent(lease.buffer(), 0, offeredAt);
    if ((type & RequestDescriptor.REPEATABLE) == 0) {
      // It goes once it is sent.
      inFlight.retain(id, null);
      lease.giveBack();
    }
  }

  @Override
  public void onEnvelope(DirectBuffer buffer, int offset, int bodyLength) {
    if (connection.ending().isDoomed()) {
      return;
    }
    recorder.onEnvelope(buffer, offset);
    take(buffer, offset, bodyLength);
    recorder.onEnvelopeDone();
  }

  private void take(DirectBuffer buffer, int offset, int bodyLength) {
    EnvelopeHeaderFlyweight header = this.header.wrap(buffer, offset);
    checkHeader(header);
    response.wrap(header, buffer, offset, bodyLength);
    int id = header.streamId();
    if (inFlight.isWaiting(id)) {
      onAnswer(id);
    } else if (id == EVENT_STREAM && header.opcode() == Opcode.EVENT) {
      onEvent();
    } else if (inFlight.isStream(id)) {
      streams.onAnswer(id, response);
    } else if (inFlight.isOrphan(id)) {
      counters.add(SelectorCounter.LATE_RESPONSES, 1);
      if (!streams.goesOn(id, response)) {
        unanswered.freeOrphan(id);
      }
    } else {
      onStray(id);
    }
  }

  private void onStray(int id) {
    counters.add(SelectorCounter.STRAY_RESPONSES, 1);
    if (strays < MOST_STRAYS_TOLD) {
      strays++;
      agent.onFault(
          new DriverException(
              connection.remoteAddress()
                  + " sent a "
                  + Opcode.name(header.opcode())
                  + " for stream id "
                  + id
                  + ", on which nothing was asked; it was dropped"));
    }
  }

  private void checkHeader(EnvelopeHeaderFlyweight header) {
    int version = connection.version().code();
    boolean otherVersion = header.version() != version;
    if (!header.isResponse()
        || otherVersion && !(connection.isHandshaking() && header.opcode() == Opcode.ERROR)) {
      throw new MalformedMessageException(
          "envelope version",
          0,
          "expected an answer in version "
              + version
              + ", got a "
              + (header.isResponse() ? "response" : "request")
              + " in version "
              + header.version());
    }
    if ((header.flags() & EnvelopeHeaderFlyweight.COMPRESSED) != 0) {
      throw new MalformedMessageException(
          "envelope flags", 1, "compressed, though no compression was agreed on for envelopes");
    }
  }

  private void onAnswer(int id) {
    InFlightRequests inFlight = this.inFlight;
    ResponseHandler handler = inFlight.handler(id);
    Object attachment = inFlight.attachment(id);
    Object pinned = inFlight.pinned(id);
    long correlationId = inFlight.correlationId(id);
    int handle = inFlight.retained(id);
    BufferLease lease = inFlight.lease(id);
    wrapRequest(id, handle, lease);
    recorder.onAnswer(response, inFlight.offeredAt(id), inFlight.sentAt(id));
    inFlight.release(id);
    connection.admission().end();
    long begin = recorder.beforeHandler();
    try {
      handler.onResponse(response, correlationId, attachment, pinned);
    } catch (Throwable t) {
      recorder.onHandlerError(t);
    } finally {
      retention.giveBack(handle, lease);
    }
    recorder.afterHandler(begin);
  }

  void wrapRequest(int id, int handle, @Nullable BufferLease lease) {
    long deadline = inFlight.deadline(id);
    response.times(inFlight.offeredAt(id), inFlight.sentAt(id), agent.now());
    if (handle != RetainedRequests.NONE) {
      response.request(
          retention.buffer(handle), retention.offset(handle), inFlight.length(id), deadline);
    } else if (lease != null) {
      response.request(lease.buffer(), 0, lease.length(), deadline);
    } else {
      response.noRequest(deadline);
    }
  }

  private void onEvent() {
    response.noRequest(Offer.NO_DEADLINE);
    try {
      listener.onEvent(response);
    } catch (Throwable t) {
      agent.onFault(t);
    }
  }

  int waiting() {
    return inFlight.waiting();
  }

  Orphans orphans() {
    return inFlight.orphans();
  }

  Unanswered unanswered() {
    return unanswered;
  }

  StreamedAnswers streams() {
    return streams;
  }

  ExchangeRecorder recorder() {
    return recorder;
  }

  long earliestDeadline() {
    return inFlight.earliestDeadline();
  }
}
