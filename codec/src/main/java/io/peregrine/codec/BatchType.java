package io.peregrine.codec;

/**
 * The kind of a batch (v5 specification, section 4.1.7). Immutable; any thread may use it.
 *
 * <p>The constants stand in the order of their numbers.
 */
public enum BatchType {
  /** All of it happens in the end, or none; goes through the batch log. */
  LOGGED(0),
  /** Each partition is on its own. */
  UNLOGGED(1),
  /** Counter updates. */
  COUNTER(2);

  private final int code;

  BatchType(int code) {
    this.code = code;
  }

  /**
   * The number on the wire.
   *
   * @return 0 to 2
   */
  public int code() {
    return code;
  }
}
