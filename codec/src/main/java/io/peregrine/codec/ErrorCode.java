package io.peregrine.codec;

/**
 * The numbers of the errors that a server answers with (v5 specification, section 8). Constants
 * only.
 *
 * <p>They are plain {@code int}s because servers send more of them than any specification lists.
 */
public final class ErrorCode {
  /** Something went wrong inside the server. */
  public static final int SERVER_ERROR = 0x0000;

  /** The server could not understand a message of ours. */
  public static final int PROTOCOL_ERROR = 0x000A;

  /** The credentials were refused. */
  public static final int BAD_CREDENTIALS = 0x0100;

  /** Not enough replicas were alive to try. */
  public static final int UNAVAILABLE = 0x1000;

  /** The coordinator has more requests than it can take. */
  public static final int OVERLOADED = 0x1001;

  /** The coordinator is still joining the ring. */
  public static final int IS_BOOTSTRAPPING = 0x1002;

  /** A truncation failed. */
  public static final int TRUNCATE_ERROR = 0x1003;

  /** Too few replicas acknowledged a write in time. */
  public static final int WRITE_TIMEOUT = 0x1100;

  /** Too few replicas answered a read in time. */
  public static final int READ_TIMEOUT = 0x1200;

  /** Replicas failed during a read. */
  public static final int READ_FAILURE = 0x1300;

  /** A user-defined function failed. */
  public static final int FUNCTION_FAILURE = 0x1400;

  /** Replicas failed during a write. */
  public static final int WRITE_FAILURE = 0x1500;

  /** A write to the change data capture log failed. */
  public static final int CDC_WRITE_FAILURE = 0x1600;

  /** It is unknown whether a conditional write was applied. */
  public static final int CAS_WRITE_UNKNOWN = 0x1700;

  /** A server command failed; only in the newest servers. */
  public static final int COMMAND_FAILED = 0x1800;

  /** The query's text is not CQL. */
  public static final int SYNTAX_ERROR = 0x2000;

  /** The user may not do this. */
  public static final int UNAUTHORIZED = 0x2100;

  /** The query is CQL, but cannot be carried out. */
  public static final int INVALID = 0x2200;

  /** The server's configuration does not allow the query. */
  public static final int CONFIG_ERROR = 0x2300;

  /** The keyspace or table that was to be created exists. */
  public static final int ALREADY_EXISTS = 0x2400;

  /** The server does not know the prepared statement (any more). */
  public static final int UNPREPARED = 0x2500;

  /** DataStax Enterprise: the client took pages too slowly. */
  public static final int CLIENT_WRITE_FAILURE = 0x8000;

  private ErrorCode() {}

  /**
   * A name of an error, for texts that people read.
   *
   * @param code any number
   * @return the constant's name, or {@code 0x....} with the number if there is no such constant
   */
  public static String name(int code) {
    return switch (code) {
      case SERVER_ERROR -> "SERVER_ERROR";
      case PROTOCOL_ERROR -> "PROTOCOL_ERROR";
      case BAD_CREDENTIALS -> "BAD_CREDENTIALS";
      case UNAVAILABLE -> "UNAVAILABLE";
      case OVERLOADED -> "OVERLOADED";
      case IS_BOOTSTRAPPING -> "IS_BOOTSTRAPPING";
      case TRUNCATE_ERROR -> "TRUNCATE_ERROR";
      case WRITE_TIMEOUT -> "WRITE_TIMEOUT";
      case READ_TIMEOUT -> "READ_TIMEOUT";
      case READ_FAILURE -> "READ_FAILURE";
      case FUNCTION_FAILURE -> "FUNCTION_FAILURE";
      case WRITE_FAILURE -> "WRITE_FAILURE";
      case CDC_WRITE_FAILURE -> "CDC_WRITE_FAILURE";
      case CAS_WRITE_UNKNOWN -> "CAS_WRITE_UNKNOWN";
      case COMMAND_FAILED -> "COMMAND_FAILED";
      case SYNTAX_ERROR -> "SYNTAX_ERROR";
      case UNAUTHORIZED -> "UNAUTHORIZED";
      case INVALID -> "INVALID";
      case CONFIG_ERROR -> "CONFIG_ERROR";
      case ALREADY_EXISTS -> "ALREADY_EXISTS";
      case UNPREPARED -> "UNPREPARED";
      case CLIENT_WRITE_FAILURE -> "CLIENT_WRITE_FAILURE";
      default -> String.format("0x%04X", code);
    };
  }
}
