package io.peregrine.io;

import io.peregrine.codec.frame.FrameDescriptor;
import io.peregrine.codec.frame.FrameEncoder;
import java.io.IOException;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;

/**
 * What one connection has to send. Confined to the agent's thread.
 *
 * <p>Requests from the ring are copied behind each other and leave with one write. A leased request
 * is fed through in pieces, as fast as the socket takes them; what comes meanwhile waits in a
 * second region, because a large envelope may not be interrupted by another. Between two large ones
 * those that wait have their turn.
 */
final class SendBuffer {
  private static final int BACK_CAPACITY = 4096;

  private final ArrayDeque<BufferLease> large = new ArrayDeque<>(4);
  private final int pieceLimit;
  private final int congestedAt;
  private SendRegion front;
  private SendRegion back;
  private int largeDone;
  private boolean largeMayBegin = true;
  private boolean framed;

  SendBuffer(DirectMemory memory, int usualCapacity, int limit) {
    FrameEncoder encoder = new FrameEncoder();
    int usual = Math.max(usualCapacity, 2 * FrameDescriptor.MAX_FRAME_LENGTH);
    int most = Math.max(usual, limit);
    front = new SendRegion(memory, encoder, usual, usual, most);
    back = new SendRegion(memory, encoder, BACK_CAPACITY, usual, most);
    pieceLimit = usual;
    congestedAt = most / 2;
  }

  /** From now on envelopes travel in frames. */
  void frameFromNowOn() {
    framed = true;
  }

  boolean isEmpty() {
    return front.isEmpty() && back.isEmpty() && large.isEmpty();
  }

  /** Whether so much waits that no more should come. */
  boolean isCongested() {
    return front.pending() + back.pending() > congestedAt;
  }

  /** Adds an envelope; false if too much waits already. */
  boolean append(DirectBuffer source, int offset, int length) {
    SendRegion region = large.isEmpty() && back.isEmpty() ? front : back;
    return framed
        ? region.appendFramed(source, offset, length)
        : region.append(source, offset, length);
  }

  /** Adds a leased envelope. */
  void append(BufferLease lease) {
    lease.beginSending();
    large.add(lease);
  }

  /** One call of write; returns how many bytes the socket took. */
  int write(Transport transport) throws IOException {
    if (!large.isEmpty()) {
      feed();
    }
    int written = front.write(transport);
    if (front.isEmpty() && largeDone == 0 && !back.isEmpty()) {
      SendRegion emptied = front;
      front = back;
      back = emptied;
      largeMayBegin = true;
    }
    return written;
  }

  private void feed() {
    BufferLease lease = large.peek();
    while (lease != null
        && (largeDone > 0 || largeMayBegin)
        && front.pending() + FrameDescriptor.MAX_FRAME_LENGTH <= pieceLimit) {
      int length = Math.min(FrameDescriptor.MAX_PAYLOAD_LENGTH, lease.length() - largeDone);
      boolean taken =
          framed
              ? front.appendPiece(lease.buffer(), largeDone, length)
              : front.append(lease.buffer(), largeDone, length);
      if (!taken) {
        return;
      }
      largeDone += length;
      if (largeDone == lease.length()) {
        largeDone = 0;
        largeMayBegin = back.isEmpty();
        large.remove();
        lease.endSending();
        lease = large.peek();
      }
    }
  }

  void free() {
    for (BufferLease lease = large.poll(); lease != null; lease = large.poll()) {
      lease.endSending();
    }
    front.free();
    back.free();
  }
}
