package io.peregrine.io;

import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Says of a request why it has no answer, and where its bytes are. Confined to the agent's thread;
 * what it returns is the same flyweight each time.
 */
final class FailureWriter {
  private final SelectorAgent agent;
  private final Connection connection;
  private final InFlightRequests inFlight;
  private final RequestFailure failure = new RequestFailure();

  FailureWriter(SelectorAgent agent, Connection connection, InFlightRequests inFlight) {
    this.agent = agent;
    this.connection = connection;
    this.inFlight = inFlight;
  }

  /** Of a request that did not come through the ring, and was not sent. */
  RequestFailure unsent(RequestFailure.Kind kind) {
    return failure.wrap(kind, connection, null).times(false, 0, 0).noRequest(Offer.NO_DEADLINE);
  }

  /** Of a request that is still in the ring. */
  RequestFailure unsent(
      RequestFailure.Kind kind,
      int type,
      @Nullable BufferLease lease,
      DirectBuffer buffer,
      int index) {
    long offeredAt = buffer.getLong(index + RequestDescriptor.OFFERED_AT);
    long deadline = buffer.getLong(index + RequestDescriptor.DEADLINE);
    int envelope = index + RequestDescriptor.ENVELOPE;
    failure.wrap(kind, connection, null).times(false, agent.now() - offeredAt, 0);
    if ((type & RequestDescriptor.REPEATABLE) == 0) {
      return failure.noRequest(deadline);
    }
    return lease == null
        ? failure.request(buffer, envelope, lengthOf(buffer, envelope), deadline)
        : failure.request(lease.buffer(), 0, lease.length(), deadline);
  }

  /** Of a request that was sent. */
  RequestFailure sent(int id, RequestFailure.Kind kind, @Nullable Throwable cause) {
    InFlightRequests inFlight = this.inFlight;
    RetainedRequests retention = agent.retention();
    int handle = inFlight.retained(id);
    BufferLease lease = inFlight.lease(id);
    long sentAt = inFlight.sentAt(id);
    long deadline = inFlight.deadline(id);
    failure
        .wrap(kind, connection, cause)
        .times(true, sentAt - inFlight.offeredAt(id), agent.now() - sentAt);
    if (handle != RetainedRequests.NONE) {
      return failure.request(
          retention.buffer(handle), retention.offset(handle), inFlight.length(id), deadline);
    }
    return lease == null
        ? failure.noRequest(deadline)
        : failure.request(lease.buffer(), 0, lease.length(), deadline);
  }

  /** How long an envelope is, by its header. */
  static int lengthOf(DirectBuffer buffer, int offset) {
    return EnvelopeHeaderFlyweight.HEADER_LENGTH
        + EnvelopeHeaderFlyweight.bodyLength(buffer, offset);
  }
}
