package io.peregrine.io;

import io.peregrine.codec.DriverException;
import java.util.ArrayList;
import java.util.List;

/**
 * The connections that an agent drives, and when one of them has to be looked at though nothing
 * happens on it. Confined to the agent's thread.
 */
final class OpenConnections {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final List<Connection> connections = new ArrayList<>();
  private long earliestDeadline = Offer.NO_DEADLINE;

  void add(Connection connection) {
    connections.add(connection);
  }

  void remove(Connection connection) {
    connections.remove(connection);
  }

  /** One has to be looked at by then. */
  void expectDeadline(long deadline) {
    if (deadline < earliestDeadline) {
      earliestDeadline = deadline;
    }
  }

  /** How long nothing needs to be looked at, in ms, but at most so long. */
  long millisToDeadline(long now, long most) {
    if (earliestDeadline == Offer.NO_DEADLINE) {
      return most;
    }
    long left = earliestDeadline - now;
    return Math.min(most, left <= 0 ? 0 : left / NANOS_PER_MILLI + 1);
  }

  /** Looks at those whose time has come. */
  int expire(long now) {
    if (now < earliestDeadline) {
      return 0;
    }
    int work = 0;
    earliestDeadline = Offer.NO_DEADLINE;
    for (int i = connections.size() - 1; i >= 0; i--) {
      Connection connection = connections.get(i);
      if (connection.ending().earliestDeadline() <= now) {
        connection.ending().expire(now);
        work++;
      }
      expectDeadline(connection.ending().earliestDeadline());
    }
    return work;
  }

  /** Fails them all. */
  void fail(DriverException cause) {
    while (!connections.isEmpty()) {
      connections.remove(connections.size() - 1).fail(cause);
    }
  }
}
