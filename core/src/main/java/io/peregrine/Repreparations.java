package io.peregrine;

import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which statements of a session are just being prepared again, and where: of many requests that
 * meet a node which has forgotten one, the first sends PREPARE and the others wait for it. Any
 * agent's thread may use it.
 */
final class Repreparations {
  private final ConcurrentHashMap<Key, Repreparation> leaders = new ConcurrentHashMap<>();

  /** A statement on a node. */
  private record Key(InetSocketAddress node, PreparedStatement statement) {}

  /**
   * Lets a request wait for another one's PREPARE, if one is under way.
   *
   * @return false if it has to send one itself
   */
  boolean follows(Repreparation one) {
    return leaders.compute(
            key(one),
            (key, leader) -> {
              if (leader == null || !one.canWaitFor(leader)) {
                return one;
              }
              leader.add(one);
              return leader;
            })
        != one;
  }

  /** A PREPARE has come to its end: nobody else waits for it from now on. */
  void end(Repreparation leader) {
    leaders.remove(key(leader), leader);
  }

  private static Key key(Repreparation one) {
    return new Key(one.node(), one.statement());
  }
}
