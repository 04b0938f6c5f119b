package io.peregrine.io;

import io.peregrine.codec.compress.Lz4BlockCodec;
import io.peregrine.codec.frame.CompressedFrameDescriptor;
import io.peregrine.codec.frame.FrameDescriptor;
import io.peregrine.codec.frame.FrameEncoder;
import java.io.IOException;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

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

  /** What the largest frame needs while it is made: LZ4 has to try before it can give up. */
  private static final int LARGEST_FRAME =
      CompressedFrameDescriptor.frameLength(
          Lz4BlockCodec.maxCompressedLength(FrameDescriptor.MAX_PAYLOAD_LENGTH));

  private final ArrayDeque<BufferLease> large = new ArrayDeque<>(4);
  private final LeaseBudget leases;
  private final int pieceLimit;
  private final int congestedAt;
  private SendRegion front;
  private SendRegion back;
  private @Nullable CompressedEnvelopes compressedEnvelopes;
  private @Nullable BufferLease compressedLarge;
  private int largeLength;
  private int largeDone;
  private boolean largeMayBegin = true;
  private boolean framed;

  SendBuffer(DirectMemory memory, LeaseBudget leases, int usualCapacity, int limit) {
    this.leases = leases;
    FrameEncoder encoder = new FrameEncoder();
    int usual = Math.max(usualCapacity, 2 * LARGEST_FRAME);
    int most = Math.max(usual, limit);
    front = new SendRegion(memory, encoder, usual, usual, most);
    back = new SendRegion(memory, encoder, BACK_CAPACITY, usual, most);
    pieceLimit = usual;
    congestedAt = most / 2;
  }

  /** From now on envelopes travel in frames. */
  void frameFromNowOn(FrameEncoder encoder) {
    framed = true;
    front.frameWith(encoder);
    back.frameWith(encoder);
  }

  /** From now on envelopes are compressed; null if they are not. */
  void compressFromNowOn(@Nullable CompressedEnvelopes envelopes) {
    compressedEnvelopes = envelopes;
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
    if (framed) {
      return region.appendFramed(source, offset, length);
    }
    CompressedEnvelopes envelopes = compressedEnvelopes;
    return envelopes == null
        ? region.append(source, offset, length)
        : region.appendCompressed(envelopes, source, offset, length);
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
        && front.pending() + LARGEST_FRAME <= pieceLimit) {
      if (largeDone == 0) {
        compress(lease);
      }
      BufferLease bytes = compressedLarge == null ? lease : compressedLarge;
      int length = Math.min(FrameDescriptor.MAX_PAYLOAD_LENGTH, largeLength - largeDone);
      boolean taken =
          framed
              ? front.appendPiece(bytes.buffer(), largeDone, length)
              : front.append(bytes.buffer(), largeDone, length);
      if (!taken) {
        return;
      }
      largeDone += length;
      if (largeDone == largeLength) {
        largeDone = 0;
        largeMayBegin = back.isEmpty();
        giveCompressedBack();
        large.remove();
        lease.endSending();
        lease = large.peek();
      }
    }
  }

  /** Outside of frames a large envelope is compressed in one go, if there is memory for it. */
  private void compress(BufferLease lease) {
    giveCompressedBack();
    largeLength = lease.length();
    CompressedEnvelopes envelopes = compressedEnvelopes;
    if (envelopes == null || framed) {
      return;
    }
    BufferLease target = leases.take(envelopes.maxCompressedLength(largeLength));
    if (target != null) {
      compressedLarge = target;
      largeLength = envelopes.compress(lease.buffer(), 0, largeLength, target.buffer(), 0);
      if (largeLength == lease.length()) {
        giveCompressedBack();
      }
    }
  }

  private void giveCompressedBack() {
    BufferLease compressed = compressedLarge;
    if (compressed != null) {
      compressedLarge = null;
      compressed.giveBack();
    }
  }

  void free() {
    giveCompressedBack();
    for (BufferLease lease = large.poll(); lease != null; lease = large.poll()) {
      lease.endSending();
    }
    front.free();
    back.free();
  }
}
