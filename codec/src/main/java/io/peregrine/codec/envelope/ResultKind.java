package io.peregrine.codec.envelope;

/**
 * The {@code [int]} that a RESULT begins with (v5 specification, section 4.2.5). Constants only.
 */
public final class ResultKind {
  /** Nothing to report. */
  public static final int VOID = 1;

  /** Rows. */
  public static final int ROWS = 2;

  /** The keyspace is in use now. */
  public static final int SET_KEYSPACE = 3;

  /** The query is prepared. */
  public static final int PREPARED = 4;

  /** The schema changed. */
  public static final int SCHEMA_CHANGE = 5;

  private ResultKind() {}

  /**
   * A name of a kind, for texts that people read.
   *
   * @param kind any number
   * @return the constant's name, or {@code 0x..} with the number if there is no such constant
   */
  public static String name(int kind) {
    return switch (kind) {
      case VOID -> "VOID";
      case ROWS -> "ROWS";
      case SET_KEYSPACE -> "SET_KEYSPACE";
      case PREPARED -> "PREPARED";
      case SCHEMA_CHANGE -> "SCHEMA_CHANGE";
      default -> "0x" + Integer.toHexString(kind);
    };
  }
}
