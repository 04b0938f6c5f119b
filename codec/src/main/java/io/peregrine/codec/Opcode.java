package io.peregrine.codec;

/**
 * The numbers of the messages (v5 specification, section 2.4.1.3). Constants only.
 *
 * <p>They are plain {@code int}s because each envelope carries one and the hot path compares them.
 */
public final class Opcode {
  /** An error, in place of the answer. */
  public static final int ERROR = 0x00;

  /** Opens the conversation. */
  public static final int STARTUP = 0x01;

  /** The server is ready for requests. */
  public static final int READY = 0x02;

  /** The server wants credentials. */
  public static final int AUTHENTICATE = 0x03;

  /** Asks what the server supports; also the heartbeat. */
  public static final int OPTIONS = 0x05;

  /** What the server supports. */
  public static final int SUPPORTED = 0x06;

  /** A query with its text. */
  public static final int QUERY = 0x07;

  /** The answer to a QUERY, PREPARE, EXECUTE or BATCH. */
  public static final int RESULT = 0x08;

  /** Prepares a query. */
  public static final int PREPARE = 0x09;

  /** Runs a prepared query. */
  public static final int EXECUTE = 0x0A;

  /** Subscribes to events. */
  public static final int REGISTER = 0x0B;

  /** Something happened in the cluster; its stream id is -1. */
  public static final int EVENT = 0x0C;

  /** Several statements in one request. */
  public static final int BATCH = 0x0D;

  /** A step of the authentication, from the server. */
  public static final int AUTH_CHALLENGE = 0x0E;

  /** A step of the authentication, from the client. */
  public static final int AUTH_RESPONSE = 0x0F;

  /** The authentication succeeded. */
  public static final int AUTH_SUCCESS = 0x10;

  /** Cancels continuous paging, or asks for more of its pages; DSE only. */
  public static final int REVISE_REQUEST = 0xFF;

  private Opcode() {}

  /**
   * The specification's name of a message, for texts that people read.
   *
   * @param opcode any number
   * @return the name, or {@code 0x..} with the number if there is no such message
   */
  public static String name(int opcode) {
    return switch (opcode) {
      case ERROR -> "ERROR";
      case STARTUP -> "STARTUP";
      case READY -> "READY";
      case AUTHENTICATE -> "AUTHENTICATE";
      case OPTIONS -> "OPTIONS";
      case SUPPORTED -> "SUPPORTED";
      case QUERY -> "QUERY";
      case RESULT -> "RESULT";
      case PREPARE -> "PREPARE";
      case EXECUTE -> "EXECUTE";
      case REGISTER -> "REGISTER";
      case EVENT -> "EVENT";
      case BATCH -> "BATCH";
      case AUTH_CHALLENGE -> "AUTH_CHALLENGE";
      case AUTH_RESPONSE -> "AUTH_RESPONSE";
      case AUTH_SUCCESS -> "AUTH_SUCCESS";
      case REVISE_REQUEST -> "REVISE_REQUEST";
      default -> "0x" + Integer.toHexString(opcode);
    };
  }
}
