package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import java.util.function.LongSupplier;

/**
 * Judges nodes by what happens to connections. Confined to the conductor's thread; pools and the
 * control connection report to it.
 */
interface NodeHealth {
  /**
   * A connection could not be opened, or was lost.
   *
   * @param node whose it was
   * @param cause what happened
   * @return true if the node counts as down now: whoever has connections to it is told, and told
   *     again when it is up; false if the connection is to be replaced by whom it belonged to
   */
  boolean onConnectionFailed(ClusterNode node, DriverException cause);

  /**
   * Whether it is being found out if a node can be reached; whoever is to connect to it is told
   * then.
   *
   * @param node the node
   * @return true if so
   */
  boolean isBeingTried(ClusterNode node);

  /**
   * Somebody needs a node that is down: it is tried at once, not when its schedule says so. Whoever
   * has connections is told whether it is up then, or is told again that it is down.
   *
   * @param node the node
   */
  void tryNow(ClusterNode node);

  /**
   * The schedule by which a lost connection is replaced, of which the node is not to blame.
   *
   * @return a new one, at its beginning: each call of it gives the next delay in ns, or a negative
   *     number when nobody is to try any more
   */
  LongSupplier newSchedule();
}
