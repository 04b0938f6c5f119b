package io.peregrine.codec;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A request asks for something that the connection's protocol version cannot carry. Instances are
 * immutable.
 *
 * <p>It is thrown before anything of the request is sent.
 */
public final class UnsupportedFeatureException extends DriverException {
  private static final long serialVersionUID = 1L;

  /** What was asked for. */
  private final String feature;

  /** The version in use. */
  private final ProtocolVersion version;

  /**
   * Names what cannot be carried, and the versions that can.
   *
   * @param feature what was asked for
   * @param version the version in use
   * @param carriers which versions have it, at least one that is final
   */
  public UnsupportedFeatureException(
      String feature, ProtocolVersion version, Predicate<ProtocolVersion> carriers) {
    this(
        feature,
        version,
        "leave it out, or connect to servers that speak "
            + Arrays.stream(ProtocolVersion.values())
                .filter(carriers.and(carrier -> !carrier.isBeta()))
                .map(ProtocolVersion::toString)
                .collect(Collectors.joining(" or ")));
  }

  /**
   * Names what cannot be carried, and what to do about it.
   *
   * @param feature what was asked for
   * @param version the version in use
   * @param remedy what to do
   */
  public UnsupportedFeatureException(String feature, ProtocolVersion version, String remedy) {
    super(feature + " cannot be sent in protocol " + version + "; " + remedy);
    this.feature = feature;
    this.version = version;
  }

  /**
   * What was asked for.
   *
   * @return a text for people
   */
  public String feature() {
    return feature;
  }

  /**
   * The version that cannot carry it.
   *
   * @return the version of the connection
   */
  public ProtocolVersion version() {
    return version;
  }
}
