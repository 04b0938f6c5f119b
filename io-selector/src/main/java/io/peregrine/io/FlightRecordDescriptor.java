package io.peregrine.io;

/**
 * The layout of a flight recorder's memory: records of envelopes, then as many records of reads.
 * Constants and arithmetic only.
 *
 * <pre>
 *   envelope
 *   0                   8       9      10      12        16                  24              32
 *  +-------------------+-------+------+-------+---------+-------------------+---------------+
 *  | header (9 bytes)          | kind | split | read    | queued at (ns)    | written at    |
 *  +-------------------+-------+------+-------+---------+-------------------+---------------+
 *   read
 *   0                   8                              16                  24              32
 *  +-------------------+------------------------------+--------------------+---------------+
 *  | read at           | first byte at                 | handled at         |               |
 *  +-------------------+------------------------------+--------------------+---------------+
 * </pre>
 *
 * <p>Envelopes that came with one read share its record. One of them may have begun with an earlier
 * read, which is its <em>first byte</em>; it is marked as split. The bytes from 8 to 15 are one
 * little-endian word, so that they are written at once.
 */
final class FlightRecordDescriptor {
  static final int LENGTH_BITS = 5;

  static final int HEADER = 0;
  static final int LAST_HEADER_BYTE = 8;
  static final int KIND = 9;
  static final int SPLIT = 10;
  static final int READ = 12;
  static final int KIND_SHIFT = 8;
  static final int SPLIT_SHIFT = 16;
  static final int READ_SHIFT = 32;
  static final int QUEUED_AT = 16;
  static final int WRITTEN_AT = 24;

  static final int READ_AT = 0;
  static final int FIRST_BYTE_AT = 8;
  static final int HANDLED_AT = 16;

  /** A request. */
  static final byte REQUEST = 1;

  /** What came from the server and answers no request. */
  static final byte UNASKED = 2;

  /** The answer to a request. */
  static final byte ANSWER = 3;

  /** Bytes in which no envelope could be found. */
  static final byte UNREADABLE = 4;

  /** A time that is not known, or not yet. */
  static final long NEVER = Long.MIN_VALUE;

  private FlightRecordDescriptor() {}

  /** How much memory a number of envelopes takes, a power of two. */
  static int memoryLength(int envelopes) {
    return 2 * envelopes << LENGTH_BITS;
  }

  /** Where the record of an envelope stands, by how many were before it. */
  static int envelopeAt(long number, int envelopes) {
    return ((int) number & envelopes - 1) << LENGTH_BITS;
  }

  /** Where the record of a read stands, by how many were before it. */
  static int readAt(int number, int envelopes) {
    return (envelopes << LENGTH_BITS) + ((number & envelopes - 1) << LENGTH_BITS);
  }
}
