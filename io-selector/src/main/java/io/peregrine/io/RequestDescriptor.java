package io.peregrine.io;

import org.agrona.concurrent.ringbuffer.RecordDescriptor;

/**
 * The layout of a record in the request ring. Constants and arithmetic only.
 *
 * <pre>
 *   0                   8                  16                  24
 *  +-------------------+-------------------+-------------------+---------------
 *  | correlation id    | offered at (ns)   | deadline (ns)     | envelope ...
 *  +-------------------+-------------------+-------------------+---------------
 * </pre>
 *
 * <p>Objects cannot stand in the ring. They stand in an array beside it, at a place that the
 * record's own place gives: no two records begin within the same 64 bytes, because none is shorter.
 */
final class RequestDescriptor {
  /** The envelope stands in the record. */
  static final int INLINE = 1;

  /** The envelope stands in a leased buffer. */
  static final int LEASED = 2;

  /** Added to either: the request's bytes are kept until the answer is there. */
  static final int REPEATABLE = 4;

  /** Added to either: many envelopes answer the request. */
  static final int STREAMED = 8;

  static final int CORRELATION_ID = 0;
  static final int OFFERED_AT = 8;
  static final int DEADLINE = 16;
  static final int ENVELOPE = 24;

  private static final int SHORTEST_RECORD_BITS = 6;
  private static final int SHORTEST_MESSAGE =
      (1 << SHORTEST_RECORD_BITS) - RecordDescriptor.HEADER_LENGTH;
  private static final int REFERENCES_PER_RECORD_BITS = 2;

  static final int HANDLER = 0;
  static final int ATTACHMENT = 1;
  static final int PINNED = 2;
  static final int CONNECTION = 3;

  private RequestDescriptor() {}

  /** How much to claim for an envelope of some length. */
  static int messageLength(int envelopeLength) {
    return Math.max(SHORTEST_MESSAGE, ENVELOPE + envelopeLength);
  }

  /** How many references belong to a ring of some capacity. */
  static int references(int ringCapacity) {
    return ringCapacity >> SHORTEST_RECORD_BITS << REFERENCES_PER_RECORD_BITS;
  }

  /** Where the references of the record stand whose message begins at some index. */
  static int referenceIndex(int messageIndex) {
    return (messageIndex - RecordDescriptor.HEADER_LENGTH)
        >> SHORTEST_RECORD_BITS
        << REFERENCES_PER_RECORD_BITS;
  }
}
