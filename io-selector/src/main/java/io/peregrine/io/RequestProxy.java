package io.peregrine.io;

import io.peregrine.codec.RequestTooLargeException;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes requests into an agent's ring. Any thread may use it, the agent's own included; nothing
 * blocks.
 */
final class RequestProxy {
  private static final int NO_CLAIM = 0;
  private static final int MAX_ENVELOPE_LENGTH =
      EnvelopeHeaderFlyweight.HEADER_LENGTH + EnvelopeHeaderFlyweight.MAX_BODY_LENGTH;

  private final SelectorAgent agent;
  private final ManyToOneRingBuffer ring;
  private final Object[] references;
  private final LeaseBudget leases;
  private final NanoClock clock;
  private final boolean wakes;

  RequestProxy(SelectorAgent agent, SelectorContext context, RequestRing ring, LeaseBudget leases) {
    this.agent = agent;
    this.ring = ring.buffer();
    this.references = ring.references();
    this.leases = leases;
    this.clock = context.clock();
    this.wakes = context.parksInSelect();
  }

  long offer(
      Connection connection,
      RequestEncoder request,
      ResponseHandler handler,
      @Nullable Object attachment,
      @Nullable Object pinned,
      long correlationId,
      long timeoutNanos) {
    long admission = connection.admit();
    if (admission != Offer.ACCEPTED) {
      if (admission == Offer.BUSY) {
        agent.counters().increment(SelectorCounter.BUSY);
      }
      return admission;
    }
    int index = NO_CLAIM;
    long now;
    BufferLease lease = null;
    Object carried = pinned;
    boolean written = false;
    try {
      now = clock.nanoTime();
      int length = checkedLength(request, connection);
      int messageLength = RequestDescriptor.messageLength(length);
      if (messageLength > ring.maxMsgLength()) {
        lease = lease(request, connection, length);
        if (lease != null) {
          carried = new LeasedRequest(lease, pinned);
          index = ring.tryClaim(type(request, handler, true), RequestDescriptor.messageLength(0));
        }
      } else {
        index = ring.tryClaim(type(request, handler, false), messageLength);
        if (index > NO_CLAIM) {
          encode(request, connection, ring.buffer(), index + RequestDescriptor.ENVELOPE, length);
        }
      }
      written = index > NO_CLAIM;
    } finally {
      if (!written) {
        giveBack(connection, index, lease);
      }
    }
    if (!written) {
      agent.counters().increment(SelectorCounter.BACK_PRESSURED);
      return Offer.BACK_PRESSURED;
    }
    UnsafeBuffer buffer = (UnsafeBuffer) ring.buffer();
    buffer.putLong(index + RequestDescriptor.CORRELATION_ID, correlationId);
    buffer.putLong(index + RequestDescriptor.OFFERED_AT, now);
    buffer.putLong(index + RequestDescriptor.DEADLINE, deadline(now, timeoutNanos));
    int reference = RequestDescriptor.referenceIndex(index);
    Object[] references = this.references;
    references[reference + RequestDescriptor.HANDLER] = handler;
    references[reference + RequestDescriptor.ATTACHMENT] = attachment;
    references[reference + RequestDescriptor.PINNED] = carried;
    references[reference + RequestDescriptor.CONNECTION] = connection;
    ring.commit(index);
    wakeUp();
    return Offer.ACCEPTED;
  }

  private static int type(RequestEncoder request, ResponseHandler handler, boolean leased) {
    int type = leased ? RequestDescriptor.LEASED : RequestDescriptor.INLINE;
    if (request.isRepeatable()) {
      type |= RequestDescriptor.REPEATABLE;
    }
    if (request.isStreamed()) {
      checkStreams(handler);
      type |= RequestDescriptor.STREAMED;
    }
    return type;
  }

  private static void checkStreams(ResponseHandler handler) {
    if (!(handler instanceof StreamHandler)) {
      throw new IllegalArgumentException(
          "many envelopes answer the request, and "
              + handler.getClass().getName()
              + " takes one; it must be a StreamHandler");
    }
  }

  static long deadline(long now, long timeoutNanos) {
    return timeoutNanos <= Offer.NO_TIMEOUT || timeoutNanos > Offer.NO_DEADLINE - Math.max(0, now)
        ? Offer.NO_DEADLINE
        : now + timeoutNanos;
  }

  private static int checkedLength(RequestEncoder request, Connection connection) {
    int length = request.encodedLength(connection.version());
    if (length > MAX_ENVELOPE_LENGTH) {
      throw new RequestTooLargeException(
          "envelope length in bytes", length, MAX_ENVELOPE_LENGTH, "send less at a time");
    }
    if (length < EnvelopeHeaderFlyweight.HEADER_LENGTH) {
      throw new IllegalArgumentException("an envelope of " + length + " bytes");
    }
    return length;
  }

  private static void encode(
      RequestEncoder request,
      Connection connection,
      MutableDirectBuffer buffer,
      int offset,
      int length) {
    int encoded = request.encode(connection.version(), buffer, offset);
    if (encoded != length
        || EnvelopeHeaderFlyweight.bodyLength(buffer, offset)
            != length - EnvelopeHeaderFlyweight.HEADER_LENGTH) {
      throw new IllegalStateException(
          "a request announced " + length + " bytes and wrote " + encoded);
    }
  }

  private void giveBack(Connection connection, int index, @Nullable BufferLease lease) {
    if (index > NO_CLAIM) {
      ring.abort(index);
    }
    if (lease != null) {
      lease.giveBack();
    }
    connection.admission().giveBack();
    if (agent.isClosed()) {
      // The last drain may have given up waiting here, with requests behind that place.
      agent.drainAfterClose();
    }
  }

  private @Nullable BufferLease lease(RequestEncoder request, Connection connection, int length) {
    BufferLease lease = leases.take(length);
    if (lease != null) {
      boolean encoded = false;
      try {
        encode(request, connection, lease.buffer(), 0, length);
        encoded = true;
      } finally {
        if (!encoded) {
          lease.giveBack();
        }
      }
    }
    return lease;
  }

  private void wakeUp() {
    if (wakes) {
      // No fence: the claim was one. The agent sets the flag, then looks whether anything is
      // claimed; so one of the two sees the other.
      agent.wakeUpIfParked();
    }
    if (agent.isClosed()) {
      agent.drainAfterClose();
    }
  }
}
