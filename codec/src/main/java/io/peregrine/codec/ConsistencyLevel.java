package io.peregrine.codec;

/**
 * How many replicas have to answer before a request counts as done (v5 specification, section 3,
 * {@code [consistency]}). Immutable; any thread may use it.
 */
public enum ConsistencyLevel {
  /** Writes only: a hint on any node is enough. */
  ANY(0x0000),
  /** One replica. */
  ONE(0x0001),
  /** Two replicas. */
  TWO(0x0002),
  /** Three replicas. */
  THREE(0x0003),
  /** A majority of all replicas. */
  QUORUM(0x0004),
  /** Every replica. */
  ALL(0x0005),
  /** A majority of the replicas in the coordinator's data centre. */
  LOCAL_QUORUM(0x0006),
  /** A majority of the replicas in each data centre. */
  EACH_QUORUM(0x0007),
  /** Linearisable, over all data centres; as a serial consistency or for reads. */
  SERIAL(0x0008),
  /** Linearisable within the coordinator's data centre; as a serial consistency or for reads. */
  LOCAL_SERIAL(0x0009),
  /** One replica in the coordinator's data centre. */
  LOCAL_ONE(0x000A),
  /**
   * The coordinator alone, whether it is a replica or not. For debugging: Cassandra 5 refuses it
   * unless it was started with {@code -Dcassandra.enable_nodelocal_queries=true}, and older
   * versions do not know it.
   */
  NODE_LOCAL(0x000B);

  private static final ConsistencyLevel[] BY_CODE = values();

  private final int code;

  ConsistencyLevel(int code) {
    this.code = code;
  }

  /**
   * The number on the wire.
   *
   * @return 0x0000 to 0x000B
   */
  public int code() {
    return code;
  }

  /**
   * Whether this level may stand as a serial consistency.
   *
   * @return true for SERIAL and LOCAL_SERIAL
   */
  public boolean isSerial() {
    return this == SERIAL || this == LOCAL_SERIAL;
  }

  static boolean isCode(int code) {
    return code >= 0 && code < BY_CODE.length;
  }

  /**
   * The level with a given number.
   *
   * @param code the number on the wire
   * @return the level
   * @throws MalformedMessageException if there is no such level
   */
  public static ConsistencyLevel ofCode(int code) {
    if (!isCode(code)) {
      throw new MalformedMessageException(
          "consistency", 0, "code " + code + " is not one of 0 to " + (BY_CODE.length - 1));
    }
    return BY_CODE[code];
  }
}
