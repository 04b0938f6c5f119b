package io.peregrine.io;

import io.peregrine.codec.DriverException;
import java.util.BitSet;
import net.openhft.affinity.Affinity;

/**
 * Ties threads to cores by {@code net.openhft:affinity}, which an application adds itself if it
 * wants that. Stateless; any thread may use it.
 *
 * <p>Only the library's plain call is used: its locks count the cores that this process may not use
 * among the free ones.
 */
final class CorePinning {
  private CorePinning() {}

  /**
   * Ties the calling thread to a core.
   *
   * @throws DriverException if it cannot be, for whatever reason; the thread runs where it ran
   */
  static void pin(int core) {
    String had = "";
    try {
      had = " (it may use " + Affinity.getAffinity() + ")";
      Affinity.setAffinity(core);
      BitSet cores = Affinity.getAffinity();
      // Where the library cannot reach the system, it does nothing and does not say so.
      if (cores.cardinality() != 1 || !cores.get(core)) {
        throw new IllegalStateException("the system does not support it, or JNA is missing");
      }
    } catch (RuntimeException e) {
      throw new DriverException(
          message(core, had) + e + "; name a core that this process may use, or none", e);
    } catch (LinkageError e) {
      throw new DriverException(
          message(core, had)
              + e
              + "; add net.openhft:affinity and net.java.dev.jna:jna, or pin none",
          e);
    }
  }

  private static String message(int core, String had) {
    return "The thread "
        + Thread.currentThread().getName()
        + " runs unpinned, because it cannot be tied to core "
        + core
        + had
        + ": ";
  }
}
