package io.peregrine.bench.codec;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.ExecuteTemplate;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.row.ValueWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An EXECUTE by all three: the same statement, off-heap memory each. Not thread-safe: each
 * benchmark has one.
 */
final class Requests {
  static final int PAGE_SIZE = 5000;

  /** Where the values begin in the envelope, and what follows them: the page size. */
  static final int VALUES_OFFSET = 53;

  static final int TAIL_LENGTH = Integer.BYTES;

  private static final int CAPACITY = 1024;
  private static final int ID_LENGTH = 16;

  final byte[] id = new byte[ID_LENGTH];
  final UnsafeBuffer floorEnvelope = new UnsafeBuffer(memory());
  private final Peer peer = new Peer();
  private final ByteBuffer peerMemory = memory();
  private final UnsafeBuffer envelope = new UnsafeBuffer(memory());
  private final ExpandableArrayBuffer values = new ExpandableArrayBuffer();
  private final ValueWriter writer = new ValueWriter();
  private final QueryParameters parameters =
      new QueryParameters()
          .consistency(ConsistencyLevel.LOCAL_ONE)
          .pageSize(PAGE_SIZE)
          .skipMetadata(true);
  private final ExecuteTemplate template = new ExecuteTemplate();
  private UnsafeBuffer floorHead = new UnsafeBuffer(new byte[0]);

  Requests() {
    for (int i = 0; i < id.length; i++) {
      id[i] = (byte) (i * 17);
    }
  }

  private static ByteBuffer memory() {
    return BufferUtil.allocateDirectAligned(CAPACITY, 64);
  }

  /** The driver's encoder, for values to be written with. */
  ValueWriter begin() {
    return writer.wrap(values, 0);
  }

  /** Encodes the values that were written. Returns the envelope's length. */
  int end(int count) {
    int length = writer.position();
    parameters.values(values, 0, length, count);
    ExecuteTemplate template = this.template;
    template.update(ProtocolVersion.V5, id, id, parameters);
    return template.encode(envelope, 0, values, 0, length);
  }

  int peer(List<ByteBuffer> values) {
    return peer.execute(id, values, peerMemory);
  }

  /** Gives the floor what stands before the values of an envelope that the peer has written. */
  void learnHead() {
    byte[] head = new byte[VALUES_OFFSET];
    peerMemory.get(0, head);
    floorHead = new UnsafeBuffer(head);
  }

  /** Writes what stands before the values. Returns where they begin. */
  int floorHead() {
    floorEnvelope.putBytes(0, floorHead, 0, VALUES_OFFSET);
    return VALUES_OFFSET;
  }

  /** Throws if the three envelopes differ. */
  void check(int peerLength, int length, int floorLength) {
    byte[] theirs = new byte[peerLength];
    peerMemory.get(0, theirs);
    byte[] ours = new byte[length];
    envelope.getBytes(0, ours);
    byte[] floors = new byte[floorLength];
    floorEnvelope.getBytes(0, floors);
    if (!Arrays.equals(theirs, ours) || !Arrays.equals(theirs, floors)) {
      throw new IllegalStateException(
          "not the same bytes: "
              + Arrays.toString(theirs)
              + Arrays.toString(ours)
              + Arrays.toString(floors));
    }
  }
}
