package io.peregrine.bench;

/** The flags of every JVM that runs the driver, as the build gives them to the tests. Constants. */
final class DriverFlags {
  static final String OPEN_MISC = "--add-opens";
  static final String MISC = "java.base/jdk.internal.misc=ALL-UNNAMED";
  static final String BOX_CACHE = "-XX:AutoBoxCacheMax=4096";

  private DriverFlags() {}
}
