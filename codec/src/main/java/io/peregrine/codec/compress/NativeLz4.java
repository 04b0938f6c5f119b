package io.peregrine.codec.compress;

import net.jpountz.lz4.LZ4Factory;
import org.jspecify.annotations.Nullable;

/** Loads the native LZ4 library, once in a process. Any thread may ask. */
final class NativeLz4 {
  private static final @Nullable LZ4Factory FACTORY;
  private static final @Nullable Throwable FAILURE;

  static {
    LZ4Factory factory = null;
    Throwable failure = null;
    try {
      factory = LZ4Factory.nativeInstance();
    } catch (LinkageError | AssertionError | RuntimeException e) {
      // Unknown platform, a temporary directory where nothing may be executed, a second class
      // loader: lz4-java reports each of them in another way.
      failure = e;
    }
    FACTORY = factory;
    FAILURE = failure;
  }

  private NativeLz4() {}

  static @Nullable LZ4Factory factory() {
    return FACTORY;
  }

  static @Nullable Throwable failure() {
    return FAILURE;
  }
}
