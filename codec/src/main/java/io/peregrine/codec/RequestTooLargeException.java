package io.peregrine.codec;

/**
 * A request that does not fit the protocol. Instances are immutable.
 *
 * <p>It is thrown before anything of the request is sent; sending it again cannot help.
 */
public final class RequestTooLargeException extends DriverException {
  private static final long serialVersionUID = 1L;

  /** How large it is. */
  private final long value;

  /** How large it may be. */
  private final long limit;

  /**
   * Names what is too large.
   *
   * @param what what was measured, with its unit
   * @param value how large it is
   * @param limit how large the protocol lets it be
   * @param remedy what to do about it
   */
  public RequestTooLargeException(String what, long value, long limit, String remedy) {
    super("Request too large: " + what + " " + value + ", the limit is " + limit + "; " + remedy);
    this.value = value;
    this.limit = limit;
  }

  /**
   * How large it is.
   *
   * @return more than {@link #limit()}, in the unit that the message names
   */
  public long value() {
    return value;
  }

  /**
   * How large it may be.
   *
   * @return the protocol's limit, in the unit that the message names
   */
  public long limit() {
    return limit;
  }
}
