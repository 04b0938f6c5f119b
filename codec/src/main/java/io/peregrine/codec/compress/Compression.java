package io.peregrine.codec.compress;

import io.peregrine.codec.ProtocolVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of compression before a connection is there, and what was agreed on afterwards.
 * Immutable; any thread may use it.
 */
public enum Compression {
  /**
   * What both sides have: LZ4 rather than Snappy, and nothing if they have neither. Only algorithms
   * whose native library works on this machine are considered, because LZ4 in Java makes garbage.
   */
  AUTO(null),
  /** Nothing is compressed. */
  NONE(null),
  /** LZ4, in every protocol version. Without its native library pure Java does it, with garbage. */
  LZ4("lz4"),
  /** Snappy, which v5 and v6 do not have. Without its native library pure Java does it. */
  SNAPPY("snappy");

  /** The option of STARTUP and SUPPORTED. */
  public static final String OPTION = "COMPRESSION";

  private final @Nullable String algorithm;

  Compression(@Nullable String algorithm) {
    this.algorithm = algorithm;
  }

  /**
   * The name that STARTUP and SUPPORTED carry under {@link #OPTION}.
   *
   * @return null for AUTO and NONE
   */
  public @Nullable String algorithm() {
    return algorithm;
  }

  /**
   * Whether an algorithm is asked for by its name, so that nothing else will do.
   *
   * @return true for LZ4 and SNAPPY
   */
  public boolean isNamed() {
    return algorithm != null;
  }

  /**
   * Whether a protocol version has it. Frames know LZ4 only.
   *
   * @param version the protocol version
   * @return false for SNAPPY in v5 and v6
   */
  public boolean isIn(ProtocolVersion version) {
    return this != SNAPPY || !version.isFramed();
  }

  /**
   * What to ask a server for.
   *
   * @param version the protocol version that is spoken
   * @param offered what the server says that it has
   * @return LZ4, SNAPPY or NONE; NONE also if what is wanted by name is not to be had
   */
  public Compression among(ProtocolVersion version, List<String> offered) {
    return switch (this) {
      case NONE -> NONE;
      case LZ4, SNAPPY -> isIn(version) && offered.contains(algorithm) ? this : NONE;
      case AUTO -> {
        Compression lz4 = LZ4.among(version, offered);
        yield lz4 != NONE && lz4.whyNotNative() == null ? lz4 : nativeSnappy(version, offered);
      }
    };
  }

  private static Compression nativeSnappy(ProtocolVersion version, List<String> offered) {
    Compression snappy = SNAPPY.among(version, offered);
    return snappy != NONE && snappy.whyNotNative() == null ? snappy : NONE;
  }

  /**
   * Why the native library could not be loaded, for a log. The first call loads it, which takes
   * milliseconds.
   *
   * @return null if it could, and for AUTO and NONE
   */
  public @Nullable Throwable whyNotNative() {
    return switch (this) {
      case LZ4 -> Lz4BlockCodec.whyNotNative();
      case SNAPPY -> SnappyCompressor.whyNotNative();
      case AUTO, NONE -> null;
    };
  }
}
