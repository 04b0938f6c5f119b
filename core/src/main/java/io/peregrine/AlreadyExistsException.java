package io.peregrine;

import io.peregrine.codec.ErrorCode;

/** The keyspace or table exists already (0x2400). Immutable. */
public final class AlreadyExistsException extends ServerException {
  private static final long serialVersionUID = 1L;

  /** The keyspace. */
  private final String keyspace;

  /** The table, empty if it is the keyspace that exists. */
  private final String table;

  AlreadyExistsException(String serverMessage, String keyspace, String table) {
    super(
        ErrorCode.ALREADY_EXISTS,
        serverMessage,
        " info={keyspace=" + keyspace + ", table=" + table + "}");
    this.keyspace = keyspace;
    this.table = table;
  }

  /**
   * The keyspace.
   *
   * @return the keyspace
   */
  public String keyspace() {
    return keyspace;
  }

  /**
   * The table, empty if it is the keyspace that exists.
   *
   * @return the table, empty if it is the keyspace that exists
   */
  public String table() {
    return table;
  }
}
