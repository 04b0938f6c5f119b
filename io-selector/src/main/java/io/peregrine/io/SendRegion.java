package io.peregrine.io;

import io.peregrine.codec.frame.FrameDescriptor;
import io.peregrine.codec.frame.FrameEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Bytes on their way to the socket, one after the other in one piece of memory. Confined to the
 * agent's thread.
 *
 * <p>With framing on, envelopes gather in an open frame that is closed when it is full or when the
 * region is written: one checksum and one header for all requests of a duty cycle.
 */
final class SendRegion {
  private static final int NO_FRAME = -1;
  private static final int CALM_WRITES = 64;

  private final DirectMemory memory;
  private final int usualCapacity;
  private final int limit;
  private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
  private ByteBuffer bytes;
  private FrameEncoder frameEncoder;
  private int headerLength;
  private int head;
  private int tail;
  private int frame = NO_FRAME;
  private int calmWrites;

  SendRegion(
      DirectMemory memory,
      FrameEncoder frameEncoder,
      int initialCapacity,
      int usualCapacity,
      int limit) {
    this.memory = memory;
    this.usualCapacity = usualCapacity;
    this.limit = limit;
    this.bytes = memory.allocate(initialCapacity);
    this.buffer.wrap(bytes);
    frameWith(frameEncoder);
  }

  /** What makes frames from now on. */
  void frameWith(FrameEncoder encoder) {
    frameEncoder = encoder;
    headerLength = encoder.headerLength();
  }

  boolean isEmpty() {
    return head == tail;
  }

  int pending() {
    return tail - head;
  }

  /** Adds bytes as they are; false if the limit forbids. */
  boolean append(DirectBuffer source, int offset, int length) {
    if (!makeRoom(length)) {
      return false;
    }
    buffer.putBytes(tail, source, offset, length);
    tail += length;
    return true;
  }

  /** Adds an envelope, compressed if that is shorter; false if the limit forbids. */
  boolean appendCompressed(
      CompressedEnvelopes envelopes, DirectBuffer source, int offset, int length) {
    if (!makeRoom(envelopes.maxCompressedLength(length))) {
      return append(source, offset, length);
    }
    tail += envelopes.compress(source, offset, length, buffer, tail);
    return true;
  }

  /** Adds an envelope to the open frame, or in frames of its own; false if the limit forbids. */
  boolean appendFramed(DirectBuffer source, int offset, int length) {
    if (length > FrameDescriptor.MAX_PAYLOAD_LENGTH) {
      return appendInPieces(source, offset, length);
    }
    if (!makeRoom(length + 2 * FrameDescriptor.TRAILER_LENGTH + headerLength)) {
      return false;
    }
    if (frame != NO_FRAME && framePayload() + length > FrameDescriptor.MAX_PAYLOAD_LENGTH) {
      closeFrame();
    }
    if (frame == NO_FRAME) {
      frame = tail;
      tail += headerLength;
    }
    buffer.putBytes(tail, source, offset, length);
    tail += length;
    return true;
  }

  /** Adds a piece of an envelope as a frame that does not stand for itself. */
  boolean appendPiece(DirectBuffer source, int offset, int length) {
    closeFrame();
    if (!makeRoom(frameEncoder.maxFrameLength(length))) {
      return false;
    }
    tail += frameEncoder.encode(source, offset, length, false, buffer, tail);
    return true;
  }

  private boolean appendInPieces(DirectBuffer source, int offset, int length) {
    int most = FrameDescriptor.MAX_PAYLOAD_LENGTH;
    int frames = (length + most - 1) / most;
    int around = headerLength + FrameDescriptor.TRAILER_LENGTH;
    int toTry = frameEncoder.maxFrameLength(most) - most - around;
    closeFrame();
    if (!makeRoom(length + frames * around + toTry)) {
      return false;
    }
    for (int done = 0; done < length; done += most) {
      appendPiece(source, offset + done, Math.min(most, length - done));
    }
    return true;
  }

  /** One call of write; returns how many bytes the socket took. */
  int write(Transport transport) throws IOException {
    closeFrame();
    ByteBuffer bytes = this.bytes;
    bytes.limit(tail).position(head);
    int written = transport.write(bytes);
    head += written;
    if (head == tail) {
      onEmptied(tail);
    }
    return written;
  }

  void free() {
    buffer.wrap(0, 0);
    memory.free(bytes);
  }

  private int framePayload() {
    return tail - frame - headerLength;
  }

  private void closeFrame() {
    if (frame != NO_FRAME) {
      tail = frame + frameEncoder.encode(buffer, frame, framePayload(), true);
      frame = NO_FRAME;
    }
  }

  private boolean makeRoom(int length) {
    int capacity = bytes.capacity();
    if (length <= capacity - tail) {
      return true;
    }
    int needed = tail - head + length;
    if (needed > limit || needed < 0) {
      return false;
    }
    if (needed <= capacity) {
      bytes.limit(tail).position(head);
      bytes.compact();
      moved();
    } else {
      int grown = capacity;
      while (grown < needed) {
        grown = (int) Math.min(2L * grown, limit);
      }
      reallocate(grown);
    }
    return true;
  }

  private void onEmptied(int used) {
    head = 0;
    tail = 0;
    int capacity = bytes.capacity();
    if (capacity > usualCapacity) {
      // Traffic that needs the room again and again shall not allocate it again and again.
      calmWrites = used > capacity / 4 ? 0 : calmWrites + 1;
      if (calmWrites == CALM_WRITES) {
        calmWrites = 0;
        reallocate(usualCapacity);
      }
    }
  }

  private void reallocate(int capacity) {
    ByteBuffer old = bytes;
    ByteBuffer replacement = memory.allocate(capacity);
    new UnsafeBuffer(replacement).putBytes(0, buffer, head, tail - head);
    moved();
    bytes = replacement;
    buffer.wrap(replacement);
    memory.free(old);
  }

  private void moved() {
    if (frame != NO_FRAME) {
      frame -= head;
    }
    tail -= head;
    head = 0;
  }
}
