package io.peregrine.bench;

/** The flags of every JVM that runs the driver, as the build gives them to the tests. Constants. */
public final class DriverFlags {
  /** Opens a package; {@link #MISC} follows. */
  public static final String OPEN_MISC = "--add-opens";

  /** The package that Agrona reads memory through. */
  public static final String MISC = "java.base/jdk.internal.misc=ALL-UNNAMED";

  /** How far boxed integers are shared. */
  public static final String BOX_CACHE = "-XX:AutoBoxCacheMax=4096";

  private DriverFlags() {}
}
