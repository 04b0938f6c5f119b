package io.peregrine.codec;

/**
 * A request asks for something that the connection's protocol version cannot carry. Instances are
 * immutable.
 */
public final class UnsupportedFeatureException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * Names what cannot be carried.
   *
   * @param feature what was asked for
   * @param version the version in use
   * @param needed the first version that has it
   */
  public UnsupportedFeatureException(
      String feature, ProtocolVersion version, ProtocolVersion needed) {
    super(
        feature
            + " needs protocol "
            + needed
            + " or later, but this connection speaks "
            + version
            + "; leave it out, or connect to servers that speak "
            + needed);
  }
}
