package io.peregrine.io;

/**
 * The layout of one envelope in a flight recorder. Constants only.
 *
 * <pre>
 *   0                   8         9        10        16
 *  +-------------------+---------+--------+---------+-------------------+
 *  | envelope header (9 bytes)   | kind   |         | queued at (ns)    |
 *  +-------------------+---------+--------+---------+-------------------+
 *  | written at        | first byte at     | decoded at                 |
 *  +-------------------+-------------------+----------------------------+
 *  | handled at        |                                                |
 *  +-------------------+------------------------------------------------+
 * </pre>
 */
final class FlightRecordDescriptor {
  static final int LENGTH_BITS = 6;
  static final int LENGTH = 1 << LENGTH_BITS;

  static final int HEADER = 0;
  static final int LAST_HEADER_BYTE = 8;
  static final int KIND = 9;
  static final int QUEUED_AT = 16;
  static final int WRITTEN_AT = 24;
  static final int FIRST_BYTE_AT = 32;
  static final int DECODED_AT = 40;
  static final int HANDLED_AT = 48;

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
}
